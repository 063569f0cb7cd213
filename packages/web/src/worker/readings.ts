import { type Entry, fingerprint, isZero, toHex } from "@chirograph/core";
import type { Id, OpenChart, OpenedRecord } from "@chirograph/vault";
import type { Arrival, FragmentView, OpenedView } from "./contract.ts";
import { nameOf } from "./names.ts";
import { BrowserError } from "./problem.ts";

/** Records that are open for reading in this tab. */
export class Readings {
  readonly #opened = new Map<string, { readonly chart: Id; readonly record: OpenedRecord }>();

  async open(
    chart: OpenChart,
    wanted: { record: Id; version: Id | undefined },
    onArrival: (arrival: Arrival) => void,
  ): Promise<OpenedView> {
    const asked = new Map<number, number>();
    const record = await chart.open(wanted.record, wanted.version, {
      onFragment({ index, store, state }) {
        if (state === "asked") asked.set(index, performance.now());
        const afterMs = Math.round(performance.now() - asked.get(index)!);
        onArrival({ index, store, state, afterMs });
      },
    });
    const handle = crypto.randomUUID();
    this.#opened.set(handle, { chart: chart.id, record });
    return describe(handle, record);
  }

  /** One file, or a range of it, whole in memory: whoever shows a large one asks for ranges. */
  async read(
    handle: string,
    file: string,
    range?: { readonly first: number; readonly end: number },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { record } = this.#get(handle);
    const { first, end, sizeBytes } = record.file(file);
    const { first: from = 0, end: to = sizeBytes } = range ?? {};
    if (!(
      Number.isSafeInteger(from) &&
      Number.isSafeInteger(to) &&
      from >= 0 &&
      from <= to &&
      to <= sizeBytes
    )) {
      throw new BrowserError("gone", "The file has no such range.");
    }
    const whole = new Uint8Array(to - from);
    let filled = 0;
    for await (const piece of record.content(first + from, Math.min(end, first + to))) {
      whole.set(piece, filled);
      filled += piece.length;
    }
    return whole;
  }

  async sealedBytes(handle: string, mostBytes: number): Promise<Uint8Array> {
    const { record } = this.#get(handle);
    return record.sealed(0, Math.min(mostBytes, record.sealedBytes));
  }

  damagedStores(handle: string): readonly string[] {
    return this.#get(handle).record.damagedStores;
  }

  close(handle: string): void {
    this.#opened.delete(handle);
  }

  closeChart(id: Id): void {
    for (const [handle, { chart }] of this.#opened) if (chart === id) this.#opened.delete(handle);
  }

  closeAll(): void {
    this.#opened.clear();
  }

  #get(handle: string): { readonly record: OpenedRecord } {
    const opened = this.#opened.get(handle);
    if (opened === undefined) throw new BrowserError("gone", "The record is not open any more.");
    return opened;
  }
}

/** The fragments of a version, of which none is read. */
export async function fragmentsOf(chart: OpenChart, record: Id, version?: Id): Promise<FragmentView[]> {
  const fragments = await chart.fragments(record, version);
  return fragments.map(({ index, id, head, tail, root, own, next, sizeBytes, store }) => ({
    index,
    id: toHex(id),
    head: toHex(head),
    tail: toHex(tail),
    root: toHex(root),
    own,
    next,
    sizeBytes,
    store,
  }));
}

function describe(handle: string, opened: OpenedRecord): OpenedView {
  const { card, inside, record, version, sizeBytes, total, needed, damagedStores } = opened;
  return {
    handle,
    record,
    version,
    name: nameOf(inside),
    kind: card.kind,
    time: card.time,
    author: isZero(card.author) ? undefined : fingerprint(card.author),
    shape: inside.shape,
    files: inside.entries.filter(isFile).map(({ path, bytes }) => ({ path, sizeBytes: bytes })),
    metadata: [...inside.metadata],
    sizeBytes,
    total,
    needed,
    damagedStores,
  };
}

function isFile({ path }: Entry): boolean {
  return !path.endsWith("/");
}

import { parseEnvelope, toHex } from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import {
  type Attempt,
  type Id,
  type Keep,
  type Kept,
  type KeptVersion,
  type OpenChart,
  parseKept,
  type PutOptions,
  type PutResult,
  VaultError,
} from "@chirograph/vault";
import { WireError } from "@chirograph/wire";
import type { Charts } from "../charts.ts";
import type { SourceFiles, TransferView } from "../contract.ts";
import { BrowserError, problemOf } from "../problem.ts";
import type { BegunTransfers } from "./begun.ts";
import { contentOf } from "./content.ts";
import { SendMeter } from "./send-meter.ts";
import { type Stop, Transfer, type TransferStart } from "./transfer.ts";

/** So many at the same time: small records share commits, a large one takes the line for itself. */
const LARGE_AT_ONCE = 1;
const SMALL_AT_ONCE = 4;
/** Views are sent to the page at most this often. */
const VIEW_MS = 100;
/** A server that does not answer is tried again after this long, until somebody pauses. */
const RETRY_MS = 3000;

/** All records that are on their way, and those that were before this page was loaded again. */
export class Transfers {
  readonly meter: SendMeter;
  readonly #engine: Engine;
  readonly #charts: Charts;
  readonly #begun: BegunTransfers;
  readonly #keep: Keep;
  readonly #all = new Map<string, Transfer>();
  #watchers: ((views: readonly TransferView[]) => void)[] = [];
  #isOffline = false;
  #recalled: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: Engine, parts: { charts: Charts; begun: BegunTransfers; keep: Keep }) {
    this.#engine = engine;
    this.#charts = parts.charts;
    this.#begun = parts.begun;
    this.#keep = parts.keep;
    this.meter = new SendMeter((isWaiting) => {
      this.#isOffline = isWaiting;
      this.#changed();
    });
  }

  watch(callback: (views: readonly TransferView[]) => void): void {
    this.#watchers.push(callback);
    callback(this.#views());
  }

  /** What was begun before and has not ended; its charts must be opened before it goes on. */
  recall(): Promise<void> {
    this.#recalled = this.#recallAll();
    return this.#recalled;
  }

  async #recallAll(): Promise<void> {
    for (const [id, { chart, sizeBytes, version }] of await this.#begun.all()) {
      if (!this.#all.has(id)) this.#add(chart, { id, sizeBytes, version }).set("needs-chart");
    }
  }

  /** A chart was opened: what is kept of it goes on by itself, and of the rest it is known what became of it. */
  async adopt(chart: OpenChart): Promise<void> {
    await this.#recalled;
    const { versions, spoilt } = await chart.kept();
    const begun = await this.#begun.versions();
    for (const kept of versions) {
      const known = this.#withVersion(kept.version);
      // One that is running may just be about to tell its version, and other tabs have theirs.
      const isNobodys = !begun.has(kept.version) && !this.#isAnyRunning(chart.id);
      if (known === undefined && isNobodys) await kept.kept.drop();
      if (known?.state === "needs-chart") {
        known.isSealed = true;
        known.describe(kept);
        known.set("waiting");
      }
    }
    for (const kept of spoilt) await kept.drop();
    for (const transfer of this.#of(chart.id, "needs-chart")) await this.#settle(transfer, chart);
    this.#pump();
  }

  /** Nothing is kept of it: either its commit came through and nobody heard, or its files are needed again. */
  async #settle(transfer: Transfer, chart: OpenChart): Promise<void> {
    const record = chart.chart.state.recordOf.get(transfer.version ?? "");
    if (record === undefined) {
      return transfer.set(transfer.source === undefined ? "needs-source" : "waiting");
    }
    transfer.record = record;
    await this.#begun.end(transfer.id);
    transfer.set("done");
  }

  async put(chart: Id, sources: readonly SourceFiles[]): Promise<string[]> {
    this.#charts.get(chart);
    const added = sources.map((source) => {
      const sizeBytes = source.files.reduce((sum, { file }) => sum + file.size, 0);
      return this.#add(chart, { source, sizeBytes });
    });
    for (const transfer of added) await this.#note(transfer);
    this.#pump();
    return added.map(({ id }) => id);
  }

  pause(id: string): void {
    const transfer = this.#get(id);
    if (transfer.isRunning) transfer.stop("paused");
    else if (transfer.state === "waiting") transfer.set("paused");
  }

  resume(id: string): void {
    const transfer = this.#get(id);
    if (transfer.isRunning || transfer.state === "done" || transfer.state === "cancelled") return;
    transfer.set(this.#charts.has(transfer.chart) ? "waiting" : "needs-chart");
    this.#pump();
  }

  async cancel(id: string): Promise<void> {
    const transfer = this.#get(id);
    if (transfer.state === "done") return;
    if (transfer.isRunning) return transfer.stop("cancelled");
    await this.#drop(transfer);
    await this.#begun.end(id);
    transfer.set("cancelled");
  }

  async forget(id: string): Promise<void> {
    if (this.#get(id).isRunning) return;
    await this.#drop(this.#get(id));
    await this.#begun.end(id);
    this.#all.delete(id);
    this.#changed();
  }

  preview(id: string): Uint8Array {
    return this.#get(id).preview();
  }

  /** At once: nothing is signed any more after this. */
  stopAll(): void {
    for (const transfer of this.#all.values()) transfer.stop("closed");
  }

  /** Every secret is forgotten: names of what is under way are, too. */
  async lock(): Promise<void> {
    this.stopAll();
    this.#all.clear();
    await this.recall();
    this.#changed();
  }

  /** What is under way stops; all of it waits for the chart. */
  closeChart(chart: Id): void {
    for (const transfer of this.#all.values()) {
      if (transfer.chart !== chart) continue;
      if (transfer.isRunning) transfer.stop("closed");
      else if (transfer.state === "waiting") transfer.set("needs-chart");
    }
  }

  #pump(): void {
    for (const transfer of this.#all.values()) {
      if (transfer.state !== "waiting" || transfer.isRunning || !this.#hasRoom(transfer)) continue;
      void this.#run(transfer);
    }
  }

  #hasRoom({ isLarge }: Transfer): boolean {
    const running = [...this.#all.values()].filter((other) => other.isRunning && other.isLarge === isLarge);
    return running.length < (isLarge ? LARGE_AT_ONCE : SMALL_AT_ONCE);
  }

  /** Runs one to its end, or until it is stopped. */
  async #run(transfer: Transfer): Promise<void> {
    const signal = transfer.begin();
    try {
      const result = await this.#untilAnswered(transfer, signal);
      transfer.record = result.record;
      transfer.version = result.version;
      transfer.storesMissing = result.storesMissing;
      transfer.source = undefined;
      await this.#begun.end(transfer.id);
      transfer.set("done");
    } catch (error) {
      if (signal.aborted) await this.#stopped(transfer, signal.reason as Stop);
      else if (error instanceof VaultError && isOutdated(error, transfer))
        await this.#outdated(transfer, error);
      else transfer.set("failed", problemOf(error));
    } finally {
      transfer.end();
      this.#pump();
    }
  }

  async #untilAnswered(transfer: Transfer, signal: AbortSignal): Promise<PutResult> {
    for (;;) {
      try {
        return await this.#attempt(transfer, signal);
      } catch (error) {
        if (signal.aborted || !isOffline(error)) throw error;
        transfer.set("offline");
        await pause(RETRY_MS, signal);
      }
    }
  }

  async #attempt(transfer: Transfer, signal: AbortSignal): Promise<PutResult> {
    const chart = this.#charts.get(transfer.chart);
    const kept = await keptOf(chart, transfer);
    const options: PutOptions = {
      signal,
      onSealed: async (attempt: Attempt) => {
        transfer.send(attempt, this.meter);
        await this.#note(transfer);
      },
      onSealedBytes: (_, bytes) => transfer.seeSealed(bytes),
    };
    if (kept !== undefined) return chart.resume(kept, options);
    const committed = await committedOf(chart, transfer);
    if (committed !== undefined) return committed;
    if (transfer.source === undefined) throw new VaultError("stale", "What was sealed is gone.");
    return putSource(chart, transfer, transfer.source, options);
  }

  async #stopped(transfer: Transfer, reason: Stop): Promise<void> {
    if (reason === "closed") return transfer.set("needs-chart");
    if (reason === "cancelled") {
      await this.#drop(transfer);
      await this.#begun.end(transfer.id);
    }
    transfer.set(reason);
  }

  /** Its files are here still: they are sealed again, under new secrets. Else they must be chosen again. */
  async #outdated(transfer: Transfer, error: VaultError): Promise<void> {
    await this.#drop(transfer);
    transfer.unseal();
    transfer.isSealedAgain = true;
    if (transfer.source === undefined) transfer.set("needs-source", problemOf(error));
    else transfer.set("waiting");
  }

  async #drop(transfer: Transfer): Promise<void> {
    for (const kept of await this.#keep.kept()) {
      const version = await this.#versionOf(kept);
      if (version === undefined || version === transfer.version) await kept.drop();
    }
  }

  /** Of what is kept; `undefined` for what was cut short while it was written, or spoilt since. */
  async #versionOf({ document }: Kept): Promise<Id | undefined> {
    try {
      const { envelope } = await parseKept(document);
      return toHex((await parseEnvelope(this.#engine, envelope)).version);
    } catch {
      return undefined;
    }
  }

  #note({ id, chart, sizeBytes, version }: Transfer): Promise<void> {
    return this.#begun.note(id, { chart, sizeBytes, version });
  }

  #add(chart: Id, begin: TransferStart): Transfer {
    const transfer = new Transfer(chart, begin, () => this.#changed());
    this.#all.set(transfer.id, transfer);
    this.#changed();
    return transfer;
  }

  #get(id: string): Transfer {
    const transfer = this.#all.get(id);
    if (transfer === undefined) throw new BrowserError("gone", "There is no such transfer any more.");
    return transfer;
  }

  #isAnyRunning(chart: Id): boolean {
    return [...this.#all.values()].some((transfer) => transfer.chart === chart && transfer.isRunning);
  }

  #withVersion(version: Id): Transfer | undefined {
    return [...this.#all.values()].find((transfer) => transfer.version === version);
  }

  #of(chart: Id, state: Transfer["state"]): Transfer[] {
    return [...this.#all.values()].filter((transfer) => transfer.chart === chart && transfer.state === state);
  }

  #views(): TransferView[] {
    return Array.from(this.#all.values(), (transfer) => transfer.view(this.#isOffline));
  }

  #changed(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const views = this.#views();
      for (const tell of this.#watchers) tell(views);
    }, VIEW_MS);
  }
}

/** What an earlier run of it left sealed. */
async function keptOf(chart: OpenChart, { isSealed, version }: Transfer): Promise<KeptVersion | undefined> {
  if (!isSealed) return undefined;
  return (await chart.kept()).versions.find((kept) => kept.version === version);
}

/** An earlier run of it whose commit came through, and nobody heard: to put it again would make two records of it. */
async function committedOf(chart: OpenChart, { version }: Transfer): Promise<PutResult | undefined> {
  if (version === undefined) return undefined;
  await chart.refresh();
  const record = chart.chart.state.recordOf.get(version);
  return record === undefined ? undefined : { index: 0, record, version, storesMissing: [] };
}

async function putSource(
  chart: OpenChart,
  transfer: Transfer,
  source: SourceFiles,
  options: PutOptions,
): Promise<PutResult> {
  const signal = options.signal!;
  const content = (): ReturnType<typeof contentOf> => {
    transfer.unseal();
    transfer.set("sealing");
    return contentOf(source, { signal, onRead: (bytes) => transfer.read(bytes) });
  };
  const record = source.record === undefined ? {} : { record: source.record };
  for await (const result of chart.put([{ content, ...record }], options)) return result;
  throw new VaultError("unknown", "The put ended without a version.");
}

/**
 * Whether its sealed bytes are of no use any more: too old, or spoilt on their way to a store, which says so when it is
 * to be committed. That is tried once.
 */
function isOutdated({ code }: VaultError, transfer: Transfer): boolean {
  return (
    code === "stale" ||
    (code === "malformed" && transfer.isSealed && transfer.isLarge && !transfer.isSealedAgain)
  );
}

function isOffline(error: unknown): boolean {
  return error instanceof WireError && (error.code === "unreachable" || error.code === "unavailable");
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, delayMs);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    reject(signal.reason);
  });
  return promise;
}

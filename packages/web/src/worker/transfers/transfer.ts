import { toHex } from "@chirograph/core";
import type { Attempt, Id, KeptVersion } from "@chirograph/vault";
import type { Problem, SentFragment, SourceFiles, TransferState, TransferView } from "../contract.ts";
import { nameOf } from "../names.ts";
import type { SendMeter } from "./send-meter.ts";

const PREVIEW_BYTES = 1_048_576;
/** Larger records stream, and wait sealed in this browser until they are committed. */
const SMALL_BYTES = 1_048_576;

/** Why a transfer was stopped from outside. */
export type Stop = "paused" | "cancelled" | "closed";

export interface TransferStart {
  /** Of one that was begun before. */
  readonly id?: string;
  readonly source?: SourceFiles;
  readonly sizeBytes: number;
  readonly version?: Id | undefined;
}

/** One record on its way into the vault. */
export class Transfer {
  readonly id: string;
  readonly chart: Id;
  source: SourceFiles | undefined;
  state: TransferState = "waiting";
  problem: Problem | undefined;
  record: Id | undefined;
  version: Id | undefined;
  storesMissing: readonly Id[] = [];
  sealedBytes = 0;
  /** Sealed under the id that `version` has: what is kept can be gone on with. */
  isSealed = false;
  /** What was sealed first was spoilt on its way. */
  isSealedAgain = false;
  readonly sizeBytes: number;
  readonly #onChange: () => void;
  #name: string | undefined;
  #kind: string | undefined;
  #fragments: SentFragment[] = [];
  #preview: Uint8Array[] = [];
  #previewBytes = 0;
  #stop: AbortController | undefined;

  constructor(chart: Id, begin: TransferStart, onChange: () => void) {
    this.id = begin.id ?? crypto.randomUUID();
    this.chart = chart;
    this.source = begin.source;
    this.version = begin.version;
    this.#name = begin.source?.name;
    this.#kind = begin.source?.kind;
    this.sizeBytes = begin.sizeBytes;
    this.#onChange = onChange;
  }

  get isLarge(): boolean {
    return this.source === undefined || this.sizeBytes > SMALL_BYTES;
  }

  get isRunning(): boolean {
    return this.#stop !== undefined;
  }

  /** A new run, and the signal that ends it. */
  begin(): AbortSignal {
    this.#stop = new AbortController();
    this.problem = undefined;
    return this.#stop.signal;
  }

  end(): void {
    this.#stop = undefined;
    this.#onChange();
  }

  stop(reason: Stop): void {
    this.#stop?.abort(reason);
  }

  set(state: TransferState, problem?: Problem): void {
    this.state = state;
    this.problem = problem;
    this.#onChange();
  }

  /** What its chart tells of it, for one that was kept from before. */
  describe({ inside, card }: KeptVersion): void {
    this.#name = nameOf(inside);
    this.#kind = card.kind;
  }

  read(bytes: number): void {
    this.sealedBytes += bytes;
    this.#onChange();
  }

  /** Sealing begins anew, under new secrets. */
  unseal(): void {
    this.sealedBytes = 0;
    this.isSealed = false;
    this.version = undefined;
    this.#fragments = [];
    this.#preview = [];
    this.#previewBytes = 0;
  }

  seeSealed(bytes: Uint8Array): void {
    const wanted = Math.min(bytes.length, PREVIEW_BYTES - this.#previewBytes);
    if (wanted <= 0) return;
    this.#preview.push(bytes.slice(0, wanted));
    this.#previewBytes += wanted;
  }

  preview(): Uint8Array {
    const whole = new Uint8Array(this.#previewBytes);
    let filled = 0;
    for (const piece of this.#preview) {
      whole.set(piece, filled);
      filled += piece.length;
    }
    return whole;
  }

  /** It is sealed and cut: from now on its fragments are on their way. */
  send({ record, version, envelope, targets }: Attempt, meter: SendMeter): void {
    this.record = record;
    this.version = version;
    this.isSealed = true;
    this.sealedBytes = this.sizeBytes;
    this.state = "sending";
    this.#fragments = envelope.places.map(({ id, head, tail }, index) => ({
      index,
      id: toHex(id),
      head: toHex(head),
      tail: toHex(tail),
      store: targets[index]!.store,
      sizeBytes: envelope.geometry.fragmentBytes,
      sentBytes: 0,
      state: "waiting",
    }));
    targets.forEach(({ store, object }, index) => {
      meter.listen(store, object, {
        onSent: (bytes) => this.#sent(index, bytes),
        onEnd: (isStored) => this.#ended(index, isStored),
      });
    });
    this.#onChange();
  }

  view(isOffline: boolean): TransferView {
    const sum = (of: (fragment: SentFragment) => number): number =>
      this.#fragments.reduce((total, fragment) => total + of(fragment), 0);
    return {
      id: this.id,
      chart: this.chart,
      name: this.#name,
      kind: this.#kind,
      sizeBytes: this.sizeBytes,
      state: this.state === "sending" && isOffline ? "offline" : this.state,
      sealedBytes: this.sealedBytes,
      sendBytes: sum(({ sizeBytes }) => sizeBytes),
      sentBytes: sum(({ sentBytes }) => sentBytes),
      fragments: this.#fragments,
      record: this.record,
      version: this.version,
      problem: this.problem,
      storesMissing: this.storesMissing,
    };
  }

  #sent(index: number, bytes: number): void {
    const fragment = this.#fragments[index]!;
    const sentBytes = Math.min(fragment.sizeBytes, fragment.sentBytes + bytes);
    this.#fragments = this.#fragments.with(index, { ...fragment, sentBytes, state: "sending" });
    this.#onChange();
  }

  #ended(index: number, isStored: boolean): void {
    const fragment = this.#fragments[index]!;
    const whole = isStored
      ? { sentBytes: fragment.sizeBytes, state: "stored" as const }
      : { state: "failed" as const };
    this.#fragments = this.#fragments.with(index, { ...fragment, ...whole });
    const isOver = this.#fragments.every(({ state }) => state === "stored" || state === "failed");
    if (isOver && this.state === "sending") this.state = "committing";
    this.#onChange();
  }
}

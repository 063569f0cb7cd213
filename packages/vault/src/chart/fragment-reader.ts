import { type Store, StoreError } from "@chirograph/stores";
import type { Place } from "../catalogue.ts";
import type { Answers } from "./answers.ts";

/** So slow a store may be, beyond what it may be silent, before another is tried beside it, in bytes a millisecond. */
const USUAL_PACE = 16;
/** So long nobody waits for a store that gives nothing, with nothing else to read from, and so slow it may be. */
const LONGEST_SILENCE_MS = 20_000;
const SLOWEST_PACE = 4;
/** A store that was left a moment ago and is needed all the same has what is left of that time, and so much at least. */
const LAST_CHANCE_MS = 5000;

interface Wait {
  readonly begun: number;
  receivedBytes: number;
  readonly stop: AbortController;
  readonly stopped: PromiseWithResolvers<never>;
  /** Of the timer that ends it. */
  cancel: () => void;
}

/** Reads from where a fragment lies, knows how long that takes, and stops when it is told to. */
export class FragmentReader {
  readonly #store: Store | undefined;
  readonly #place: Place;
  readonly #answers: Answers;
  readonly #waits = new Set<Wait>();

  constructor(store: Store | undefined, place: Place, answers: Answers) {
    this.#store = store;
    this.#place = place;
    this.#answers = answers;
  }

  /** The bytes `[first, first + lengthBytes)` of the fragment. @throws StoreError */
  async read(first: number, lengthBytes: number): Promise<Uint8Array> {
    if (this.#store === undefined) throw new StoreError("unavailable", "The store is not at hand.");
    const wait = this.#begin();
    try {
      // A store that does not listen to its signal keeps nobody waiting.
      const reading = this.#receive(this.#store, wait, this.#place.offset + first, lengthBytes);
      return await Promise.race([reading, wait.stopped.promise]);
    } catch (error) {
      if (this.#wasSilent(wait, error)) this.#answers.silent(this.#place.store, wait.begun);
      throw error;
    } finally {
      wait.cancel();
      this.#waits.delete(wait);
    }
  }

  /** When whoever waits for it has waited for too long; `undefined` when nothing is being read. */
  overdueAt(patienceMs: number): number | undefined {
    if (this.#waits.size === 0) return undefined;
    return Math.min(...Array.from(this.#waits, (wait) => overdueAt(wait, patienceMs)));
  }

  /** Stops all that is being read. */
  breakOff(error: StoreError): void {
    for (const wait of this.#waits) this.#end(wait, error);
  }

  async #receive(store: Store, wait: Wait, offset: number, lengthBytes: number): Promise<Uint8Array> {
    const whole = new Uint8Array(lengthBytes);
    const { object } = this.#place;
    const { signal } = wait.stop;
    for await (const piece of store.get(object, { offset, lengthBytes }, { signal })) {
      signal.throwIfAborted();
      if (wait.receivedBytes === 0) {
        this.#answers.answered(this.#place.store, this.#answers.time.now() - wait.begun);
      }
      if (piece.length > lengthBytes - wait.receivedBytes) throw wrongLength();
      whole.set(piece, wait.receivedBytes);
      wait.receivedBytes += piece.length;
    }
    if (wait.receivedBytes < lengthBytes) throw wrongLength();
    return whole;
  }

  #begin(): Wait {
    const wait: Wait = {
      begun: this.#answers.time.now(),
      receivedBytes: 0,
      stop: new AbortController(),
      stopped: Promise.withResolvers<never>(),
      cancel: () => undefined,
    };
    wait.stopped.promise.catch(() => undefined);
    this.#waits.add(wait);
    this.#watch(wait);
    return wait;
  }

  #watch(wait: Wait): void {
    const { time } = this.#answers;
    const since = Math.min(wait.begun, this.#answers.silentSince(this.#place.store));
    const end = Math.max(since + LONGEST_SILENCE_MS, wait.begun + LAST_CHANCE_MS);
    const left = end + wait.receivedBytes / SLOWEST_PACE - time.now();
    if (left <= 0) {
      this.#end(wait, new StoreError("unavailable", "The store gave too little for too long."));
      return;
    }
    const { over, cancel } = time.timer(left);
    wait.cancel = cancel;
    void over.then(() => this.#watch(wait));
  }

  #end(wait: Wait, error: StoreError): void {
    wait.stop.abort(error);
    wait.stopped.reject(error);
  }

  /** Who was stopped before his time was over was not. */
  #wasSilent(wait: Wait, error: unknown): boolean {
    if (!(error instanceof StoreError) || error.code !== "unavailable") return false;
    const { time, patienceMs } = this.#answers;
    return !wait.stop.signal.aborted || time.now() >= overdueAt(wait, patienceMs);
  }
}

function overdueAt({ begun, receivedBytes }: Wait, patienceMs: number): number {
  return begun + patienceMs + receivedBytes / USUAL_PACE;
}

function wrongLength(): StoreError {
  return new StoreError("unavailable", "The store answered with another length than was asked for.");
}

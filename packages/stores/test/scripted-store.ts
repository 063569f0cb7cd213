// A store that fails by script, and tells how many requests it had at once.
import { StoreError, type StoreErrorCode } from "../src/error.ts";
import { createMemoryStore } from "../src/memory/memory-store.ts";
import type { ByteRange, CallOptions, ListRequest, ObjectBody, ObjectHead, Store } from "../src/store.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What one request does. */
export type Step =
  | { readonly kind: "works"; readonly afterMs?: number }
  /** Fails before anything was done. */
  | { readonly kind: "fails"; readonly code?: StoreErrorCode }
  /** Does it, and says that it did not. */
  | { readonly kind: "does and fails" }
  /** A get breaks off behind so many bytes; a put, when it has read so many. */
  | { readonly kind: "breaks"; readonly afterBytes: number; readonly silently?: boolean }
  /** Never ends, nor listens to a signal; a get behind so many bytes. */
  | { readonly kind: "hangs"; readonly afterBytes?: number };

export class ScriptedStore implements Store {
  readonly promises = { putIfAbsentIsAtomic: true };
  readonly inner: Store = createMemoryStore();
  readonly signals: (AbortSignal | undefined)[] = [];
  requests: string[] = [];
  running = 0;
  mostRunning = 0;
  pieceBytes = 1000;
  readonly #time: VirtualTime;
  #steps: Step[];

  constructor(time: VirtualTime, steps: Iterable<Step> = []) {
    this.#time = time;
    this.#steps = [...steps];
  }

  /** The next requests do this; those behind them work. */
  script(...steps: Step[]): void {
    this.#steps = steps;
  }

  put(name: string, body: ObjectBody, options?: CallOptions): Promise<void> {
    return this.#request("put", options, async (step) => {
      if (step.kind !== "breaks") return this.inner.put(name, body, options);
      let read = 0;
      for await (const piece of body.bytes) {
        read += piece.length;
        if (read > step.afterBytes) throw broken();
      }
      throw broken();
    });
  }

  async *get(name: string, range?: ByteRange, options?: CallOptions): AsyncGenerator<Uint8Array> {
    const step = this.#begin("get", options);
    try {
      if (step.kind === "works" && step.afterMs !== undefined)
        await this.#time.sleep(step.afterMs, options?.signal);
      if (step.kind === "fails") throw broken(step.code);
      if (step.kind === "does and fails") throw broken();
      let given = 0;
      const ends = step.kind === "breaks" || step.kind === "hangs" ? (step.afterBytes ?? 0) : Infinity;
      for await (const piece of this.inner.get(name, range, options)) {
        for (let at = 0; at < piece.length; at += this.pieceBytes) {
          const part = piece.slice(at, Math.min(at + this.pieceBytes, at + ends - given));
          if (part.length > 0) yield part;
          given += part.length;
          if (given < ends) continue;
          if (step.kind === "hangs") await forever();
          if (step.kind === "breaks" && step.silently === true) return;
          throw broken();
        }
      }
      if (step.kind === "hangs") await forever();
    } finally {
      this.running--;
    }
  }

  head(name: string, options?: CallOptions): Promise<ObjectHead | null> {
    return this.#request("head", options, () => this.inner.head(name, options));
  }

  list(request: ListRequest, options?: CallOptions): Promise<ObjectHead[]> {
    return this.#request("list", options, () => this.inner.list(request, options));
  }

  delete(name: string, options?: CallOptions): Promise<void> {
    return this.#request("delete", options, () => this.inner.delete(name, options));
  }

  #begin(kind: string, options: CallOptions | undefined): Step {
    this.requests.push(kind);
    this.signals.push(options?.signal);
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    return this.#steps.shift() ?? { kind: "works" };
  }

  async #request<T>(
    kind: string,
    options: CallOptions | undefined,
    work: (step: Step) => Promise<T>,
  ): Promise<T> {
    const step = this.#begin(kind, options);
    try {
      if (step.kind === "hangs") await forever();
      if (step.kind === "fails") throw broken(step.code);
      if (step.kind === "works" && step.afterMs !== undefined)
        await this.#time.sleep(step.afterMs, options?.signal);
      if (step.kind === "breaks" && kind !== "put") throw broken();
      const answer = await work(step);
      if (step.kind === "does and fails") throw broken();
      return answer;
    } finally {
      this.running--;
    }
  }
}

function broken(code: StoreErrorCode = "unavailable"): StoreError {
  return new StoreError(code, "So says the script.");
}

function forever(): Promise<never> {
  return new Promise(() => undefined);
}

/** The methods of a store, to be replaced one by one. */
export function bare(of: Store): Store {
  return {
    promises: of.promises,
    put: (...request) => of.put(...request),
    get: (...request) => of.get(...request),
    head: (...request) => of.head(...request),
    list: (...request) => of.list(...request),
    delete: (...request) => of.delete(...request),
  };
}

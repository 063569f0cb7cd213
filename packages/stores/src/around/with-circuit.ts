import { StoreError } from "../error.ts";
import type { CallOptions, ObjectBody, Store } from "../store.ts";
import type { Circuit, Passage } from "./circuit.ts";
import { WatchedBody } from "./watched-body.ts";
import { type Around, type Ask, type AskPut, type RequestKind, wrapped } from "./wrapped.ts";

/** Leaves a store alone that is `unavailable` again and again: until it may be tried, every request fails at once. */
export function withCircuit(store: Store, circuit: Circuit): Store {
  return wrapped(store, new AroundCircuit(circuit));
}

/** Fails at once while the circuit is open, and counts nothing: for what stands before a queue. */
export function withGate(store: Store, circuit: Circuit): Store {
  return wrapped(store, {
    async answer(_kind, options, ask) {
      circuit.requirePassable();
      return ask(options);
    },
    async *pieces(options, ask) {
      circuit.requirePassable();
      yield* ask(options);
    },
  });
}

class AroundCircuit implements Around {
  readonly #circuit: Circuit;

  constructor(circuit: Circuit) {
    this.#circuit = circuit;
  }

  async answer<T>(_kind: RequestKind, options: CallOptions | undefined, ask: Ask<Promise<T>>): Promise<T> {
    const passage = this.#enter(options);
    try {
      const answer = await ask(options);
      passage.succeeded();
      return answer;
    } catch (error) {
      end(passage, error, options);
      throw error;
    }
  }

  async *pieces(
    options: CallOptions | undefined,
    ask: Ask<AsyncIterable<Uint8Array>>,
  ): AsyncGenerator<Uint8Array> {
    const passage = this.#enter(options);
    let isOver = false;
    let hasBegun = false;
    try {
      for await (const piece of ask(options)) {
        passage.alive();
        hasBegun = true;
        yield piece;
      }
      isOver = true;
      passage.succeeded();
    } catch (error) {
      isOver = true;
      end(passage, error, options);
      throw error;
    } finally {
      // Broken off by who reads: what came, came.
      if (!isOver && hasBegun) passage.succeeded();
      else if (!isOver) passage.left();
    }
  }

  async put(body: ObjectBody, options: CallOptions | undefined, ask: AskPut): Promise<void> {
    const passage = this.#enter(options);
    const watched = new WatchedBody(body);
    try {
      await ask(watched, options);
      passage.succeeded();
    } catch (error) {
      if (watched.threw(error)) passage.left();
      else end(passage, error, options);
      throw error;
    }
  }

  #enter(options: CallOptions | undefined): Passage {
    options?.signal?.throwIfAborted();
    return this.#circuit.enter();
  }
}

/** Every answer shows that the store is there; only no answer is a failure, and what the caller cancelled is neither. */
function end(passage: Passage, error: unknown, options: CallOptions | undefined): void {
  if (options?.signal?.aborted === true || !(error instanceof StoreError)) passage.left();
  else if (error.code === "unavailable") passage.failed(error);
  else if (error.code === "invalid") passage.left();
  else passage.succeeded();
}

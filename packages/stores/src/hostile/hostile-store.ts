import type { ByteRange, CallOptions, ListRequest, ObjectBody, ObjectHead, Store } from "../store.ts";
import type { Behaviour, CallName, Calls } from "./behaviour.ts";
import { randomFrom } from "./random.ts";

export interface HostileOptions {
  /** The same seed, the same lies: 0 if not said. */
  readonly seed?: number;
  /** What is struck; everything if not said. */
  readonly scope?: Scope;
  /** The same store as it once was: what a rollback shows. Without it, as it was when it was first asked. */
  readonly older?: Store;
  /** A store of another vault: needed for "another vault's object". */
  readonly foreign?: Store;
  /** Another store of the vault, in the same hands: "index swap" exchanges objects with it. */
  readonly accomplice?: Store;
}

/** Which calls of a store are answered falsely. */
export interface Scope {
  /** Of those that the behaviour changes. */
  readonly calls?: readonly CallName[];
  /** Objects by name; a list is struck where any of them would be in it. */
  readonly names?: (name: string) => boolean;
  /** So many of these calls are answered honestly first. */
  readonly after?: number;
  /** Asked at every call: it strikes while this says so. */
  readonly during?: () => boolean;
  /** How many of 100 calls, drawn from the seed: all if not said. */
  readonly percent?: number;
}

/**
 * A store in hostile hands: `inner`, but that the calls in scope are answered as the behaviour says. It keeps within
 * the forms of `Store`, not within its promises. Objects that it alters are held in memory whole.
 * @throws StoreError `invalid` where the behaviour needs another store and got none
 */
export function hostileStore(inner: Store, behaviour: Behaviour, options: HostileOptions = {}): Store {
  return new HostileStore(inner, behaviour, options);
}

class HostileStore implements Store {
  readonly promises: Store["promises"];
  readonly #inner: Store;
  readonly #scope: Scope;
  readonly #lies: Partial<Calls>;
  readonly #lying: Calls;
  readonly #drawn: () => boolean;
  #inScope = 0;

  constructor(inner: Store, behaviour: Behaviour, { seed = 0, scope = {}, ...others }: HostileOptions) {
    this.promises = inner.promises;
    this.#inner = inner;
    this.#scope = scope;
    this.#lies = behaviour.lie({
      honest: inner,
      strikes: (name) => scope.names?.(name) ?? true,
      randomFor: (what) => randomFrom(seed, what),
      older: others.older,
      foreign: others.foreign,
      accomplice: others.accomplice,
    });
    this.#lying = { ...bound(inner), ...this.#lies };
    const random = randomFrom(seed, "which calls");
    const { percent = 100 } = scope;
    this.#drawn = () => percent >= 100 || random(100) < percent;
  }

  put(name: string, body: ObjectBody, options?: CallOptions): Promise<void> {
    return this.#calls("put", name).put(name, body, options);
  }

  get(name: string, range?: ByteRange, options?: CallOptions): AsyncIterable<Uint8Array> {
    return this.#calls("get", name).get(name, range, options);
  }

  head(name: string, options?: CallOptions): Promise<ObjectHead | null> {
    return this.#calls("head", name).head(name, options);
  }

  list(request: ListRequest, options?: CallOptions): Promise<ObjectHead[]> {
    return this.#calls("list", undefined).list(request, options);
  }

  delete(name: string, options?: CallOptions): Promise<void> {
    return this.#calls("delete", name).delete(name, options);
  }

  /** Whoever answers this call. */
  #calls(call: CallName, name: string | undefined): Calls {
    return this.#lies[call] !== undefined && this.#strikes(call, name) ? this.#lying : this.#inner;
  }

  #strikes(call: CallName, name: string | undefined): boolean {
    const { calls, names, after = 0, during } = this.#scope;
    if (calls?.includes(call) === false || during?.() === false) return false;
    if (name !== undefined && names?.(name) === false) return false;
    return this.#inScope++ >= after && this.#drawn();
  }
}

function bound(store: Store): Calls {
  return {
    put: (name, body, options) => store.put(name, body, options),
    get: (name, range, options) => store.get(name, range, options),
    head: (name, options) => store.head(name, options),
    list: (request, options) => store.list(request, options),
    delete: (name, options) => store.delete(name, options),
  };
}

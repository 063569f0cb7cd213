import type { Store } from "../store.ts";
import type { Random } from "./random.ts";

/** The calls of a store that can be answered falsely. */
export type Calls = Omit<Store, "promises">;

export type CallName = keyof Calls;

/** One way in which a store fails, lies or forgets. */
export interface Behaviour {
  readonly name: string;
  /** What such a store does, in one line. */
  readonly description: string;
  /** The calls that it answers in its own way; all others are answered honestly. */
  lie(circumstances: Circumstances): Partial<Calls>;
}

/** What a hostile store has at hand. */
export interface Circumstances {
  /** The objects as they are. */
  readonly honest: Store;
  /** Whether it strikes the object of this name. */
  readonly strikes: (name: string) => boolean;
  /** Numbers that depend on the seed and on what they are for, not on the order of calls. */
  readonly randomFor: (what: string) => Random;
  /** The same store as it once was; without it, as it was when it was first asked. */
  readonly older: Store | undefined;
  /** A store of another vault. */
  readonly foreign: Store | undefined;
  /** Another store of the same vault, in the same hands. */
  readonly accomplice: Store | undefined;
}

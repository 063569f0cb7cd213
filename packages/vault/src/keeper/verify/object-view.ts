import {
  type ByteRange,
  type PackedEntry,
  readAll,
  readTable,
  type Store,
  StoreError,
} from "@chirograph/stores";
import { callOptions } from "../fragment-sources.ts";

/** Objects up to this size are read once and whole. */
const WHOLE_BYTES: number = 8 * 1_048_576;
/** In larger ones so much is read at once: fragments are asked for in the order in which they lie. */
const WINDOW_BYTES: number = 4 * 1_048_576;

/** One packed object, read with few calls however many entries it has. */
export class ObjectView {
  readonly sizeBytes: number;
  readonly #store: Store;
  readonly #name: string;
  readonly #signal: AbortSignal | undefined;
  readonly #aheadBytes: number;
  #window: { readonly offset: number; readonly bytes: Uint8Array };

  private constructor(
    at: { store: Store; name: string; signal: AbortSignal | undefined; aheadBytes?: number },
    sizeBytes: number,
    whole: Uint8Array,
  ) {
    this.#store = at.store;
    this.#name = at.name;
    this.#signal = at.signal;
    this.#aheadBytes = at.aheadBytes ?? WINDOW_BYTES;
    this.sizeBytes = sizeBytes;
    this.#window = { offset: 0, bytes: whole };
  }

  /** @throws StoreError `not-found`, and whatever else the store throws */
  static async open(at: {
    store: Store;
    name: string;
    signal: AbortSignal | undefined;
    /** Objects up to so many bytes are read whole; 8 MiB if nothing is said. */
    wholeBytes?: number;
    /** Of larger ones so much is read at once: 4 MiB if nothing is said. */
    aheadBytes?: number;
  }): Promise<ObjectView> {
    const { store, name, signal } = at;
    const options = callOptions(signal);
    const head = await store.head(name, options);
    if (head === null) throw new StoreError("not-found", "No object has that name.");
    const { sizeBytes } = head;
    const isSmall = sizeBytes <= (at.wholeBytes ?? WHOLE_BYTES);
    const range = { offset: 0, lengthBytes: sizeBytes };
    return new ObjectView(
      at,
      sizeBytes,
      isSmall ? await readAll(store, name, range, options) : new Uint8Array(),
    );
  }

  /**
   * Bytes that nobody changes, valid as long as they are held.
   * @throws StoreError `out-of-range`
   */
  async read({ offset, lengthBytes }: ByteRange): Promise<Uint8Array> {
    if (offset < 0 || lengthBytes > this.sizeBytes - offset) {
      throw new StoreError("out-of-range", "The range does not lie inside the object.");
    }
    const begin = offset - this.#window.offset;
    if (begin >= 0 && begin + lengthBytes <= this.#window.bytes.length) {
      return this.#window.bytes.subarray(begin, begin + lengthBytes);
    }
    const ahead = Math.min(Math.max(lengthBytes, this.#aheadBytes), this.sizeBytes - offset);
    const range = { offset, lengthBytes: ahead };
    const bytes = await readAll(this.#store, this.#name, range, callOptions(this.#signal));
    this.#window = { offset, bytes };
    return bytes.subarray(0, lengthBytes);
  }

  /** @throws StoreError `malformed` */
  async table(): Promise<PackedEntry[]> {
    const isWhole = this.#window.offset === 0 && this.#window.bytes.length === this.sizeBytes;
    const store = isWhole ? storeOfOne(this.#name, this.#window.bytes) : this.#store;
    return readTable(store, this.#name, callOptions(this.#signal));
  }
}

/** An object that was read already, for whoever reads from a store. */
function storeOfOne(only: string, bytes: Uint8Array): Store {
  return {
    promises: { putIfAbsentIsAtomic: false },
    put: async () => refuse(),
    async *get(name, range) {
      if (name !== only) refuse();
      const { offset, lengthBytes } = range ?? { offset: 0, lengthBytes: bytes.length };
      yield bytes.subarray(offset, offset + lengthBytes);
    },
    head: async (name) => (name === only ? { name, sizeBytes: bytes.length } : null),
    list: async () => refuse(),
    delete: async () => refuse(),
  };
}

function refuse(): never {
  throw new StoreError("denied", "This is a copy of one object, to be read.");
}

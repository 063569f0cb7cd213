import type { FragmentSource } from "@chirograph/core";
import { readAll, type Store } from "@chirograph/stores";
import type { Place } from "../catalogue.ts";

/** So much is read at once where one block follows the other. */
const WINDOW_BYTES = 1_048_576;
/** Shorter reads are frames: what follows them is not asked for next. */
const SHORTEST_BLOCK_BYTES = 4096;

/** A fragment that lies in memory. */
export function sourceOfBytes(bytes: Uint8Array): FragmentSource {
  return {
    sizeBytes: bytes.length,
    read: async (offset, lengthBytes) => bytes.subarray(offset, offset + lengthBytes),
  };
}

/** A fragment that lies in a store. It remembers why it could not be read, for those who need to know. */
export class StoredFragment implements FragmentSource {
  readonly sizeBytes: number;
  /** The first failure of the store. */
  failure: unknown;
  readonly #store: Store;
  readonly #place: Place;
  readonly #signal: AbortSignal | undefined;
  #window: { readonly offset: number; readonly bytes: Uint8Array } = { offset: 0, bytes: new Uint8Array() };

  constructor(store: Store, place: Place, signal?: AbortSignal) {
    this.sizeBytes = place.lengthBytes;
    this.#store = store;
    this.#place = place;
    this.#signal = signal;
  }

  async read(offset: number, lengthBytes: number): Promise<Uint8Array> {
    const begin = offset - this.#window.offset;
    if (begin >= 0 && begin + lengthBytes <= this.#window.bytes.length) {
      return this.#window.bytes.subarray(begin, begin + lengthBytes);
    }
    const ahead = lengthBytes < SHORTEST_BLOCK_BYTES ? lengthBytes : Math.max(lengthBytes, WINDOW_BYTES);
    const bytes = await this.#fetch(offset, Math.min(ahead, this.sizeBytes - offset));
    if (ahead > lengthBytes) this.#window = { offset, bytes };
    return bytes.subarray(0, lengthBytes);
  }

  async #fetch(offset: number, lengthBytes: number): Promise<Uint8Array> {
    const range = { offset: this.#place.offset + offset, lengthBytes };
    try {
      return await readAll(this.#store, this.#place.object, range, callOptions(this.#signal));
    } catch (error) {
      this.failure ??= error;
      throw error;
    }
  }
}

export function callOptions(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

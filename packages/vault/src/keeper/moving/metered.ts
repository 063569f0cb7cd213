import type { Store } from "@chirograph/stores";
import type { Keeping } from "../keeping.ts";

/** What went over the way to the stores and back: bodies of objects, in bytes. */
export interface Traffic {
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** Counts what one run reads and writes. */
export class Meter implements Traffic {
  readBytes = 0;
  writtenBytes = 0;

  /** The same vault, of which every byte is counted here. */
  over(keeping: Keeping): Keeping {
    const stores = new Map(Array.from(keeping.stores, ([id, store]) => [id, this.#metered(store)]));
    return { ...keeping, stores };
  }

  #metered(store: Store): Store {
    const count = (what: keyof Traffic, bytes: number): void => {
      this[what] += bytes;
    };
    return {
      promises: store.promises,
      put: (name, { sizeBytes, bytes }, options) =>
        store.put(
          name,
          { sizeBytes, bytes: counted(bytes, (length) => count("writtenBytes", length)) },
          options,
        ),
      get: (name, range, options) =>
        counted(store.get(name, range, options), (length) => count("readBytes", length)),
      head: (name, options) => store.head(name, options),
      list: (request, options) => store.list(request, options),
      delete: (name, options) => store.delete(name, options),
    };
  }
}

async function* counted(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  count: (lengthBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    count(piece.length);
    yield piece;
  }
}

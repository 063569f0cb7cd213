import { StoreError } from "@chirograph/stores";
import { type UploadState, WireError } from "@chirograph/wire";
import { isReserved, type ObjectTarget, requireReserved } from "../vault/reserved.ts";
import type { ServedVault } from "../vault/served-vault.ts";
import { Spool, type Spooled } from "./spool.ts";

/** A part of an object, from where it says. */
export interface Part {
  readonly offset: number;
  readonly lengthBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Objects that come in parts; with its last byte an object is put into its store. */
export class Uploads {
  readonly #vault: ServedVault;
  readonly #spool: Spool;
  readonly #known = new Map<string, Spooled>();
  /** Those that somebody is at. */
  readonly #taken = new Set<string>();

  private constructor(vault: ServedVault, spool: Spool) {
    this.#vault = vault;
    this.#spool = spool;
  }

  /** Finds what an earlier run of the server has left. */
  static async open(vault: ServedVault, folder: string): Promise<Uploads> {
    const spool = new Spool(folder);
    const uploads = new Uploads(vault, spool);
    for (const spooled of await spool.all()) uploads.#known.set(keyOf(spooled.target), spooled);
    await uploads.sweep();
    return uploads;
  }

  /** Begins an upload, or tells how far it is. */
  begin(target: ObjectTarget, sizeBytes: number): Promise<UploadState> {
    return this.#alone(target, async (known) => {
      await requireReserved(this.#vault.keeping, target);
      const head = await this.#vault.store(target.store).head(target.object);
      if (head !== null) return this.#alreadyThere(known, { there: head.sizeBytes, sizeBytes });
      const spooled = known ?? this.#remember(await this.#spool.begin(target, sizeBytes));
      requireSize(spooled, sizeBytes);
      return stateOf(spooled);
    });
  }

  /**
   * Adds a part; the last one puts the object.
   * @throws WireError `wrong-offset`, `busy`; StoreError `wrong-length`, `full`
   */
  append(target: ObjectTarget, part: Part): Promise<UploadState> {
    return this.#alone(target, async (known) => {
      await requireReserved(this.#vault.keeping, target);
      if (known === undefined) throw new WireError("unknown", "No such upload was begun.");
      if (part.offset !== known.offset) {
        throw new WireError("wrong-offset", `The upload goes on at ${known.offset}.`);
      }
      if (part.lengthBytes > known.sizeBytes - known.offset) {
        throw new StoreError("wrong-length", "The part goes past the end of the object.");
      }
      const { spooled, cut } = await this.#spool.append(known, part.bytes);
      this.#remember(spooled);
      if (cut !== undefined) throw new StoreError("unavailable", "The part was cut short.", { cause: cut });
      if (spooled.offset < spooled.sizeBytes) return stateOf(spooled);
      return this.#finish(spooled);
    });
  }

  drop(target: ObjectTarget): Promise<void> {
    return this.#alone(target, async (known) => {
      if (known !== undefined) await this.#forget(known);
    });
  }

  /** Removes what no reservation waits for any more. */
  async sweep(): Promise<void> {
    const { rows, now } = this.#vault.keeping;
    for (const { target } of this.#known.values()) {
      const until = await rows.reservedUntil(target);
      const isAwaited = isReserved(until, now()) || this.#taken.has(keyOf(target));
      if (!isAwaited) await this.drop(target);
    }
  }

  async #finish(spooled: Spooled): Promise<UploadState> {
    const { target, sizeBytes } = spooled;
    const store = this.#vault.store(target.store);
    try {
      await store.put(target.object, { sizeBytes, bytes: this.#spool.read(spooled) });
    } catch (error) {
      // The server died between the put and what follows it.
      const isThere = error instanceof StoreError && error.code === "exists";
      if (!isThere || (await store.head(target.object))?.sizeBytes !== sizeBytes) throw error;
    }
    await this.#forget(spooled);
    return { ...stateOf(spooled), complete: true };
  }

  async #alreadyThere(
    known: Spooled | undefined,
    { there, sizeBytes }: { there: number; sizeBytes: number },
  ): Promise<UploadState> {
    if (there !== sizeBytes) throw new StoreError("exists", "An object of another size has this name.");
    if (known !== undefined) await this.#forget(known);
    return { offset: sizeBytes, sizeBytes, complete: true };
  }

  #remember(spooled: Spooled): Spooled {
    this.#known.set(keyOf(spooled.target), spooled);
    return spooled;
  }

  async #forget(spooled: Spooled): Promise<void> {
    await this.#spool.remove(spooled);
    this.#known.delete(keyOf(spooled.target));
  }

  /** One request at a time: two would write over each other. */
  async #alone<Result>(
    target: ObjectTarget,
    work: (known: Spooled | undefined) => Promise<Result>,
  ): Promise<Result> {
    const key = keyOf(target);
    if (this.#taken.has(key)) throw new WireError("busy", "Another request is at this upload.");
    this.#taken.add(key);
    try {
      return await work(this.#known.get(key));
    } finally {
      this.#taken.delete(key);
    }
  }
}

function requireSize(spooled: Spooled, sizeBytes: number): void {
  if (spooled.sizeBytes === sizeBytes) return;
  throw new StoreError("wrong-length", `The upload was begun for ${spooled.sizeBytes} bytes.`);
}

function stateOf({ offset, sizeBytes }: Spooled): UploadState {
  return { offset, sizeBytes, complete: false };
}

function keyOf({ store, object }: ObjectTarget): string {
  return `${store}/${object}`;
}

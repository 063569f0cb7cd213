import {
  type ByteRange,
  type ListRequest,
  type ObjectBody,
  type ObjectHead,
  type Store,
  StoreError,
} from "@chirograph/stores";
import type { Random } from "./random.ts";

/**
 * What one store has, honestly served. An object is on the medium when its put resolves; a disk without fsync says so
 * earlier, and has it in memory only for a while.
 */
export class Disk implements Store {
  readonly promises = { putIfAbsentIsAtomic: true };
  readonly objects = new Map<string, Uint8Array>();
  readonly #unsynced = new Map<string, number>();
  readonly #syncDelayMs: number;
  readonly #now: () => number;

  /** @param syncDelayMs how long what was acknowledged is only in memory: 0 for an honest disk */
  constructor(now: () => number, syncDelayMs: number) {
    this.#now = now;
    this.#syncDelayMs = syncDelayMs;
  }

  async put(name: string, { bytes: pieces }: ObjectBody): Promise<void> {
    const bytes = await joined(pieces);
    if (this.objects.has(name)) throw new StoreError("exists", "An object has that name already.");
    this.objects.set(name, bytes);
    if (this.#syncDelayMs > 0) this.#unsynced.set(name, this.#now() + this.#syncDelayMs);
  }

  async *get(name: string, range?: ByteRange): AsyncGenerator<Uint8Array> {
    const bytes = this.objects.get(name);
    if (bytes === undefined) throw new StoreError("not-found", "No object has that name.");
    const { offset, lengthBytes } = range ?? { offset: 0, lengthBytes: bytes.length };
    if (offset < 0 || lengthBytes < 0 || offset + lengthBytes > bytes.length)
      throw new StoreError("out-of-range", "The range does not lie inside the object.");
    if (lengthBytes > 0) yield bytes.slice(offset, offset + lengthBytes);
  }

  async head(name: string): Promise<ObjectHead | null> {
    const bytes = this.objects.get(name);
    return bytes === undefined ? null : { name, sizeBytes: bytes.length };
  }

  async list({ prefix, after = "", limit }: ListRequest): Promise<ObjectHead[]> {
    const names = [...this.objects.keys()].filter((name) => name.startsWith(prefix) && name > after);
    return names
      .toSorted()
      .slice(0, limit)
      .map((name) => ({ name, sizeBytes: this.objects.get(name)!.length }));
  }

  async delete(name: string): Promise<void> {
    this.objects.delete(name);
  }

  /** The power fails: what is in memory only is gone. */
  losePower(): void {
    for (const [name, synced] of this.#unsynced) if (synced > this.#now()) this.objects.delete(name);
    this.#unsynced.clear();
  }

  /** Loses objects for good. @returns how many */
  loseSome(random: Random, share: number): number {
    const lost = [...this.objects.keys()].toSorted().filter(() => random.chance(share));
    for (const name of lost) this.objects.delete(name);
    return lost.length;
  }
}

export async function joined(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const piece of pieces) {
    all.push(new Uint8Array(piece));
    lengthBytes += piece.length;
  }
  if (all.length === 1) return all[0]!;
  const whole = new Uint8Array(lengthBytes);
  let offset = 0;
  for (const piece of all) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

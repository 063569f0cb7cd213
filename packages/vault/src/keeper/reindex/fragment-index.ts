import { toHex } from "@chirograph/core";
import type { PackedEntry } from "@chirograph/stores";
import type { Id, Place } from "../../catalogue.ts";

/** A fragment object, and whether a version needs something of it. */
export interface IndexedObject {
  readonly store: Id;
  readonly name: string;
  readonly sizeBytes: number;
  isNeeded: boolean;
}

/** Where fragments say that they lie, by id: columns of numbers, since there may be millions. */
export class FragmentIndex {
  readonly objects: IndexedObject[] = [];
  readonly #rows = new Map<string, number | number[]>();
  readonly #object: number[] = [];
  readonly #offset: number[] = [];
  readonly #length: number[] = [];

  add(object: Omit<IndexedObject, "isNeeded">, entries: readonly PackedEntry[]): void {
    const at = this.objects.push({ ...object, isNeeded: false }) - 1;
    for (const { id, offset, lengthBytes } of entries) {
      const row = this.#object.push(at) - 1;
      this.#offset.push(offset);
      this.#length.push(lengthBytes);
      const key = toHex(id);
      const known = this.#rows.get(key);
      this.#rows.set(key, known === undefined ? row : [known, row].flat());
    }
  }

  /** All places that claim to be a fragment, in no particular order. */
  placesOf(id: Uint8Array): Place[] {
    const rows = this.#rows.get(toHex(id)) ?? [];
    return [rows].flat().map((row) => {
      const { store, name } = this.objects[this.#object[row]!]!;
      return { store, object: name, offset: this.#offset[row]!, lengthBytes: this.#length[row]! };
    });
  }

  /** Marks the object of the place that was chosen; gives it when that is new. */
  need(id: Uint8Array, place: Place): IndexedObject | undefined {
    const rows = [this.#rows.get(toHex(id)) ?? []].flat();
    const objects = rows.map((row) => this.objects[this.#object[row]!]!);
    const object = objects.find(({ store, name }) => store === place.store && name === place.object);
    if (object === undefined || object.isNeeded) return undefined;
    object.isNeeded = true;
    return object;
  }
}

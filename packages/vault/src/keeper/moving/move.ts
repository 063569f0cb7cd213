import type { Id } from "../../catalogue.ts";
import type { Remade } from "../repair/fragment-writer.ts";
import type { LyingFragment } from "./fragments-in.ts";

/** A fragment that is to lie on another store, or in another object of its own. */
export interface Move extends LyingFragment {
  readonly to: Id;
}

export function remadeOf({ row, envelope, index, place }: Move, bytes: Remade["bytes"]): Remade {
  const { version } = row;
  const { id } = envelope.places[index]!;
  return {
    version,
    index,
    from: place,
    lying: row.places,
    id,
    lengthBytes: envelope.geometry.fragmentBytes,
    bytes,
  };
}

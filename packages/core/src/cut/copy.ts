import type { Engine } from "@chirograph/engine/interface";
import { ChirographError } from "../error.ts";
import { fragmentHead, fragmentTail, type Place, readBlock } from "./fragment.ts";
import type { Geometry } from "./geometry.ts";
import type { KnownFragment } from "./rebuild.ts";

/**
 * A fragment as it lies somewhere, block by block, each held against its leaf before it is given out: what leaves here
 * is what the envelope signs, and it was read once.
 * @param place that of the fragment, whose frame was found to match it
 * @throws ChirographError `damaged` for a block that is missing or another one
 */
export async function* copyFragment(
  engine: Engine,
  geometry: Geometry,
  place: Place,
  { index, source, frame }: KnownFragment,
): AsyncGenerator<Uint8Array, void, void> {
  yield fragmentHead({ head: place.head, share: frame.share });
  for (let stripe = 0; stripe < geometry.stripes; stripe++) {
    const block = await readBlock(engine, source, frame, geometry, stripe);
    if (block === null) {
      throw new ChirographError("damaged", `Fragment ${index + 1} is damaged in stripe ${stripe + 1}.`);
    }
    yield block;
  }
  yield fragmentTail({ leaves: frame.leaves, tail: place.tail });
}

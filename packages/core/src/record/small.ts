import type { Engine } from "@chirograph/engine/interface";
import type { Envelope, LockedEnvelope } from "../envelope/envelope.ts";
import type { FragmentSink, PlannedFragment } from "./body.ts";
import type { VersionPlace } from "./place.ts";
import { type ContentPlan, sealPlaced } from "./seal.ts";

/** A version that was sealed in memory. */
export interface SealedSmall {
  readonly envelope: Envelope & LockedEnvelope;
  /** Its fragments one behind the other, in their order, each as long as the envelope's geometry says. */
  readonly fragments: Uint8Array<ArrayBuffer>;
}

/** Seals a version whose fragments fit into memory. */
export async function sealSmall(
  engine: Engine,
  place: VersionPlace,
  plan: ContentPlan,
): Promise<SealedSmall> {
  const sink = new MemorySink();
  const { envelope } = await sealPlaced(engine, place, plan, sink);
  return { envelope: envelope as Envelope & LockedEnvelope, fragments: sink.fragments };
}

/** The bytes of fragment `index`. */
export function fragmentOf({ envelope, fragments }: SealedSmall, index: number): Uint8Array {
  const { fragmentBytes } = envelope.geometry;
  return fragments.subarray(index * fragmentBytes, (index + 1) * fragmentBytes);
}

/** All in one piece of memory: ten thousand notes would take eighty thousand pieces of it. */
class MemorySink implements FragmentSink {
  fragments: Uint8Array<ArrayBuffer> = new Uint8Array();
  /** Where the next bytes of each go. */
  #ends: number[] = [];

  async open(planned: readonly PlannedFragment[]): Promise<void> {
    let end = 0;
    for (const { sizeBytes } of planned) {
      this.#ends.push(end);
      end += sizeBytes;
    }
    this.fragments = new Uint8Array(end);
  }

  async write(index: number, bytes: Uint8Array): Promise<void> {
    this.fragments.set(bytes, this.#ends[index]);
    this.#ends[index]! += bytes.length;
  }
}

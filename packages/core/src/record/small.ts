import type { Engine } from "@chirograph/engine/interface";
import {
  encodeUnsigned,
  type Envelope,
  type LockedEnvelope,
  signEncoded,
  signEnvelope,
} from "../envelope/envelope.ts";
import type { Signer } from "../identity/identity.ts";
import type { FragmentSink, PlannedFragment } from "./body.ts";
import type { VersionPlace } from "./place.ts";
import { type ContentPlan, sealUnsigned } from "./seal.ts";

/** A version that was sealed in memory. */
export interface SealedSmall {
  readonly envelope: Envelope & LockedEnvelope;
  /** Its fragments one behind the other, in their order, each as long as the envelope's geometry says. */
  readonly fragments: Uint8Array<ArrayBuffer>;
}

/** The same before its author signs it: bytes alone. */
export interface UnsignedSmall extends Pick<SealedSmall, "fragments"> {
  readonly unsigned: Uint8Array<ArrayBuffer>;
}

/** Seals a version whose fragments fit into memory. */
export async function sealSmall(
  engine: Engine,
  place: VersionPlace,
  plan: ContentPlan & { readonly author: Signer },
): Promise<SealedSmall> {
  const sink = new MemorySink();
  const body = await sealUnsigned(engine, place, plan, sink);
  const envelope = await signEnvelope(engine, body, plan.author);
  return { envelope: envelope as Envelope & LockedEnvelope, fragments: sink.fragments };
}

/** Seals it for an author whose public key alone is known: he signs it elsewhere. */
export async function sealSmallUnsigned(
  engine: Engine,
  place: VersionPlace,
  plan: ContentPlan & { readonly author: Pick<Signer, "signing"> },
): Promise<UnsignedSmall> {
  const sink = new MemorySink();
  const body = await sealUnsigned(engine, place, plan, sink);
  return { unsigned: encodeUnsigned(body, plan.author.signing), fragments: sink.fragments };
}

export async function signSmall(
  engine: Engine,
  { unsigned, fragments }: UnsignedSmall,
  author: Signer,
): Promise<SealedSmall> {
  const envelope = await signEncoded(engine, unsigned, author);
  return { envelope: envelope as Envelope & LockedEnvelope, fragments };
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

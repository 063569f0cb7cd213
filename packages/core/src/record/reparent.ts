import type { Engine } from "@chirograph/engine/interface";
import { type Envelope, signEnvelope } from "../envelope/envelope.ts";
import type { Signer } from "../identity/identity.ts";
import { type SealedVersion, versionChange } from "./seal.ts";

/**
 * The same sealed version behind another parent, for a writer whom somebody else's version has overtaken. No box and
 * no fragment is bound to the parent, so that only the signature is made again.
 * @param parent the record's last version now, or 16 zeros
 */
export async function reparentVersion(
  engine: Engine,
  envelope: Envelope,
  parent: Uint8Array,
  author: Signer,
): Promise<SealedVersion> {
  const signed = await signEnvelope(engine, { ...envelope, parent }, author);
  return { envelope: signed, change: versionChange(signed) };
}

import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { mayBeSignature } from "../ed25519.ts";
import type { SignatureCheck } from "../engine.ts";

/** More than a few commits have on their way; some 200 bytes each. */
const MOST = 8192;

/**
 * The last signatures that an engine has made, by key, signature and the message's hash. They are valid: where the same
 * process checks one, as a keeper does beside his client, the arithmetic need not be done again. What anybody else has
 * signed, or what was changed since, is not among them.
 */
export class OwnSignatures {
  readonly #made = new Set<string>();

  add(made: SignatureCheck): void {
    this.#made.add(nameOf(made));
    const [oldest] = this.#made;
    if (this.#made.size > MOST) this.#made.delete(oldest!);
  }

  has(check: SignatureCheck): boolean {
    return mayBeSignature(check) && this.#made.has(nameOf(check));
  }
}

/** Key and signature are of fixed lengths: nothing else has the same name, unless SHA-256 is broken. */
function nameOf({ publicKey, signature, message }: SignatureCheck): string {
  return `${latin1(publicKey)}${latin1(signature)}${hash("sha256", message, "base64")}`;
}

function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}

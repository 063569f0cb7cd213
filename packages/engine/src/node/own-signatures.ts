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
  #made = new Set<string>();
  /** Those made before these, which go first. */
  #before: ReadonlySet<string> = new Set();

  add(made: SignatureCheck): void {
    this.#made.add(nameOf(made));
    if (this.#made.size < MOST / 2) return;
    this.#before = this.#made;
    this.#made = new Set();
  }

  has(check: SignatureCheck): boolean {
    if (!mayBeSignature(check)) return false;
    const name = nameOf(check);
    return this.#made.has(name) || this.#before.has(name);
  }
}

/** Key and signature are of fixed lengths: nothing else has the same name, unless SHA-256 is broken. */
function nameOf({ publicKey, signature, message }: SignatureCheck): string {
  return `${latin1(publicKey)}${latin1(signature)}${hash("sha256", message, "base64")}`;
}

function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}

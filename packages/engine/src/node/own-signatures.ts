import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import type { SignatureCheck } from "../engine.ts";

/** More than a few commits have on their way; some 200 bytes each. */
const MOST = 8192;

/**
 * Signatures that this process has made, by key, signature and the message's hash: they are valid, and whoever checks
 * one here, such as a keeper beside his client, need not do the arithmetic again. One of anybody else is not among them.
 */
export class OwnSignatures {
  readonly #made = new Set<string>();

  add(made: SignatureCheck): void {
    this.#made.add(nameOf(made));
    const [oldest] = this.#made;
    if (this.#made.size > MOST) this.#made.delete(oldest!);
  }

  has(check: SignatureCheck): boolean {
    return this.#made.has(nameOf(check));
  }
}

/** Of fixed lengths: nothing else has the same name, unless SHA-256 is broken. */
function nameOf({ publicKey, signature, message }: SignatureCheck): string {
  return `${latin1(publicKey)}${latin1(signature)}${hash("sha256", message, "base64")}`;
}

function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}

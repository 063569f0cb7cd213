import { VaultError } from "@chirograph/vault";

/** An id or a name as bytes: 16 of an id, 32 of a hash. */
export function toBlob(hex: string, lengthBytes = 16): Uint8Array {
  const bytes = Buffer.from(hex, "hex");
  if (bytes.length !== lengthBytes || hex.length !== 2 * lengthBytes) {
    throw new VaultError("malformed", `What should be ${2 * lengthBytes} hexadecimal digits is not.`);
  }
  return bytes;
}

export const HASH_BYTES = 32;

export function toHex(blob: Uint8Array): string {
  return Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength).toString("hex");
}

export const KINDS = ["", "fragment", "statement"] as const;
export const STATES = ["", "live", "owed", "condemned"] as const;
export const FRAGMENT = 1;
export const LIVE = 1;
export const CONDEMNED = 3;

import type { HashEachRequest } from "../engine.ts";
import type { Mac } from "../hkdf.ts";
import { forEachInFlight } from "./flight.ts";
import { concatenate, unshared } from "./memory.ts";

/** See `Engine.constantTimeEqual`. */
export function constantTimeEqual(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= left[index]! ^ right[index]!;
  return difference === 0;
}

/** See `Engine.sha256`. */
export async function sha256(parts: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
  const [only] = parts;
  const message = parts.length === 1 && only !== undefined ? unshared(only) : concatenate(parts);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", message));
}

/** See `Engine.sha256Each`. */
export async function sha256Each({ prefix, blocks }: HashEachRequest): Promise<Uint8Array<ArrayBuffer>[]> {
  const digests: Uint8Array<ArrayBuffer>[] = [];
  await forEachInFlight(blocks.length, async (index) => {
    digests[index] = await sha256([prefix, blocks[index]!]);
  });
  return digests;
}

/** HMAC-SHA-512, for HKDF. */
export async function hmacSha512(key: Uint8Array): Promise<Mac> {
  const algorithm = { name: "HMAC", hash: "SHA-512" };
  const imported = await crypto.subtle.importKey("raw", unshared(key), algorithm, false, ["sign"]);
  return async (message) => new Uint8Array(await crypto.subtle.sign("HMAC", imported, unshared(message)));
}

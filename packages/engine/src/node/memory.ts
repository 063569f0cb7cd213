import { Buffer } from "node:buffer";

/**
 * What a `Buffer` holds, as the plain `Uint8Array` that callers are promised, in memory of its own: small
 * buffers may share a pool, which a caller who wipes or transfers the result must not reach.
 */
export function plainBytes(buffer: Buffer<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const ownsMemory = buffer.byteLength === buffer.buffer.byteLength;
  return ownsMemory ? new Uint8Array(buffer.buffer) : new Uint8Array(buffer);
}

/**
 * Memory with whatever was in it before, for results that are written to the last byte: zeros would be
 * written a second time, which costs a third of the time of sealing.
 */
export function uninitialisedBytes(lengthBytes: number): Uint8Array<ArrayBuffer> {
  return plainBytes(Buffer.allocUnsafeSlow(lengthBytes));
}

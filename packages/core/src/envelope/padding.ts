import { Reader } from "../encoding/reader.ts";
import { Writer } from "../encoding/writer.ts";
import { isZero } from "../encoding/bytes.ts";

/** Records are padded to at least this many bytes. */
const RECORD_FLOOR_BYTES = 1024;

/**
 * Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", PETS 2019): the length rounded up so
 * that only O(log log L) bits of it show, at a cost of at most 12 %.
 */
export function padme(lengthBytes: number): number {
  if (lengthBytes < 2) return lengthBytes;
  const exponent = floorLog2(lengthBytes);
  const step = 2 ** (exponent - (floorLog2(exponent) + 1));
  return Math.ceil(lengthBytes / step) * step;
}

/** Length of a record after padding. */
export function paddedRecordBytes(contentBytes: number): number {
  return padme(Math.max(RECORD_FLOOR_BYTES, contentBytes));
}

/** `length ‖ message ‖ zeros`, so that a box's size tells little of what is in it. */
export function pad(message: Uint8Array, floorBytes: number): Uint8Array<ArrayBuffer> {
  const written = new Writer().bytes32(message).finish();
  const padded = new Uint8Array(padme(Math.max(floorBytes, written.length)));
  padded.set(written);
  return padded;
}

/** The inverse of `pad`, strict: the padding must be as `pad` makes it. */
export function unpad(padded: Uint8Array, floorBytes: number, what: string): Uint8Array<ArrayBuffer> {
  const reader = new Reader(padded, what);
  const message = reader.bytes32();
  const rest = padded.subarray(reader.offset);
  if (!isZero(rest) || padded.length !== padme(Math.max(floorBytes, reader.offset))) {
    reader.fail("is not padded as it should be");
  }
  return message;
}

/** Exact, where `Math.log2` rounds up just below large powers of two. */
function floorLog2(value: number): number {
  let exponent = 0;
  while (2 ** (exponent + 1) <= value) exponent++;
  return exponent;
}

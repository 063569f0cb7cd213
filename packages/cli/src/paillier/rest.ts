import { createHash } from "node:crypto";
import { encodeSamples, type PixelMatrix, sampleOffset } from "@chirograph/clinical/pixels";
import { Failure } from "../failure.ts";

const MAGIC = Buffer.from("chirograph rest\u0001");
const HASH_BYTES = 32;
const HEADER_BYTES = MAGIC.length + HASH_BYTES + 8 + 8;

/**
 * What a file holds besides its pixels, so that both together give it back bit for bit. Where the samples stand in the
 * file as they are, they are taken out; a compressed file is kept whole, since nobody compresses it again the same.
 *
 * `magic ‖ SHA-256 of the file ‖ where the samples were ‖ how many bytes of them ‖ everything else`
 */
export async function restOf(file: Buffer, pixels: PixelMatrix): Promise<Buffer> {
  const samples = Buffer.from(encodeSamples(pixels));
  const begin = (await sampleOffset(new Uint8Array(file))) ?? file.length;
  const isThere = file.subarray(begin, begin + samples.length).equals(samples);
  const [offset, length] = isThere ? [begin, samples.length] : [0, 0];
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64BE(BigInt(offset));
  numbers.writeBigUInt64BE(BigInt(length), 8);
  return Buffer.concat([
    MAGIC,
    hashOf(file),
    numbers,
    file.subarray(0, offset),
    file.subarray(offset + length),
  ]);
}

/** @throws Failure when they do not belong together: other pixels, or another file */
export function fileFrom(rest: Buffer, pixels: PixelMatrix): Buffer {
  if (rest.length < HEADER_BYTES || !rest.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new Failure("badData", "This is not the rest of a file whose pixels were encrypted.");
  }
  const hash = rest.subarray(MAGIC.length, MAGIC.length + HASH_BYTES);
  const offset = Number(rest.readBigUInt64BE(MAGIC.length + HASH_BYTES));
  const length = Number(rest.readBigUInt64BE(MAGIC.length + HASH_BYTES + 8));
  const others = rest.subarray(HEADER_BYTES);
  const samples = Buffer.from(encodeSamples(pixels));
  const file =
    length === 0 ? others : Buffer.concat([others.subarray(0, offset), samples, others.subarray(offset)]);
  if (hashOf(file).equals(hash) && (length === 0 || length === samples.length)) return file;
  throw new Failure("badData", "These pixels and this rest of a file do not belong together.", {
    hint: "Pixels that were computed on are other ones: open them without --rest.",
  });
}

function hashOf(file: Buffer): Buffer {
  return createHash("sha256").update(file).digest();
}

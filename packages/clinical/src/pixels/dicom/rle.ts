import { malformed } from "../error.ts";

const HEADER_BYTES = 64;

/**
 * One frame in DICOM's RLE (PS3.5, annex G): a header, then a PackBits segment for each byte of each sample, the
 * most significant first.
 * @returns samples side by side, in little endian
 */
export function decodeRle(
  bytes: Uint8Array,
  { pixels, samples, sampleBytes }: { pixels: number; samples: number; sampleBytes: number },
): Uint8Array<ArrayBuffer> {
  if (bytes.length < HEADER_BYTES) throw malformed("An RLE frame is cut short.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const segments = view.getUint32(0, true);
  if (segments !== samples * sampleBytes) {
    throw malformed(`An RLE frame has ${segments} segments where ${samples * sampleBytes} belong.`);
  }
  const frame = new Uint8Array(pixels * samples * sampleBytes);
  for (let segment = 0; segment < segments; segment++) {
    const from = view.getUint32(4 + 4 * segment, true);
    const to = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : bytes.length;
    if (from < HEADER_BYTES || to < from || to > bytes.length)
      throw malformed("An RLE segment lies outside.");
    const [sample, byte] = [Math.floor(segment / sampleBytes), segment % sampleBytes];
    const first = sample * sampleBytes + (sampleBytes - 1 - byte);
    unpackBits(bytes.subarray(from, to), pixels, (index, value) => {
      frame[first + index * samples * sampleBytes] = value;
    });
  }
  return frame;
}

function unpackBits(packed: Uint8Array, count: number, put: (index: number, value: number) => void): void {
  let written = 0;
  for (let offset = 0; written < count;) {
    const control = packed[offset++];
    if (control === undefined) throw malformed("An RLE segment is cut short.");
    if (control === 128) continue;
    const run = control < 128 ? control + 1 : 257 - control;
    const taken = control < 128 ? run : 1;
    if (offset + taken > packed.length || written + run > count)
      throw malformed("An RLE segment is damaged.");
    for (let index = 0; index < run; index++) put(written++, packed[offset + (taken === 1 ? 0 : index)]!);
    offset += taken;
  }
}

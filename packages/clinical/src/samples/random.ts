/** Where randomness comes from: the same bytes give the same samples. */
export type RandomBytes = (lengthBytes: number) => Uint8Array;

/** A DICOM UID made of a UUID (PS3.5, annex B.2). */
export function newUid(randomBytes: RandomBytes): string {
  const bytes = randomBytes(16).slice();
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return `2.25.${number}`;
}

/** How long a body is, and its blocks. */
export interface BlockLengths {
  readonly sizeBytes: number;
  readonly blockBytes: number;
}

/** The same bytes in blocks of `blockBytes`, the last one shorter, each in memory of its own. */
export async function* inBlocks(
  pieces: AsyncIterable<Uint8Array>,
  { sizeBytes, blockBytes }: BlockLengths,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let left = sizeBytes;
  let block = emptyBlock(Math.min(blockBytes, left));
  let filled = 0;
  for await (const piece of pieces) {
    for (let taken = 0; taken < piece.length;) {
      const part = piece.subarray(taken, taken + block.length - filled);
      block.set(part, filled);
      taken += part.length;
      filled += part.length;
      if (filled < block.length) break;
      yield block;
      left -= block.length;
      block = emptyBlock(Math.min(blockBytes, left));
      filled = 0;
    }
  }
}

/** Not filled with zeros before, and not shared with anything. */
function emptyBlock(lengthBytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(lengthBytes).buffer);
}

import type { Engine, SealedStripes, StripedMessage, StripeShape } from "@chirograph/engine";
import fc from "fast-check";
import { inPieces, joined, pattern } from "./bytes.ts";

/** A message to be sealed in stripes, with parity rows of any coefficients. */
export interface Striped {
  readonly message: StripedMessage;
  readonly parity: readonly Uint8Array[];
  readonly plain: Uint8Array;
}

export interface StripedSize {
  readonly plainBytes: number;
  readonly chunkBytes: number;
  readonly needed: number;
  readonly parityRows: number;
  readonly blockBytes: number;
}

/** Small ones, whose blocks end before, at and behind the ends of chunks. */
export const sizes: fc.Arbitrary<StripedSize> = fc.record({
  plainBytes: fc.integer({ min: 0, max: 3000 }),
  chunkBytes: fc.integer({ min: 12, max: 400 }),
  needed: fc.integer({ min: 1, max: 5 }),
  parityRows: fc.integer({ min: 0, max: 3 }),
  blockBytes: fc.constantFrom(64, 128, 192),
});

export function stripedOf(size: StripedSize): Striped {
  const { plainBytes, chunkBytes, needed, blockBytes } = size;
  const header = pattern(56, 5);
  const chunks = Math.max(1, Math.ceil(plainBytes / chunkBytes));
  const sealedBytes = header.length + plainBytes + 16 * chunks;
  const stripes = Math.ceil(sealedBytes / (needed * blockBytes));
  const lastBlockBytes = Math.ceil((sealedBytes - (stripes - 1) * needed * blockBytes) / needed);
  const shape: StripeShape = { needed, blockBytes, stripes, lastBlockBytes, sealedBytes };
  return {
    message: {
      key: pattern(16, 1),
      baseNonce: pattern(12, 9),
      chunkBytes,
      header,
      shape,
      leafPrefix: Uint8Array.of(0),
    },
    parity: Array.from({ length: size.parityRows }, (_, row) => pattern(needed, 3 + row)),
    plain: pattern(plainBytes, 77),
  };
}

/** Fragments and their leaves. */
export interface Cut {
  readonly fragments: Uint8Array[];
  readonly leaves: Uint8Array[][];
}

/** What sealing in stripes must give: made with one call for each part of it. */
export async function cutPlainly(engine: Engine, { message, parity, plain }: Striped): Promise<Cut> {
  const { key, baseNonce, chunkBytes, header, shape } = message;
  const body = await engine.sealChunks({ key, baseNonce, chunkBytes, firstIndex: 0, data: plain });
  const sealed = joined(header, body, new Uint8Array(shape.needed * shape.lastBlockBytes));
  const cut = emptyCut(shape.needed + parity.length);
  for (let stripe = 0; stripe < shape.stripes; stripe++) {
    const lengthBytes = stripe === shape.stripes - 1 ? shape.lastBlockBytes : shape.blockBytes;
    const from = stripe * shape.needed * shape.blockBytes;
    const data = Array.from({ length: shape.needed }, (_, index) =>
      sealed.slice(from + index * lengthBytes, from + (index + 1) * lengthBytes),
    );
    const blocks = [...data, ...(await engine.combine({ matrix: parity, inputs: data }))];
    const leaves = await engine.sha256Each({ prefix: message.leafPrefix, blocks });
    blocks.forEach((block, index) => (cut.fragments[index] = joined(cut.fragments[index]!, block)));
    leaves.forEach((leaf, index) => cut.leaves[index]!.push(leaf));
  }
  return cut;
}

export async function gatherCut(sealed: AsyncIterable<SealedStripes>, total: number): Promise<Cut> {
  const pieces: Uint8Array[][] = Array.from({ length: total }, () => []);
  const { leaves } = emptyCut(total);
  for await (const run of sealed) {
    // Copies: they are valid only until the next run.
    run.fragments.forEach((bytes, index) => pieces[index]!.push(new Uint8Array(bytes)));
    run.leaves.forEach((some, index) => leaves[index]!.push(...some));
  }
  return { fragments: pieces.map(together), leaves };
}

/** Quicker than `joined`, for what is large. */
export function together(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let filled = 0;
  for (const piece of pieces) {
    whole.set(piece, filled);
    filled += piece.length;
  }
  return whole;
}

function emptyCut(total: number): Cut {
  const fragments = Array.from({ length: total }, () => new Uint8Array());
  return { fragments, leaves: fragments.map(() => []) };
}

export function sealRequest({ message, parity, plain }: Striped, pieceBytes = 997) {
  return { ...message, parity, data: inPieces(plain, pieceBytes) };
}

/** Reads from fragments in memory; a request to open stripes `[firstStripe, endStripe)` of them. */
export function openRequest(
  { message }: Striped,
  { fragments, leaves }: Cut,
  part: {
    readonly code: { present: readonly number[]; absent: readonly number[]; rows: readonly Uint8Array[] };
    readonly firstStripe?: number;
    readonly endStripe?: number;
  },
) {
  const { code, firstStripe = 0, endStripe = message.shape.stripes } = part;
  return {
    ...message,
    code,
    firstStripe,
    endStripe,
    read: async (position: number, stripe: number, target: Uint8Array) => {
      const from = stripe * message.shape.blockBytes;
      target.set(fragments[code.present[position]!]!.subarray(from, from + target.length));
      return true;
    },
    leaf: (position: number, stripe: number) => leaves[code.present[position]!]![stripe]!,
  };
}

/** The bytes in pieces so long, each in memory that was given for it or in some of its own; both are used again. */
export function writing(
  bytes: Uint8Array,
  manners: readonly (readonly [lengthBytes: number, there: boolean])[],
): AsyncIterable<Uint8Array> {
  const own = new Uint8Array(500);
  let [at, turn] = [0, 0];
  return {
    [Symbol.asyncIterator]: () => ({
      async next(room?: Uint8Array) {
        if (at === bytes.length) return { done: true, value: undefined };
        const [lengthBytes, there] = manners[turn % manners.length]!;
        const target = there && room !== undefined ? room : own;
        // An empty piece now and then, but not for ever.
        const most = Math.max(lengthBytes, turn++ % manners.length === 0 ? 1 : 0);
        const piece = target.subarray(0, Math.min(most, bytes.length - at));
        piece.set(bytes.subarray(at, at + piece.length));
        at += piece.length;
        return { value: piece };
      },
    }),
  };
}

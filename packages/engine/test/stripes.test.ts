import { createEngine, type OpenedStripes } from "@chirograph/engine";
import { inverse, multiply } from "@chirograph/engine/field";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flipped, inPieces, joined } from "./bytes.ts";
import {
  type Cut,
  cutPlainly,
  gatherCut,
  openRequest,
  sealRequest,
  sizes,
  type Striped,
  stripedOf,
} from "./stripes.ts";

const engine = createEngine();

const ALL_DATA = (needed: number) => ({
  present: Array.from({ length: needed }, (_, index) => index),
  absent: [],
  rows: [],
});

async function opened(pieces: AsyncIterable<OpenedStripes>): Promise<{ offset: number; plain: Uint8Array }> {
  let offset: number | undefined;
  let plain = new Uint8Array();
  for await (const piece of pieces) {
    if (piece.plain.length === 0) continue;
    offset ??= piece.offset;
    expect(piece.offset).toBe(offset + plain.length);
    plain = joined(plain, piece.plain);
  }
  return { offset: offset ?? 0, plain };
}

describe("sealing in stripes", () => {
  test("is sealing, coding and hashing one after the other", () =>
    fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 500 }), async (size, pieceBytes) => {
        const striped = stripedOf(size);
        const total = size.needed + size.parityRows;
        const cut = await gatherCut(engine.sealStripes(sealRequest(striped, pieceBytes)), total);
        expect(cut).toEqual(await cutPlainly(engine, striped));
      }),
    ));

  test.each([
    ["less", -1],
    ["more", 1],
  ])("of %s than was announced is refused", async (_, difference) => {
    const striped = stripedOf({
      plainBytes: 1000,
      chunkBytes: 100,
      needed: 3,
      parityRows: 1,
      blockBytes: 64,
    });
    const data = inPieces(new Uint8Array(1000 + difference), 64);
    await expect(gatherCut(engine.sealStripes({ ...sealRequest(striped), data }), 4)).rejects.toThrow(
      RangeError,
    );
  });

  test("lets go of its source when nobody wants more", async () => {
    const striped = stripedOf({
      plainBytes: 1000,
      chunkBytes: 100,
      needed: 3,
      parityRows: 1,
      blockBytes: 64,
    });
    let isClosed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* inPieces(striped.plain, 10);
      } finally {
        isClosed = true;
      }
    }
    for await (const _ of engine.sealStripes({ ...sealRequest(striped), data: source() })) break;
    expect(isClosed).toBe(true);
  });
});

describe("opening stripes", () => {
  test("gives back the whole plaintext, or of some stripes the chunks that lie in them whole", () =>
    fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, one, other) => {
        const striped = stripedOf(size);
        const cut = await cutPlainly(engine, striped);
        const code = ALL_DATA(size.needed);
        const whole = await opened(engine.openStripes(openRequest(striped, cut, { code })));
        expect(whole).toEqual({ offset: 0, plain: striped.plain });

        const { stripes } = striped.message.shape;
        const [firstStripe, lastStripe] = [one % stripes, other % stripes].toSorted((a, b) => a - b) as [
          number,
          number,
        ];
        const part = { code, firstStripe, endStripe: lastStripe + 1 };
        const some = await opened(engine.openStripes(openRequest(striped, cut, part)));
        expect(some.plain).toEqual(expectedPart(striped, part));
      }),
    ));

  test("makes a lost data block from the others, and tells its leaf", () =>
    fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (size, pick) => {
        fc.pre(size.parityRows > 0);
        const striped = stripedOf(size);
        const cut = await cutPlainly(engine, striped);
        const lost = pick % size.needed;
        const request = openRequest(striped, cut, { code: withoutOne(striped, lost) });
        const leaves: Uint8Array[] = [];
        let plain = new Uint8Array();
        for await (const piece of engine.openStripes(request)) {
          leaves.push(...(piece.made[0] ?? []));
          plain = joined(plain, piece.plain);
        }
        expect(plain).toEqual(striped.plain);
        expect(leaves).toEqual(cut.leaves[lost]);
      }),
    ));

  test("gives out nothing behind a block that is not as it was signed", () =>
    fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, which, where) => {
        const striped = stripedOf(size);
        const cut = await cutPlainly(engine, striped);
        const index = which % size.needed;
        const fragment = cut.fragments[index]!;
        const at = where % fragment.length;
        const spoilt = { ...cut, fragments: cut.fragments.with(index, flipped(fragment, at)) };
        const { plain } = await openedFrom(striped, spoilt);
        expect(plain).toEqual(striped.plain.subarray(0, plain.length));
        expect(plain.length).toBeLessThanOrEqual(plainBefore(striped, Math.floor(at / size.blockBytes)));
      }),
    ));

  test("gives out nothing of a chunk whose tag is wrong, though all leaves are right", async () => {
    const striped = stripedOf({ plainBytes: 900, chunkBytes: 100, needed: 3, parityRows: 0, blockBytes: 64 });
    const cut = await cutPlainly(engine, {
      ...striped,
      message: { ...striped.message, key: new Uint8Array(16) },
    });
    expect((await openedFrom(striped, cut)).plain).toHaveLength(0);
  });

  test("gives out nothing of a message behind which there are no zeros", async () => {
    const striped = stripedOf({ plainBytes: 10, chunkBytes: 100, needed: 3, parityRows: 0, blockBytes: 64 });
    const cut = await cutPlainly(engine, striped);
    const last = cut.fragments[2]!;
    const changed = flipped(last, last.length - 1);
    const leaf = await engine.sha256([striped.message.leafPrefix, changed]);
    const made = { fragments: cut.fragments.with(2, changed), leaves: cut.leaves.with(2, [leaf]) };
    expect((await openedFrom(striped, made)).plain).toHaveLength(0);
    expect((await openedFrom(striped, cut)).plain).toHaveLength(10);
  });

  test("ends where a source gives nothing", async () => {
    const striped = stripedOf({ plainBytes: 900, chunkBytes: 100, needed: 3, parityRows: 0, blockBytes: 64 });
    const cut = await cutPlainly(engine, striped);
    const request = openRequest(striped, cut, { code: ALL_DATA(3) });
    const pieces = engine.openStripes({ ...request, read: async () => false });
    expect((await opened(pieces)).plain).toHaveLength(0);
  });

  test("lends its memory to whoever says so, and gives copies to others", async () => {
    const striped = stripedOf({ plainBytes: 900, chunkBytes: 100, needed: 3, parityRows: 0, blockBytes: 64 });
    const cut = await cutPlainly(engine, striped);
    const request = openRequest(striped, cut, { code: ALL_DATA(3) });
    for (const lend of [false, true]) {
      const kept: Uint8Array[] = [];
      for await (const { plain } of engine.openStripes({ ...request, lend })) kept.push(plain);
      // All memory of runs is overwritten at the end.
      expect(joined(...kept).some((byte) => byte !== 0)).toBe(!lend);
    }
  });
});

function openedFrom(striped: Striped, cut: Cut): Promise<{ plain: Uint8Array }> {
  const code = ALL_DATA(striped.message.shape.needed);
  return opened(engine.openStripes(openRequest(striped, cut, { code })));
}

/** The plaintext of the chunks that lie in some stripes whole. */
function expectedPart(
  { message, plain }: Striped,
  { firstStripe, endStripe }: { firstStripe: number; endStripe: number },
): Uint8Array {
  const { chunkBytes, header, shape } = message;
  const stripeBytes = shape.needed * shape.blockBytes;
  const chunks = Math.max(1, Math.ceil(plain.length / chunkBytes));
  const inside = Array.from({ length: chunks }, (_, chunk) => chunk).filter((chunk) => {
    const begin = header.length + chunk * (chunkBytes + 16);
    const end = Math.min(shape.sealedBytes, begin + chunkBytes + 16);
    return begin >= firstStripe * stripeBytes && end <= endStripe * stripeBytes;
  });
  return joined(...inside.map((chunk) => plain.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes)));
}

/** So much plaintext ends before a stripe, at most. */
function plainBefore({ message, plain }: Striped, stripe: number): number {
  const body = stripe * message.shape.needed * message.shape.blockBytes - message.header.length;
  const chunks = Math.max(0, Math.floor(body / (message.chunkBytes + 16)));
  return Math.min(plain.length, chunks * message.chunkBytes);
}

/** The first parity block in place of one data block: row · data = parity, solved for that block. */
function withoutOne({ message, parity }: Striped, lost: number) {
  const { needed } = message.shape;
  const kept = Array.from({ length: needed }, (_, index) => index).filter((index) => index !== lost);
  const row = parity[0]!;
  const divisor = inverse(row[lost]!);
  const coefficients = [...kept.map((index) => multiply(row[index]!, divisor)), divisor];
  return { present: [...kept, needed], absent: [lost], rows: [Uint8Array.from(coefficients)] };
}

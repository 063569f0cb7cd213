import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type FragmentFrame,
  fragmentHead,
  fragmentRoot,
  fragmentTail,
  frameMatches,
  type Place,
  readBlock,
  readFrame,
} from "../src/cut/fragment.ts";
import { copyFragment } from "../src/cut/copy.ts";
import { type Geometry, geometryOf, leavesOffset } from "../src/cut/geometry.ts";
import { markReader, marksOf } from "../src/cut/marks.ts";
import { reassemble } from "../src/cut/reassembly.ts";
import { type KnownFragment, rebuildFragment } from "../src/cut/rebuild.ts";
import { shareSecret } from "../src/cut/shamir.ts";
import { cutStripes } from "./plain/cut-stripes.ts";
import { leafHashes, treeHash } from "../src/cut/tree.ts";
import { TooFewFragments } from "../src/error.ts";
import {
  brokenSource,
  choices,
  concat,
  engine,
  flipped,
  gather,
  id,
  inPieces,
  pattern,
  refusal,
  sourceOf,
  toHex,
  utf8,
} from "./fixtures.ts";

const sha256 = (...parts: Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> => engine.sha256(parts);

/** RFC 9162, section 2.1.1, as it stands there. */
async function mth(leaves: readonly Uint8Array[]): Promise<Uint8Array> {
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (2 * k < leaves.length) k *= 2;
  return sha256(Uint8Array.of(1), await mth(leaves.slice(0, k)), await mth(leaves.slice(k)));
}

describe("the tree of leaf hashes", () => {
  test("is that of RFC 9162, for any number of leaves", async () => {
    const leaves = Array.from({ length: 70 }, (_, index) => pattern(32, index));
    for (let count = 1; count <= 70; count++) {
      expect(await treeHash(engine, leaves.slice(0, count)), `${count} leaves`).toEqual(
        await mth(leaves.slice(0, count)),
      );
    }
  });

  test("has leaves that no node can be taken for", async () => {
    expect(await leafHashes(engine, [pattern(5), new Uint8Array()])).toEqual([
      await sha256(Uint8Array.of(0), pattern(5)),
      await sha256(Uint8Array.of(0)),
    ]);
  });
});

describe("marks", () => {
  const markKey = pattern(32, 77);

  test("are what the format says", async () => {
    const marks = await marksOf(engine, markKey, 9);
    const expand = (label: string, index: number): Promise<Uint8Array> =>
      engine.hkdfExpandSha512({
        pseudorandomKey: markKey,
        info: concat(utf8(`chirograph/v1/mark/${label}\0`), Uint8Array.of(index)),
        lengthBytes: 16,
      });
    for (const [index, { head, tail }] of marks.entries()) {
      expect(head).toEqual(await expand("head", index));
      expect(tail).toEqual(await expand("tail", (index + 1) % 9));
    }
  });

  test("are all different, heads and tails of the same index too", async () => {
    const marks = await marksOf(engine, markKey, 64);
    const all = marks.flatMap(({ head, tail }) => [toHex(head), toHex(tail)]);
    expect(new Set(all).size).toBe(128);
  });

  test("close the ring for whoever holds the mark key, and tell nothing to others", async () => {
    const marks = await marksOf(engine, markKey, 64);
    const reader = await markReader(engine, markKey);
    expect(marks.map(({ head }) => reader.head(head))).toEqual(marks.map((_, index) => index));
    expect(marks.map(({ tail }) => reader.tail(tail))).toEqual(marks.map((_, index) => (index + 1) % 64));
    expect([reader.head(marks[3]!.tail), reader.tail(marks[3]!.head), reader.head(pattern(16))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const stranger = await markReader(engine, pattern(32, 78));
    expect([stranger.head(marks[0]!.head), stranger.tail(marks[0]!.tail)]).toEqual([undefined, undefined]);
  });
});

/** A version cut by hand: bytes that nobody sealed, and what an envelope would sign of them. */
interface Cutting {
  readonly version: Uint8Array;
  readonly geometry: Geometry;
  readonly sealed: Uint8Array;
  readonly places: readonly Place[];
  readonly fragments: readonly Uint8Array<ArrayBuffer>[];
  readonly known: readonly KnownFragment[];
}

interface Shape {
  readonly total: number;
  readonly needed: number;
  readonly recordBytes: number;
}

/** @param filler what stands in the last stripe where zeros should */
async function cut({ total, needed, recordBytes }: Shape, filler?: Uint8Array): Promise<Cutting> {
  const version = id(9);
  const geometry = geometryOf({ total, needed, recordBytes, blockBytes: 4096 });
  const sealed = pattern(geometry.sealedBytes, 1);
  const marks = await marksOf(engine, pattern(32, 50), total);
  const shares = shareSecret(engine, pattern(32, 60), { total, needed });
  const blocks: Uint8Array[][] = marks.map(() => []);
  const leaves: Uint8Array[][] = marks.map(() => []);
  const dealt = filler === undefined ? sealed : concat(sealed, filler);
  for await (const stripe of cutStripes(engine, geometry, inPieces(dealt, 9999))) {
    stripe.blocks.forEach((block, index) => blocks[index]!.push(block.slice()));
    stripe.leaves.forEach((leaf, index) => leaves[index]!.push(leaf));
  }
  const frames: FragmentFrame[] = marks.map((mark, index) => ({
    ...mark,
    share: shares[index]!,
    leaves: leaves[index]!,
  }));
  const fragments = frames.map((frame, index) =>
    concat(fragmentHead(frame), ...blocks[index]!, fragmentTail(frame)),
  );
  const roots = await Promise.all(
    frames.map((frame, index) => fragmentRoot(engine, version, index, frame, geometry)),
  );
  const places = marks.map((mark, index) => ({ ...mark, id: id(index + 1), root: roots[index]! }));
  const known = frames.map((frame, index) => ({ index, frame, source: sourceOf(fragments[index]!) }));
  return { version, geometry, sealed, places, fragments, known };
}

const shapes = fc.integer({ min: 8, max: 16 }).chain((total) =>
  fc.integer({ min: 2, max: total }).chain((needed) =>
    fc.record({
      shape: fc.record({
        total: fc.constant(total),
        needed: fc.constant(needed),
        recordBytes: fc.constantFrom(0, 1, 100, 5000, 16_384, 70_000),
      }),
      present: fc.shuffledSubarray(
        Array.from({ length: total }, (_, index) => index),
        { minLength: needed, maxLength: needed },
      ),
    }),
  ),
);

describe("a fragment", () => {
  let cutting: Cutting;
  beforeAll(async () => {
    cutting = await cut({ total: 8, needed: 6, recordBytes: 60_000 });
  });

  test("is mark, share, blocks, leaves and mark, all n of one length", () => {
    const { fragments, geometry, known } = cutting;
    expect(geometry.stripes).toBe(3);
    for (const [index, fragment] of fragments.entries()) {
      const { head, share, leaves, tail } = known[index]!.frame;
      expect(fragment).toHaveLength(geometry.fragmentBytes);
      expect(fragment.slice(0, 16)).toEqual(head);
      expect(fragment.slice(16, 49)).toEqual(share);
      expect(fragment.slice(leavesOffset(geometry))).toEqual(concat(...leaves, tail));
    }
  });

  test("has a root over everything in it, by the format's own words", async () => {
    const { fragments, geometry, places, version } = cutting;
    for (const [index, fragment] of fragments.entries()) {
      const blocks = [0, 1].map((stripe) => fragment.slice(49 + stripe * 4096, 49 + (stripe + 1) * 4096));
      blocks.push(fragment.slice(49 + 2 * 4096, leavesOffset(geometry)));
      const leaves = await Promise.all(blocks.map((block) => sha256(Uint8Array.of(0), block)));
      const pair = await sha256(Uint8Array.of(1), leaves[0]!, leaves[1]!);
      const tree = await sha256(Uint8Array.of(1), pair, leaves[2]!);
      const length = Uint8Array.of(0, 0, 0, 0, 0, 0, geometry.blocksBytes >> 8, geometry.blocksBytes & 255);
      const label = utf8("chirograph/v1/fragment\0");
      const root = await sha256(
        label,
        version,
        Uint8Array.of(index),
        fragment.slice(0, 49),
        fragment.slice(-16),
        length,
        tree,
      );
      expect(places[index]!.root).toEqual(root);
    }
  });

  test("reads back as its frame, which matches its own place and no other", async () => {
    const { fragments, geometry, known, places, version } = cutting;
    for (const [index, fragment] of fragments.entries()) {
      const frame = await readFrame(sourceOf(fragment), geometry);
      expect(frame).toEqual(known[index]!.frame);
      const matching = await Promise.all(
        places.map((place, other) => frameMatches(engine, version, other, frame!, place, geometry)),
      );
      expect(matching).toEqual(places.map((_, other) => other === index));
    }
  });

  test("does not match with anything changed in its frame, its place, its version or its length", async () => {
    const { geometry, known, places, version } = cutting;
    const { frame } = known[2]!;
    const place = places[2]!;
    const matches = (
      changed: Partial<FragmentFrame>,
      signed: Partial<Place> = {},
      of = version,
      sizes = geometry,
    ) => frameMatches(engine, of, 2, { ...frame, ...changed }, { ...place, ...signed }, sizes);
    expect(await matches({})).toBe(true);
    expect(await matches({ head: flipped(frame.head, 0) })).toBe(false);
    expect(await matches({ head: flipped(frame.head, 0) }, { head: flipped(frame.head, 0) })).toBe(false);
    expect(await matches({ tail: flipped(frame.tail, 15) })).toBe(false);
    expect(await matches({ tail: flipped(frame.tail, 15) }, { tail: flipped(frame.tail, 15) })).toBe(false);
    expect(await matches({ share: flipped(frame.share, 0) })).toBe(false);
    expect(await matches({ share: flipped(frame.share, 32) })).toBe(false);
    expect(await matches({ leaves: [...frame.leaves.slice(0, 2), flipped(frame.leaves[2]!, 5)] })).toBe(
      false,
    );
    expect(await matches({}, { root: flipped(place.root, 31) })).toBe(false);
    expect(await matches({}, { head: places[3]!.head })).toBe(false);
    expect(await matches({}, { tail: places[3]!.tail })).toBe(false);
    expect(await matches({}, {}, id(8))).toBe(false);
    expect(await matches({}, {}, version, { ...geometry, blocksBytes: geometry.blocksBytes + 1 })).toBe(
      false,
    );
  });

  test("whose share number is another one does not match, though its root does", async () => {
    const { geometry, known, places, version } = cutting;
    const frame = { ...known[2]!.frame, share: known[4]!.frame.share };
    const root = await fragmentRoot(engine, version, 2, frame, geometry);
    expect(await frameMatches(engine, version, 2, frame, { ...places[2]!, root }, geometry)).toBe(false);
  });

  test("gives a block only when its leaf fixes it, and none when its source fails", async () => {
    const { fragments, geometry, known } = cutting;
    const { frame, source } = known[5]!;
    expect(await readBlock(engine, source, frame, geometry, 1)).toEqual(
      fragments[5]!.slice(49 + 4096, 49 + 8192),
    );
    expect(await readBlock(engine, source, frame, geometry, 2)).toEqual(
      fragments[5]!.slice(49 + 8192, leavesOffset(geometry)),
    );
    const damaged = sourceOf(flipped(fragments[5]!, 49 + 5000));
    expect(await readBlock(engine, damaged, frame, geometry, 0)).not.toBeNull();
    expect(await readBlock(engine, damaged, frame, geometry, 1)).toBeNull();
    expect(await readBlock(engine, brokenSource(source.sizeBytes), frame, geometry, 0)).toBeNull();
    expect(await readBlock(engine, sourceOf(fragments[5]!.slice(0, 5000)), frame, geometry, 1)).toBeNull();
    const stingy = {
      ...source,
      read: (offset: number, lengthBytes: number) => source.read(offset, lengthBytes - 1),
    };
    expect(await readBlock(engine, stingy, frame, geometry, 0)).toBeNull();
  });

  test("has no frame when its source fails or is short", async () => {
    const { fragments, geometry } = cutting;
    expect(await readFrame(brokenSource(geometry.fragmentBytes), geometry)).toBeNull();
    expect(await readFrame(sourceOf(fragments[0]!.slice(0, -1)), geometry)).toBeNull();
    expect(await readFrame(sourceOf(fragments[0]!.slice(0, 48)), geometry)).toBeNull();
    const reads: [number, number][] = [];
    const watched = {
      sizeBytes: geometry.fragmentBytes,
      read: async (offset: number, lengthBytes: number) => {
        reads.push([offset, lengthBytes]);
        return fragments[0]!.slice(offset, offset + lengthBytes);
      },
    };
    await readFrame(watched, geometry);
    expect(reads).toEqual([
      [0, 49],
      [leavesOffset(geometry), 3 * 32 + 16],
    ]);
  });
});

const rebuild = (cutting: Cutting, known: readonly KnownFragment[], wanted: number): Promise<Uint8Array> =>
  gather(rebuildFragment(engine, cutting.version, cutting.places, cutting.geometry, known, wanted));

describe("rebuilding without a key", () => {
  test("gives every fragment byte for byte, from any k", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ shape, present }) => {
        const cutting = await cut(shape);
        const known = present.map((index) => cutting.known[index]!);
        for (const [wanted, fragment] of cutting.fragments.entries()) {
          expect(await rebuild(cutting, known, wanted)).toEqual(fragment);
        }
      }),
      { numRuns: 12 },
    );
  });

  test("takes alternatives of one fragment for one, and needs k different ones", async () => {
    const cutting = await cut({ total: 8, needed: 3, recordBytes: 100 });
    const [first, second, third] = cutting.known as [KnownFragment, KnownFragment, KnownFragment];
    expect(await rebuild(cutting, [first, first, second, first, third], 7)).toEqual(cutting.fragments[7]);
    const attempt = rebuild(cutting, [first, first, second], 7);
    await expect(attempt).rejects.toThrow(TooFewFragments);
    await expect(attempt).rejects.toMatchObject({ needed: 3, missing: [2, 3, 4, 5, 6, 7] });
  });

  test("names a source that changed", async () => {
    const cutting = await cut({ total: 8, needed: 3, recordBytes: 100 });
    const changed = { ...cutting.known[1]!, source: sourceOf(flipped(cutting.fragments[1]!, 60)) };
    const attempt = rebuild(cutting, [cutting.known[0]!, changed, cutting.known[2]!], 7);
    await expect(attempt).rejects.toThrow(refusal("damaged"));
    await expect(attempt).rejects.toThrow("Fragment 2 is damaged in stripe 1.");
  });

  test("names the author when all are as signed and the result is not", async () => {
    const cutting = await cut({ total: 8, needed: 3, recordBytes: 100 });
    const places = cutting.places.map((place, index) =>
      index === 7 ? { ...place, root: flipped(place.root, 3) } : place,
    );
    await expect(rebuild({ ...cutting, places }, cutting.known, 7)).rejects.toThrow(
      refusal("inconsistent-author"),
    );
  });
});

const copy = ({ geometry, places }: Cutting, known: KnownFragment): Promise<Uint8Array> =>
  gather(copyFragment(engine, geometry, places[known.index]!, known));

describe("copying without a key", () => {
  test("gives every fragment byte for byte", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ shape }) => {
        const cutting = await cut(shape);
        for (const [index, fragment] of cutting.fragments.entries())
          expect(await copy(cutting, cutting.known[index]!)).toEqual(fragment);
      }),
      { numRuns: 12 },
    );
  });

  test("ends before a block that is another one, and where the source fails", async () => {
    const cutting = await cut({ total: 8, needed: 3, recordBytes: 100 });
    const fragment = cutting.known[1]!;
    const changed = { ...fragment, source: sourceOf(flipped(cutting.fragments[1]!, 60)) };
    const broken = { ...fragment, source: brokenSource(cutting.fragments[1]!.length) };
    for (const known of [changed, broken]) {
      const given: Uint8Array[] = [];
      const attempt = (async () => {
        for await (const piece of copyFragment(engine, cutting.geometry, cutting.places[1]!, known))
          given.push(piece);
      })();
      await expect(attempt).rejects.toThrow(refusal("damaged"));
      await expect(attempt).rejects.toThrow("Fragment 2 is damaged in stripe 1.");
      expect(concat(...given)).toEqual(cutting.fragments[1]!.subarray(0, 49));
    }
  });
});

const open = (cutting: Cutting, known: readonly KnownFragment[]) => reassemble(engine, cutting, known);

const without = ({ known }: Cutting, lost: readonly number[]): KnownFragment[] =>
  known.filter(({ index }) => !lost.includes(index));

describe("reassembly", () => {
  test("gives any range of the sealed bytes, from any k fragments", async () => {
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.array(
          fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
          {
            minLength: 3,
            maxLength: 3,
          },
        ),
        async ({ shape, present }, ranges) => {
          const cutting = await cut(shape);
          const reassembly = open(
            cutting,
            present.map((index) => cutting.known[index]!),
          );
          const { length } = cutting.sealed;
          for (const [from, part] of ranges) {
            const first = Math.floor(from * length);
            const bytes = Math.floor(part * (length - first));
            expect(await reassembly.read(first, bytes)).toEqual(cutting.sealed.slice(first, first + bytes));
          }
          expect(await reassembly.read(0, length)).toEqual(cutting.sealed);
          await reassembly.checkRebuilt();
          expect(reassembly.damaged.size).toBe(0);
        },
      ),
      { numRuns: 20 },
    );
  });

  test("refuses what is outside", async () => {
    const cutting = await cut({ total: 8, needed: 6, recordBytes: 100 });
    const reassembly = open(cutting, cutting.known);
    expect(await reassembly.read(0, 0)).toEqual(new Uint8Array());
    expect(await reassembly.read(cutting.sealed.length, 0)).toEqual(new Uint8Array());
    await expect(reassembly.read(-1, 5)).rejects.toThrow(RangeError);
    await expect(reassembly.read(0, cutting.sealed.length + 1)).rejects.toThrow(RangeError);
  });

  test("opens with any two of eight lost, k = 6", async () => {
    const cutting = await cut({ total: 8, needed: 6, recordBytes: 30_000 });
    for (const lost of choices(8, 2)) {
      const reassembly = open(cutting, without(cutting, lost));
      expect(await reassembly.read(0, cutting.sealed.length)).toEqual(cutting.sealed);
      await reassembly.checkRebuilt();
    }
  });

  test("names what is missing with any three lost", async () => {
    const cutting = await cut({ total: 8, needed: 6, recordBytes: 100 });
    for (const lost of choices(8, 3)) {
      const attempt = open(cutting, without(cutting, lost)).read(0, cutting.sealed.length);
      await expect(attempt).rejects.toThrow(TooFewFragments);
      await expect(attempt).rejects.toMatchObject({ needed: 6, missing: lost });
    }
  });

  test("reads data fragments alone while none is lost, each block once", async () => {
    const cutting = await cut({ total: 8, needed: 6, recordBytes: 60_000 });
    const reads = new Map<number, number>();
    const watched = cutting.known.map(({ index, frame, source }) => ({
      index,
      frame,
      source: {
        sizeBytes: source.sizeBytes,
        read: (offset: number, lengthBytes: number) => {
          reads.set(index, (reads.get(index) ?? 0) + 1);
          return source.read(offset, lengthBytes);
        },
      },
    }));
    const reassembly = open(cutting, watched);
    for (let offset = 0; offset < cutting.sealed.length; offset += 1000) {
      await reassembly.read(offset, Math.min(1000, cutting.sealed.length - offset));
    }
    expect(reads).toEqual(new Map([0, 1, 2, 3, 4, 5].map((index) => [index, cutting.geometry.stripes])));
  });

  test("makes a damaged block from the others of its stripe and names the fragment", async () => {
    const cutting = await cut({ total: 8, needed: 6, recordBytes: 60_000 });
    const damaged = [1, 4].map((index) => ({
      ...cutting.known[index]!,
      source: sourceOf(flipped(cutting.fragments[index]!, 49 + 4096 * (index === 1 ? 0 : 1))),
    }));
    const known = [...damaged, ...without(cutting, [1, 4])];
    const reassembly = open(cutting, known);
    expect(await reassembly.read(0, cutting.sealed.length)).toEqual(cutting.sealed);
    await reassembly.checkRebuilt();
    expect(reassembly.damaged).toEqual(new Set(damaged));
  });

  test("takes the next of several that are one fragment when the first is damaged", async () => {
    const cutting = await cut({ total: 8, needed: 8, recordBytes: 1000 });
    const bad = { ...cutting.known[3]!, source: brokenSource(cutting.geometry.fragmentBytes) };
    const reassembly = open(cutting, [bad, ...cutting.known]);
    expect(await reassembly.read(0, cutting.sealed.length)).toEqual(cutting.sealed);
    expect(reassembly.damaged).toEqual(new Set([bad]));
  });

  test("names the missing and the damaged together when too few are left in one stripe", async () => {
    const cutting = await cut({ total: 8, needed: 6, recordBytes: 60_000 });
    const known = without(cutting, [2, 7]).map((fragment) =>
      fragment.index === 6
        ? { ...fragment, source: sourceOf(flipped(cutting.fragments[6]!, 49 + 4096)) }
        : fragment,
    );
    const reassembly = open(cutting, known);
    expect(await reassembly.read(0, 6 * 4096)).toEqual(cutting.sealed.slice(0, 6 * 4096));
    await expect(reassembly.read(6 * 4096, 6 * 4096)).rejects.toMatchObject({
      needed: 6,
      missing: [2, 6, 7],
    });
  });

  test("refuses parity that gives other bytes than the data fragment has", async () => {
    const cutting = await cut({ total: 8, needed: 6, recordBytes: 1000 });
    const forged = await forgedParity(cutting, 6);
    // Fragment 0 is there but its block is damaged: what is rebuilt is held against its own leaf.
    const bad = { ...cutting.known[0]!, source: sourceOf(flipped(cutting.fragments[0]!, 50)) };
    const held = open(cutting, [bad, ...without(cutting, [0, 6]), forged]);
    await expect(held.read(0, 10)).rejects.toThrow(refusal("inconsistent-author"));
    // Fragment 0 is lost: nothing shows before the whole was read and its root is made again.
    const lost = open(cutting, [...without(cutting, [0, 6, 7]), forged]);
    expect(await lost.read(0, cutting.sealed.length)).not.toEqual(cutting.sealed);
    await expect(lost.checkRebuilt()).rejects.toThrow(refusal("inconsistent-author"));
  });

  test("reads for the last check what nobody asked for: blocks that hold the zeros at the end", async () => {
    // 72 sealed bytes over 64 data fragments of two bytes: from the 37th on they are all zero.
    const cutting = await cut({ total: 64, needed: 62, recordBytes: 0 });
    const reassembly = open(cutting, without(cutting, [10, 50]));
    expect(await reassembly.read(0, cutting.sealed.length)).toEqual(cutting.sealed);
    await reassembly.checkRebuilt();
  });

  test("of several stripes checks every stripe of a lost fragment at the end", async () => {
    const cutting = await cut({ total: 8, needed: 6, recordBytes: 60_000 });
    const reassembly = open(cutting, without(cutting, [0]));
    expect(await reassembly.read(100, 50)).toEqual(cutting.sealed.slice(100, 150));
    await reassembly.checkRebuilt();
    const places = cutting.places.map((place, index) =>
      index === 0 ? { ...place, root: flipped(place.root, 0) } : place,
    );
    const unsigned = open({ ...cutting, places }, without(cutting, [0]));
    await unsigned.read(100, 50);
    await expect(unsigned.checkRebuilt()).rejects.toThrow(refusal("inconsistent-author"));
    // A fragment that was never rebuilt is not in question.
    const untouched = open({ ...cutting, places }, without(cutting, [0]));
    await untouched.read(4096, 50);
    await untouched.checkRebuilt();
  });

  test("refuses a last stripe that does not end in zeros", async () => {
    // L = 57 + 16 = 73 = 2 · 37 − 1: one byte of filler.
    const shape = { total: 8, needed: 2, recordBytes: 1 };
    const honest = await cut(shape);
    expect(honest.geometry).toMatchObject({ sealedBytes: 73, lastBlockBytes: 37 });
    expect(await open(honest, honest.known).read(0, 73)).toEqual(honest.sealed);
    const filled = await cut(shape, Uint8Array.of(1));
    await expect(open(filled, filled.known).read(0, 73)).rejects.toThrow(refusal("inconsistent-author"));
    await expect(open(filled, without(filled, [1])).read(0, 73)).rejects.toThrow(
      refusal("inconsistent-author"),
    );
    // The block that holds the filler was not read: the reader cannot know yet.
    expect(await open(filled, filled.known).read(0, 37)).toEqual(filled.sealed.slice(0, 37));
  });
});

/** Parity fragment `index` with a false first block and everything else as its author would sign it. */
async function forgedParity(cutting: Cutting, index: number): Promise<KnownFragment> {
  const { geometry } = cutting;
  const bytes = cutting.fragments[index]!.slice();
  bytes[49]! ^= 1;
  const [leaf] = await leafHashes(engine, [bytes.slice(49, leavesOffset(geometry))]);
  const frame = { ...cutting.known[index]!.frame, leaves: [leaf!] };
  return { index, frame, source: sourceOf(bytes) };
}

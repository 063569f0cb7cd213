import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { MOST_CLASSIC_BYTES } from "../src/classic/parts.ts";
import { geometryOf } from "../src/cut/geometry.ts";
import { labelled } from "../src/encoding/label.ts";
import { Writer } from "../src/encoding/writer.ts";
import { type Card, openCard, sealCard } from "../src/envelope/card.ts";
import {
  type ClassicEnvelope,
  type Envelope,
  type EnvelopeBody,
  type LockedEnvelope,
  parseEnvelope,
  signEnvelope,
} from "../src/envelope/envelope.ts";
import { contentBytes, type Inside, openInside, sealInside } from "../src/envelope/inside.ts";
import { pad, padme } from "../src/envelope/padding.ts";
import { createOneTimeSigner, type Signer } from "../src/identity/identity.ts";
import { NO_ID } from "../src/ids.ts";
import { boxSize, sealBox } from "../src/layer1/box.ts";
import { concat, engine, flipped, id, pattern, refusal, TIME, utf8 } from "./fixtures.ts";

const malformed = refusal("malformed");

let author: Signer;
beforeAll(async () => {
  author = await createOneTimeSigner(engine);
});

const locked: LockedEnvelope = {
  profile: "locked",
  suite: 1,
  chart: id(1),
  record: id(2),
  version: id(3),
  parent: NO_ID,
  epoch: 1,
  total: 8,
  needed: 6,
  recordBytes: 1024,
  geometry: geometryOf({ total: 8, needed: 6, recordBytes: 1024, blockBytes: 65_536 }),
  fragmentCheck: pattern(32, 1),
  places: Array.from({ length: 8 }, (_, index) => ({
    id: id(10 + index),
    head: pattern(16, index),
    tail: pattern(16, 100 + index),
    root: pattern(32, 200 + index),
  })),
  card: pattern(328),
  inside: pattern(1096),
};

const classic: ClassicEnvelope = {
  profile: "classic",
  suite: 0x101,
  chart: id(1),
  record: id(2),
  version: id(3),
  parent: id(4),
  epoch: 0,
  total: 8,
  needed: 8,
  recordBytes: 1000,
  pieces: Array.from({ length: 8 }, (_, index) => ({ id: id(10 + index), digest: pattern(32, index) })),
  card: pattern(328),
  inside: pattern(1096),
};

/** Offsets in an envelope, from docs/format.md, section 9. */
const AT = {
  suite: 8,
  chart: 10,
  record: 26,
  version: 42,
  parent: 58,
  epoch: 74,
  total: 78,
  needed: 79,
} as const;
const AT_BYTES = { recordBytes: 80, hash: 88, blockBytes: 89, places: 125 } as const;
const PLACE = 80;

/** The envelope with bytes changed, signed again: what a hostile author would send. */
async function resigned(
  envelope: Envelope,
  change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array,
): Promise<Uint8Array> {
  const unsigned = change(envelope.bytes.slice(0, -64));
  const signature = await engine.ed25519Sign({
    seed: author.signSeed,
    message: labelled("envelope", unsigned),
  });
  return concat(unsigned, signature);
}

const put =
  (offset: number, ...values: number[]) =>
  (bytes: Uint8Array<ArrayBuffer>): Uint8Array => {
    bytes.set(values, offset);
    return bytes;
  };

const some = (lengthBytes: number) =>
  fc.uint8Array({ minLength: lengthBytes, maxLength: lengthBytes, min: 1 });
const common = fc.record({
  chart: some(16),
  record: some(16),
  version: some(16),
  parent: fc.oneof(some(16), fc.constant(NO_ID)),
  card: fc.uint8Array({ maxLength: 400 }),
  inside: fc.uint8Array({ maxLength: 400 }),
  recordBytes: fc.nat({ max: 10 ** 9 }),
});

describe("an envelope", () => {
  test("has the bytes of the format", async () => {
    const { bytes } = await signEnvelope(engine, locked, author);
    const writer = new Writer().raw(utf8("CHGENVLP")).u16(1).raw(id(1)).raw(id(2)).raw(id(3)).raw(NO_ID);
    writer.u32(1).u8(8).u8(6).u64(1024).u8(1).u32(65_536).raw(locked.fragmentCheck);
    for (const place of locked.places) writer.raw(place.id).raw(place.head).raw(place.tail).raw(place.root);
    writer.u32(328).raw(locked.card).u32(1096).raw(locked.inside).raw(author.signing).u8(1);
    const unsigned = writer.finish();
    const message = concat(utf8("chirograph/v1/envelope\0"), unsigned);
    expect(bytes).toEqual(concat(unsigned, await engine.ed25519Sign({ seed: author.signSeed, message })));
  });

  test("of the classic profile has a shorter middle", async () => {
    const { bytes } = await signEnvelope(engine, classic, author);
    const writer = new Writer().raw(utf8("CHGENVLP")).u16(0x101).raw(id(1)).raw(id(2)).raw(id(3)).raw(id(4));
    writer.u32(0).u8(8).u8(8).u64(1000).u8(1);
    for (const piece of classic.pieces) writer.raw(piece.id).raw(piece.digest);
    writer.u32(328).raw(classic.card).u32(1096).raw(classic.inside).raw(author.signing).u8(1);
    expect(bytes.slice(0, -64)).toEqual(writer.finish());
  });

  test("parses to what was signed, and that encodes to the same bytes", async () => {
    const counts = fc
      .integer({ min: 8, max: 64 })
      .chain((total) => fc.record({ total: fc.constant(total), needed: fc.integer({ min: 2, max: total }) }));
    const lockedBody = fc.tuple(
      common,
      counts,
      fc.constantFrom(1, 2),
      fc.integer({ min: 1, max: 0xffffffff }),
      fc.integer({ min: 12, max: 20 }),
    );
    const bodies = fc.oneof(
      lockedBody.map(([each, count, suite, epoch, exponent]): EnvelopeBody => ({
        profile: "locked",
        ...each,
        ...count,
        suite,
        epoch,
        fragmentCheck: pattern(32, suite),
        geometry: geometryOf({
          ...count,
          recordBytes: each.recordBytes,
          blockBytes: 2 ** exponent,
        }),
        places: Array.from({ length: count.total }, (_, index) => ({
          ...locked.places[index % 8]!,
          id: id(index + 1),
        })),
      })),
      fc.tuple(common, counts).map(([each, { total }]): EnvelopeBody => ({
        profile: "classic",
        ...each,
        suite: 257,
        epoch: 0,
        total,
        needed: total,
        pieces: Array.from({ length: total }, (_, index) => ({
          id: id(index + 1),
          digest: pattern(32, index),
        })),
      })),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const signed = await signEnvelope(engine, body, author);
        const parsed = await parseEnvelope(engine, signed.bytes);
        expect(parsed).toEqual({
          ...body,
          author: author.signing,
          hash: await engine.sha256([signed.bytes]),
          bytes: signed.bytes,
        });
        expect(parsed).toEqual(signed);
        expect((await signEnvelope(engine, parsed, author)).bytes).toEqual(signed.bytes);
      }),
      { numRuns: 40 },
    );
  });

  test("keeps its own copy of its bytes", async () => {
    const { bytes } = await signEnvelope(engine, locked, author);
    const handed = Uint8Array.from(bytes);
    const parsed = await parseEnvelope(engine, handed);
    handed.fill(0);
    expect(parsed.bytes).toEqual(bytes);
  });

  test("cut at any byte is refused, and so is one byte more", async () => {
    for (const body of [locked, classic]) {
      const { bytes } = await signEnvelope(engine, body, author);
      for (let length = 0; length < bytes.length; length++) {
        await expect(parseEnvelope(engine, bytes.slice(0, length)), `${length} bytes`).rejects.toThrow(
          malformed,
        );
      }
      await expect(parseEnvelope(engine, concat(bytes, Uint8Array.of(0)))).rejects.toThrow(malformed);
    }
  });

  test("with a byte left over inside is refused though it is signed so", async () => {
    const envelope = await signEnvelope(engine, locked, author);
    const longer = await resigned(envelope, (bytes) => concat(bytes, Uint8Array.of(0)));
    await expect(parseEnvelope(engine, longer)).rejects.toThrow(malformed);
  });

  test("with a signature that is another's or over something else is refused", async () => {
    const { bytes } = await signEnvelope(engine, locked, author);
    const forged = refusal("bad-signature");
    const other = await createOneTimeSigner(engine);
    for (const changed of [
      flipped(bytes, AT.parent),
      flipped(bytes, AT.epoch + 3),
      flipped(bytes, AT_BYTES.blockBytes + 5),
      flipped(bytes, AT_BYTES.places + 20),
      flipped(bytes, bytes.length - 66),
      flipped(bytes, bytes.length - 1),
      concat(bytes.slice(0, -97), other.signing, bytes.slice(-65)),
      concat(
        bytes.slice(0, -64),
        await engine.ed25519Sign({ seed: author.signSeed, message: bytes.slice(0, -64) }),
      ),
    ]) {
      await expect(parseEnvelope(engine, changed)).rejects.toThrow(forged);
    }
  });
});

const expectRefusal = async (
  which: Envelope,
  change: ReturnType<typeof put>,
  code: Parameters<typeof refusal>[0],
): Promise<void> => {
  await expect(parseEnvelope(engine, await resigned(which, change))).rejects.toThrow(refusal(code));
};

describe("an author's word is not enough:", () => {
  let envelope: Envelope;
  let old: Envelope;
  beforeAll(async () => {
    envelope = await signEnvelope(engine, locked, author);
    old = await signEnvelope(engine, classic, author);
  });

  test("the helper signs what it changes", async () => {
    const bytes = await resigned(envelope, put(AT.parent, 9));
    expect((await parseEnvelope(engine, bytes)).parent[0]).toBe(9);
  });

  test.each([0, 1, 7])("another magic, byte %d", (offset) =>
    expectRefusal(envelope, put(offset, 0x21), "malformed"),
  );

  test.each([
    [0, 0],
    [0, 3],
    [1, 0],
    [0xff, 0xff],
  ])("suite %d %d", (high, low) => expectRefusal(envelope, put(AT.suite, high, low), "unsupported"));

  test.each(["chart", "record", "version"] as const)("a %s id that is zero", (which) =>
    expectRefusal(envelope, put(AT[which], ...NO_ID), "malformed"),
  );

  test("a fragment id that is zero", async () => {
    await expectRefusal(envelope, put(AT_BYTES.places + 3 * PLACE, ...NO_ID), "malformed");
    await expectRefusal(old, put(AT_BYTES.blockBytes, ...NO_ID), "malformed");
  });

  test("an epoch that is zero, or one in the classic profile", async () => {
    await expectRefusal(envelope, put(AT.epoch, 0, 0, 0, 0), "malformed");
    await expectRefusal(old, put(AT.epoch, 0, 0, 0, 1), "malformed");
  });

  test.each([
    [7, 6],
    [65, 6],
    [0, 0],
    [255, 255],
    [8, 1],
    [8, 9],
  ])("n = %d, k = %d", (total, needed) =>
    expectRefusal(envelope, put(AT.total, total, needed), "out-of-limits"),
  );

  test("a threshold in the classic profile", () => expectRefusal(old, put(AT.needed, 7), "malformed"));

  test("a record longer than 2⁵³ − 1, or than its stripes hold", async () => {
    await expectRefusal(envelope, put(AT_BYTES.recordBytes, 0, 0x20, 0, 0, 0, 0, 0, 0), "malformed");
    await expectRefusal(
      envelope,
      put(AT_BYTES.recordBytes, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      "out-of-limits",
    );
  });

  test("a classic record longer than one GCM message", async () => {
    const limit = await signEnvelope(engine, { ...classic, recordBytes: MOST_CLASSIC_BYTES }, author);
    expect(await parseEnvelope(engine, limit.bytes)).toMatchObject({ recordBytes: 64 * 2 ** 30 - 32 });
    const beyond = await signEnvelope(engine, { ...classic, recordBytes: MOST_CLASSIC_BYTES + 1 }, author);
    await expect(parseEnvelope(engine, beyond.bytes)).rejects.toThrow(refusal("out-of-limits"));
  });

  test.each([0, 2, 255])("hash number %d", (number) =>
    expectRefusal(envelope, put(AT_BYTES.hash, number), "unsupported"),
  );

  test.each([0, 2])("signature number %d", async (number) => {
    await expectRefusal(envelope, (bytes) => put(bytes.length - 1, number)(bytes), "unsupported");
  });

  test.each([
    [0, 0, 0x10, 1],
    [0, 0, 8, 0],
    [0, 0x20, 0, 0],
    [0, 0, 0, 0],
  ])("blocks of %d %d %d %d bytes", (...size) =>
    expectRefusal(envelope, put(AT_BYTES.blockBytes, ...size), "out-of-limits"),
  );

  test("the same fragment twice", () =>
    expectRefusal(envelope, put(AT_BYTES.places + 4 * PLACE, ...id(10)), "malformed"));

  test("classic pieces out of order or twice", async () => {
    await expectRefusal(old, put(AT_BYTES.blockBytes + 48, ...id(9)), "malformed");
    await expectRefusal(old, put(AT_BYTES.blockBytes + 48, ...id(10)), "malformed");
  });
});

describe("an envelope's limits", () => {
  test("are kept by whoever signs, too: what is signed can be read", async () => {
    const large = await signEnvelope(engine, { ...locked, card: new Uint8Array(65_536) }, author);
    expect((await parseEnvelope(engine, large.bytes)).card).toHaveLength(65_536);
    const card = { ...locked, card: new Uint8Array(65_537) };
    await expect(signEnvelope(engine, card, author)).rejects.toThrow(refusal("out-of-limits"));
    const inside = { ...locked, inside: new Uint8Array(64 * 1_048_576 + 1) };
    await expect(signEnvelope(engine, inside, author)).rejects.toThrow(refusal("out-of-limits"));
  });

  test("hold for boxes that an author signed all the same", async () => {
    const envelope = await signEnvelope(engine, { ...locked, card: new Uint8Array() }, author);
    const cardAt = AT_BYTES.places + 8 * PLACE;
    const grown = await resigned(envelope, (bytes) =>
      concat(
        bytes.slice(0, cardAt),
        new Writer().bytes32(new Uint8Array(65_537)).finish(),
        bytes.slice(cardAt + 4),
      ),
    );
    await expect(parseEnvelope(engine, grown)).rejects.toThrow(refusal("out-of-limits"));
  });

  test("hold before anything is read", async () => {
    const huge = new Uint8Array(66 * 1_048_576 + 1);
    await expect(parseEnvelope(engine, huge)).rejects.toThrow(refusal("out-of-limits"));
    await expect(parseEnvelope(engine, huge.subarray(1))).rejects.toThrow(malformed);
  });

  test("let the largest inside pass", async () => {
    const inside = new Uint8Array(64 * 1_048_576);
    const largest = await signEnvelope(engine, { ...locked, inside }, author);
    expect((await parseEnvelope(engine, largest.bytes)).inside).toHaveLength(inside.length);
  });
});

const scope = { suite: 1, chart: id(1), record: id(2), version: id(3), epoch: 4 };
const otherScopes = [
  { ...scope, suite: 2 },
  { ...scope, chart: id(9) },
  { ...scope, record: id(9) },
  { ...scope, version: id(9) },
  { ...scope, epoch: 5 },
];
const key = pattern(32, 4);
const contextOf = (label: "card" | "inside"): Uint8Array =>
  concat(
    utf8(`chirograph/v1/${label}\0`),
    Uint8Array.of(0, 1),
    id(1),
    id(2),
    id(3),
    Uint8Array.of(0, 0, 0, 4),
  );

const boxed = (label: "card" | "inside", message: Uint8Array, floor: number): Promise<Uint8Array> =>
  sealBox(engine, { key, context: contextOf(label), message: pad(message, floor) });

describe("the card", () => {
  const card: Card = { binding: pattern(32), time: TIME, kind: "application/dicom", author: pattern(32, 9) };
  const bytes = new Writer().raw(card.binding).u64(TIME).text16(card.kind).raw(card.author).finish();

  test("comes back, and is a box of the format's bytes", async () => {
    const sealed = await sealCard(engine, key, scope, card);
    expect(sealed).toHaveLength(boxSize(256));
    expect(await openCard(engine, key, scope, sealed)).toEqual(card);
    expect(await openCard(engine, key, scope, await boxed("card", bytes, 256))).toEqual(card);
    const long = { ...card, kind: `text/${"x".repeat(1000)}` };
    const sealedLong = await sealCard(engine, key, scope, long);
    expect(sealedLong).toHaveLength(boxSize(padme(4 + 32 + 8 + 2 + 1005 + 32)));
    expect(await openCard(engine, key, scope, sealedLong)).toEqual(long);
  });

  test("opens under its own key and scope alone, else the author is at fault", async () => {
    const sealed = await sealCard(engine, key, scope, card);
    const refused = refusal("inconsistent-author");
    await expect(openCard(engine, flipped(key, 1), scope, sealed)).rejects.toThrow(refused);
    for (const other of otherScopes)
      await expect(openCard(engine, key, other, sealed)).rejects.toThrow(refused);
    const inside = await sealBox(engine, { key, context: contextOf("inside"), message: pad(bytes, 256) });
    await expect(openCard(engine, key, scope, inside)).rejects.toThrow(refused);
  });

  test("is refused with bytes missing or left over, or padded otherwise", async () => {
    for (const wrong of [bytes.slice(0, -1), concat(bytes, Uint8Array.of(0)), new Uint8Array()]) {
      await expect(openCard(engine, key, scope, await boxed("card", wrong, 256))).rejects.toThrow(malformed);
    }
    await expect(openCard(engine, key, scope, await boxed("card", bytes, 1024))).rejects.toThrow(malformed);
  });
});

describe("the inside", () => {
  const inside: Inside = {
    binding: pattern(32),
    shape: "folder",
    entries: [
      { path: "a.dcm", bytes: 5 },
      { path: "b/", bytes: 0 },
      { path: "c/日.txt", bytes: 70_000 },
    ],
    metadata: new Map([
      ["patient", "Ada"],
      ["ward", "7"],
    ]),
  };
  /** The format's bytes, with any part replaced. */
  function encoded(
    changes: {
      shape?: number;
      announced?: number;
      entries?: [string, number][];
      fields?: [string, string][];
    } = {},
  ): Uint8Array {
    const { shape = 1, announced = 70_005 } = changes;
    const { entries = inside.entries.map(({ path, bytes }) => [path, bytes] as const) } = changes;
    const { fields = [...inside.metadata] } = changes;
    const writer = new Writer().raw(inside.binding).u8(shape).u64(announced).u32(entries.length);
    for (const [path, bytes] of entries) writer.bytes16(utf8(path)).u64(bytes);
    writer.u16(fields.length);
    for (const [name, value] of fields) writer.bytes16(utf8(name)).bytes16(utf8(value));
    return writer.finish();
  }
  const expectRefused = async (
    changes: Parameters<typeof encoded>[0],
    code: Parameters<typeof refusal>[0],
  ): Promise<void> => {
    await expect(
      openInside(engine, key, scope, await boxed("inside", encoded(changes), 1024)),
    ).rejects.toThrow(refusal(code));
  };

  test("comes back, and is a box of the format's bytes", async () => {
    const sealed = await sealInside(engine, key, scope, inside);
    expect(sealed).toHaveLength(boxSize(1024));
    expect(await openInside(engine, key, scope, sealed)).toEqual(inside);
    expect(await openInside(engine, key, scope, await boxed("inside", encoded(), 1024))).toEqual(inside);
    expect(contentBytes(inside.entries)).toBe(70_005);
    const file: Inside = {
      ...inside,
      shape: "file",
      entries: [{ path: "x", bytes: 0 }],
      metadata: new Map(),
    };
    expect(await openInside(engine, key, scope, await sealInside(engine, key, scope, file))).toEqual(file);
  });

  test("opens under its own key and scope alone, else the author is at fault", async () => {
    const sealed = await sealInside(engine, key, scope, inside);
    const refused = refusal("inconsistent-author");
    await expect(openInside(engine, flipped(key, 1), scope, sealed)).rejects.toThrow(refused);
    for (const other of otherScopes)
      await expect(openInside(engine, key, other, sealed)).rejects.toThrow(refused);
    const card = await sealBox(engine, { key, context: contextOf("card"), message: pad(encoded(), 1024) });
    await expect(openInside(engine, key, scope, card)).rejects.toThrow(refused);
  });

  test("is refused with bytes missing or left over", async () => {
    for (const wrong of [encoded().slice(0, -1), concat(encoded(), Uint8Array.of(0)), new Uint8Array()]) {
      await expect(openInside(engine, key, scope, await boxed("inside", wrong, 1024))).rejects.toThrow(
        malformed,
      );
    }
  });

  test("is refused when it contradicts itself or the rules for paths", async () => {
    await expectRefused({ shape: 2 }, "malformed");
    await expectRefused({ announced: 70_004 }, "malformed");
    await expectRefused(
      {
        fields: [
          ["b", ""],
          ["a", ""],
        ],
      },
      "malformed",
    );
    await expectRefused(
      {
        fields: [
          ["a", "1"],
          ["a", "2"],
        ],
      },
      "malformed",
    );
    await expectRefused({ fields: [["e\u0301", ""]] }, "malformed");
    await expectRefused({ fields: [["a", "e\u0301"]] }, "malformed");
    await expectRefused({ shape: 0 }, "invalid-path");
    await expectRefused({ announced: 1, entries: [["../x", 1]] }, "invalid-path");
    await expectRefused(
      {
        announced: 2,
        entries: [
          ["b", 1],
          ["a", 1],
        ],
      },
      "invalid-path",
    );
    await expectRefused({ announced: 1, entries: [["e\u0301", 1]] }, "malformed");
  });

  test("is not sealed with paths that it could not be opened with", async () => {
    const bad = { ...inside, entries: [{ path: "../x", bytes: 1 }] };
    await expect((async () => sealInside(engine, key, scope, bad))()).rejects.toThrow(
      refusal("invalid-path"),
    );
  });

  test("orders its metadata by the bytes that are written, in normal form", async () => {
    const metadata = new Map([
      ["z", "1"],
      ["e\u0301", "2"],
      ["f", "e\u0301"],
      ["😀", ""],
      ["\ufb00", ""],
    ]);
    const opened = await openInside(
      engine,
      key,
      scope,
      await sealInside(engine, key, scope, { ...inside, metadata }),
    );
    expect([...opened.metadata]).toEqual([
      ["f", "\u00e9"],
      ["z", "1"],
      ["\u00e9", "2"],
      ["\ufb00", ""],
      ["😀", ""],
    ]);
  });

  test("does not take two keys that are one text", async () => {
    const metadata = new Map([
      ["e\u0301", "1"],
      ["\u00e9", "2"],
    ]);
    await expect((async () => sealInside(engine, key, scope, { ...inside, metadata }))()).rejects.toThrow(
      RangeError,
    );
  });

  test("holds the entries of a large folder", async () => {
    const entries = Array.from({ length: 60_000 }, (_, index) => ({
      path: String(100_000 + index),
      bytes: index,
    }));
    const many: Inside = { ...inside, entries };
    const opened = await openInside(engine, key, scope, await sealInside(engine, key, scope, many));
    expect(opened.entries).toEqual(entries);
  });

  test("comes back for any metadata", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 20 }).map((graphemes) => graphemes.normalize());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { maxLength: 5 }), async (fields) => {
        const metadata = new Map(fields);
        const opened = await openInside(
          engine,
          key,
          scope,
          await sealInside(engine, key, scope, { ...inside, metadata }),
        );
        expect(opened.metadata).toEqual(metadata);
      }),
      { numRuns: 40 },
    );
  });
});

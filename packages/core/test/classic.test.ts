import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { RIGHT_READ, RIGHT_WRITE } from "../src/chart/change.ts";
import { createChart, createWordlessChart } from "../src/chart/create.ts";
import { appendLink, type Chart } from "../src/chart/document.ts";
import { unlockChart } from "../src/chart/unlock.ts";
import { unwrap } from "../src/chart/wrap.ts";
import { ClassicDigest } from "../src/classic/digest.ts";
import { describeClassic, openClassic, orderByWord } from "../src/classic/open.ts";
import { classicEnds, classicSealedSize, MOST_CLASSIC_BYTES, partSizes } from "../src/classic/parts.ts";
import { type ClassicPlan, sealClassic } from "../src/classic/seal.ts";
import { treeHash } from "../src/cut/tree.ts";
import {
  type ClassicEnvelope,
  type Envelope,
  type EnvelopeBody,
  parseEnvelope,
  signEnvelope,
} from "../src/envelope/envelope.ts";
import { TooFewFragments } from "../src/error.ts";
import type { Identity } from "../src/identity/identity.ts";
import { versionChange } from "../src/record/seal.ts";
import { Word } from "../src/word/rules.ts";
import {
  Bag,
  brokenSource,
  concat,
  engine,
  flipped,
  gather,
  id,
  inPieces,
  makePeople,
  oneFile,
  pattern,
  type People,
  quickEngine,
  refusal,
  sourceOf,
  TIME,
  toHex,
  utf8,
  word,
} from "./fixtures.ts";

const classicWord = new Word("aé日😀bcde");
const otherWord = new Word("xyzw1234");

let people: People;
/** A chart of ada's without a word, that ben reads. */
let chart: Chart;
beforeAll(async () => {
  people = await makePeople();
  const members = [
    { recipient: people.ada.recipient, rights: RIGHT_WRITE },
    { recipient: people.ben.recipient, rights: RIGHT_READ },
  ];
  chart = await createWordlessChart(engine, { owner: people.ada, members, time: TIME });
});

interface Sealed {
  readonly chart: Chart;
  readonly envelope: Envelope & ClassicEnvelope;
  /** In the order of the word. */
  readonly files: readonly Uint8Array<ArrayBuffer>[];
  readonly bag: Bag;
}

async function seal(
  bytes: Uint8Array,
  changes: Partial<ClassicPlan> = {},
  with_ = classicWord,
  into = chart,
): Promise<Sealed> {
  const bag = new Bag();
  const plan = { author: people.ada, time: TIME, content: oneFile(bytes), ...changes };
  const { envelope, changes: links } = await sealClassic(engine, { chart: into }, with_, plan, bag);
  const committed = await appendLink(engine, into, { signer: people.ada, time: TIME, changes: links });
  const parsed = (await parseEnvelope(engine, envelope.bytes)) as Sealed["envelope"];
  return { chart: committed, envelope: parsed, files: bag.fragments(), bag };
}

function open(sealed: Sealed, files = sealed.files, as: Identity = people.ben, with_ = classicWord) {
  return openClassic(engine, sealed.chart, as, with_, sealed.envelope, files.map(sourceOf));
}

describe("parts", () => {
  test("are contiguous, the first of them one byte longer", () => {
    expect(partSizes(28, 8)).toEqual([4, 4, 4, 4, 3, 3, 3, 3]);
    expect(partSizes(32, 8)).toEqual([4, 4, 4, 4, 4, 4, 4, 4]);
    expect(partSizes(28, 64)).toEqual([...Array<number>(28).fill(1), ...Array<number>(36).fill(0)]);
    const cut = fc.tuple(fc.nat({ max: 10 ** 9 }), fc.integer({ min: 8, max: 64 }));
    fc.assert(
      fc.property(cut, ([bytes, total]) => {
        const sizes = partSizes(bytes, total);
        expect(sizes).toHaveLength(total);
        expect(sizes.reduce((sum, size) => sum + size)).toBe(bytes);
        expect(sizes).toEqual(sizes.toSorted((left, right) => right - left));
        expect(sizes[0]! - sizes.at(-1)!).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("hold nonce, ciphertext and tag", () => {
    expect(classicSealedSize(0)).toBe(28);
    expect(classicSealedSize(1000)).toBe(1028);
    expect(MOST_CLASSIC_BYTES).toBe(2 ** 36 - 32);
  });

  test("stand between their own character and the next, the last one's next being the first", () => {
    expect(classicEnds(classicWord, 0)).toEqual({ head: utf8("a"), tail: utf8("é") });
    expect(classicEnds(classicWord, 2)).toEqual({ head: utf8("日"), tail: utf8("😀") });
    expect(classicEnds(classicWord, 7)).toEqual({ head: utf8("e"), tail: utf8("a") });
  });
});

/** Where the file at `index` of the word stands in the envelope, which is not in the order of the word. */
const placeOf = ({ bag, envelope }: Sealed, index: number): number =>
  envelope.pieces.findIndex((piece) => toHex(piece.id) === bag.planned[index]!.name);

const named = (path: string, bytes: number) =>
  seal(pattern(0), { content: oneFile(pattern(0), { entries: [{ path, bytes }] }) });

describe("a classic record", () => {
  test("needs every file, and says which is missing", async () => {
    const sealed = await seal(pattern(100));
    for (const index of sealed.files.keys()) {
      const missing = [placeOf(sealed, index)];
      const attempt = open(sealed, sealed.files.toSpliced(index, 1));
      await expect(attempt).rejects.toThrow(TooFewFragments);
      await expect(attempt).rejects.toMatchObject({ needed: 8, missing });
      const doubled = sealed.files.with(index, sealed.files[(index + 1) % 8]!);
      await expect(open(sealed, doubled)).rejects.toMatchObject({ code: "too-few-fragments", missing });
    }
    expect(await open(sealed, [...sealed.files, ...sealed.files, pattern(40)])).toMatchObject({
      damaged: new Set(),
    });
  });

  test.each([0, 1, 35, 36, 16_383, 16_384, 16_385, 100_000])("of %d bytes comes back", async (size) => {
    const bytes = pattern(size, 2);
    const sealed = await seal(bytes);
    const opened = await open(sealed, sealed.files.toReversed());
    expect(opened.inside).toMatchObject({ shape: "file", entries: [{ path: "scan.dcm", bytes: size }] });
    expect(opened.card).toMatchObject({
      time: TIME,
      kind: "application/dicom",
      author: people.ada.recipient.member,
    });
    expect(await gather(opened.content())).toEqual(bytes);
    const [first, end] = [Math.floor(size / 3), Math.ceil(size / 2)];
    expect(await gather(opened.content(first, end))).toEqual(bytes.slice(first, end));
    expect(opened.damaged.size).toBe(0);
  });

  test("is AES-128-GCM cut into files of character, part and next character", async () => {
    const bytes = pattern(1000, 4);
    const { files, chart: after, envelope, bag } = await seal(bytes);
    const { characters } = classicWord;
    expect(bag.planned.map(({ sizeBytes }) => sizeBytes)).toEqual(files.map(({ length }) => length));
    const parts = files.map((file, index) => {
      const [head, tail] = [utf8(characters[index]!), utf8(characters[(index + 1) % 8]!)];
      expect(file.slice(0, head.length)).toEqual(head);
      expect(file.slice(file.length - tail.length)).toEqual(tail);
      return file.slice(head.length, file.length - tail.length);
    });
    expect(parts.map(({ length }) => length)).toEqual([129, 129, 129, 129, 128, 128, 128, 128]);

    const { record, version } = envelope;
    const wrap = after.state.classicKeys.get(toHex(version))!.wraps.get(toHex(people.ben.recipient.member))!;
    const { member } = people.ben.recipient;
    const place = {
      chart: chart.state.chart,
      purpose: { of: "classic", record, version },
      member,
      signer: people.ada.signing,
    } as const;
    const secrets = (await unwrap(engine, people.ben.kemSeed, place, wrap))!;
    expect(secrets).toHaveLength(48);
    const whole = concat(...parts);
    const key = await crypto.subtle.importKey("raw", secrets.slice(0, 16), "AES-GCM", false, ["decrypt"]);
    const plain = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: whole.slice(0, 12) },
      key,
      whole.slice(12),
    );
    expect(new Uint8Array(plain)).toEqual(bytes);
  });

  test("that is tiny has files with empty parts", async () => {
    const long = new Word(
      Array.from({ length: 64 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join(""),
    );
    const sealed = await seal(pattern(2), {}, long);
    expect(sealed.files.map(({ length }) => length - 6)).toEqual(partSizes(30, 64));
    expect(sealed.files[63]).toEqual(utf8("\u4e3f\u4e00"));
    expect(await gather((await open(sealed, sealed.files, people.ben, long)).content())).toEqual(pattern(2));
  });

  test("needs its word and a reader's key", async () => {
    const sealed = await seal(pattern(100));
    await expect(open(sealed, sealed.files, people.ben, otherWord)).rejects.toThrow(refusal("not-for-you"));
    await expect(open(sealed, sealed.files, people.ben, new Word("aé日😀bced"))).rejects.toThrow(
      refusal("not-for-you"),
    );
    await expect(open(sealed, sealed.files, people.ben, new Word("aé日😀bcdef"))).rejects.toThrow(
      refusal("not-for-you"),
    );
    for (const stranger of [people.ada, people.dora]) {
      await expect(open(sealed, sealed.files, stranger)).rejects.toThrow(refusal("not-for-you"));
    }
    const stolen = { ...people.dora, recipient: people.ben.recipient };
    await expect(describeClassic(engine, sealed.chart, stolen, sealed.envelope)).rejects.toThrow(
      refusal("not-for-you"),
    );
  });

  test("is described to a reader without its word", async () => {
    const sealed = await seal(pattern(100));
    const { card, inside, key } = await describeClassic(engine, sealed.chart, people.ben, sealed.envelope);
    expect(inside.entries).toEqual([{ path: "scan.dcm", bytes: 100 }]);
    expect(card.kind).toBe("application/dicom");
    expect(key).toHaveLength(16);
  });

  test("is refused with a bit of a file flipped or a byte more or less, which counts as missing", async () => {
    const sealed = await seal(pattern(40));
    for (const [index, file] of sealed.files.entries()) {
      const missing = [placeOf(sealed, index)];
      for (const changed of [flipped(file, 5), file.slice(0, -1), concat(file, Uint8Array.of(0))]) {
        await expect(open(sealed, sealed.files.with(index, changed))).rejects.toMatchObject({ missing });
      }
      const gone = sealed.files.map((bytes, other) =>
        other === index ? brokenSource(bytes.length) : sourceOf(bytes),
      );
      const attempt = openClassic(engine, sealed.chart, people.ben, classicWord, sealed.envelope, gone);
      await expect(attempt).rejects.toMatchObject({ missing });
    }
  });

  test("whose files are as signed and do not open names the author", async () => {
    const sealed = await seal(pattern(40));
    const head = utf8("日").length;
    const file = sealed.files[2]!;
    const shorter = concat(file.slice(0, head), file.slice(head + 1));
    const longer = concat(file.slice(0, head), Uint8Array.of(0), file.slice(head));
    for (const changed of [flipped(file, head + 1), shorter, longer]) {
      const files = sealed.files.with(2, changed);
      const digest = new ClassicDigest(engine, sealed.envelope.version);
      await digest.update(changed);
      const place = placeOf(sealed, 2);
      const { pieces } = sealed.envelope;
      const lying = {
        ...sealed.envelope,
        pieces: pieces.with(place, { ...pieces[place]!, digest: await digest.finish() }),
      };
      const signed = await resigned(sealed, lying);
      await expect(open(signed, files)).rejects.toThrow(refusal("inconsistent-author"));
    }
  });

  test("that a store changes between the two passes gives out nothing of the change", async () => {
    // Files of more than one run each, so that the second pass must read them again.
    const bytes = pattern(9 * 1_048_576);
    const sealed = await seal(bytes);
    const files = sealed.files.map((file) => file.slice());
    const opened = await open(sealed, files);
    files[6]![1_000_000]! ^= 1;
    const given: Uint8Array[] = [];
    const reading = (async () => {
      for await (const piece of opened.content()) given.push(piece.slice());
    })();
    await expect(reading).rejects.toThrow(refusal("damaged"));
    const before = concat(...given);
    expect(engine.constantTimeEqual(before, bytes.subarray(0, before.length))).toBe(true);
  });

  test("tells neither word nor order in its envelope, and has k = n and epoch 0", async () => {
    const { envelope, bag } = await seal(pattern(100));
    expect(envelope).toMatchObject({
      profile: "classic",
      suite: 0x101,
      total: 8,
      needed: 8,
      epoch: 0,
      recordBytes: 100,
    });
    const ids = envelope.pieces.map((piece) => toHex(piece.id));
    expect(ids).toEqual(ids.toSorted());
    expect(ids).toEqual(bag.planned.map(({ name }) => name).toSorted());
  });

  test("has digests over its files as the format says", async () => {
    const { envelope, bag, files } = await seal(pattern(100));
    for (const [index, { name }] of bag.planned.entries()) {
      const file = files[index]!;
      const leaf = await engine.sha256([Uint8Array.of(0), file]);
      const length = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, file.length);
      const digest = await engine.sha256([
        concat(utf8("chirograph/v1/classic-file\0"), envelope.version, length, leaf),
      ]);
      expect(envelope.pieces.find((piece) => toHex(piece.id) === name)!.digest).toEqual(digest);
    }
  });

  test("by an owner who is no member names no author", async () => {
    const members = [{ recipient: people.ben.recipient, rights: RIGHT_READ }];
    const bare = await createWordlessChart(engine, { owner: people.ada, members, time: TIME });
    const { card } = await open(await seal(pattern(10), {}, classicWord, bare));
    expect(card.author).toEqual(new Uint8Array(32));
  });

  test("follows another version of its record", async () => {
    const first = await seal(pattern(10));
    const second = await seal(pattern(20), { record: first.envelope.record }, otherWord, first.chart);
    expect(second.envelope.parent).toEqual(first.envelope.version);
    expect(await gather((await open(second, second.files, people.ben, otherWord)).content())).toEqual(
      pattern(20),
    );
    expect(await gather((await open({ ...first, chart: second.chart })).content())).toEqual(pattern(10));
  });

  test("is refused when its content is not as long as announced, has a bad name or is too long", async () => {
    const entries = [{ path: "scan.dcm", bytes: 100 }];
    for (const length of [99, 101]) {
      await expect(seal(pattern(length), { content: oneFile(pattern(length), { entries }) })).rejects.toThrow(
        refusal("wrong-length"),
      );
    }
    await expect(named("../x", 0)).rejects.toThrow(refusal("invalid-path"));
    await expect(named("x", MOST_CLASSIC_BYTES + 1)).rejects.toThrow(refusal("out-of-limits"));
  });

  test("whose reader was given another key than the others names the author", async () => {
    const sealed = await seal(pattern(100));
    const version = toHex(sealed.envelope.version);
    const key = sealed.chart.state.classicKeys.get(version)!;
    const classicKeys = new Map([[version, { ...key, keyCheck: flipped(key.keyCheck, 0) }]]);
    const lying = { ...sealed, chart: { ...sealed.chart, state: { ...sealed.chart.state, classicKeys } } };
    await expect(open(lying)).rejects.toThrow(refusal("inconsistent-author"));
  });

  test("that tells another length inside names the author", async () => {
    const honest = await seal(pattern(100));
    const longer = await resigned(honest, { ...honest.envelope, recordBytes: 101 });
    const attempt = describeClassic(engine, longer.chart, people.ben, longer.envelope);
    await expect(attempt).rejects.toThrow(refusal("inconsistent-author"));
  });
});

/** The record with another envelope, signed by its author and named by a chart that holds the same classic key. */
async function resigned(honest: Sealed, body: EnvelopeBody): Promise<Sealed> {
  const { record, version } = honest.envelope;
  const envelope = (await signEnvelope(engine, body, people.ada)) as Sealed["envelope"];
  const { keyCheck, wraps } = honest.chart.state.classicKeys.get(toHex(version))!;
  const key = { type: "classic-key", record, version, keyCheck, wraps: [...wraps.values()] } as const;
  const changes = [key, versionChange(envelope)];
  return {
    ...honest,
    envelope,
    chart: await appendLink(engine, chart, { signer: people.ada, time: TIME, changes }),
  };
}

describe("in a chart with a word", () => {
  test("the chart's own word is refused, and the chart must be unlocked to tell", async () => {
    const members = [{ recipient: people.ben.recipient, rights: RIGHT_READ }];
    const made = await createChart(quickEngine, { owner: people.ada, members, time: TIME }, word);
    const unlocked = await unlockChart(quickEngine, made.chart, people.ben, word);
    const plan = { author: people.ada, time: TIME, content: oneFile(pattern(10)) };
    const attempt = (place: Parameters<typeof sealClassic>[1], with_: Word) =>
      sealClassic(quickEngine, place, with_, plan, new Bag());
    await expect(attempt(unlocked, word)).rejects.toThrow(refusal("invalid-word"));
    await expect(attempt(made, new Word("adk21937"))).rejects.toThrow(refusal("invalid-word"));
    await expect(attempt({ chart: made.chart }, otherWord)).rejects.toThrow(RangeError);
    const { envelope, changes } = await attempt(unlocked, otherWord);
    const { state } = await appendLink(engine, made.chart, { signer: people.ada, time: TIME, changes });
    expect(state.recordOf.has(toHex(envelope.version))).toBe(true);
  });
});

const pieces = (files: readonly Uint8Array[]) =>
  files.map((file, index) => ({ name: `${index}`, source: sourceOf(file) }));

describe("the order of the files", () => {
  test("is found by the word alone, from any order", async () => {
    const { files } = await seal(pattern(100));
    const shuffled = [3, 0, 7, 5, 1, 6, 2, 4];
    const ordered = await orderByWord(classicWord, pieces(shuffled.map((index) => files[index]!)));
    expect(ordered!.map(({ name }) => shuffled[Number(name)])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("is none with another word, another number of files, or a file that is none of them", async () => {
    const { files } = await seal(pattern(100));
    expect(await orderByWord(otherWord, pieces(files))).toBeNull();
    expect(await orderByWord(classicWord, pieces(files.slice(1)))).toBeNull();
    expect(await orderByWord(classicWord, pieces([...files, files[0]!]))).toBeNull();
    expect(await orderByWord(classicWord, pieces(files.with(4, utf8("b"))))).toBeNull();
    expect(await orderByWord(classicWord, pieces(files.with(4, utf8("bx"))))).toBeNull();
    expect(await orderByWord(classicWord, pieces(files.with(4, utf8("xc"))))).toBeNull();
    expect(await orderByWord(classicWord, pieces(files.with(4, new Uint8Array())))).toBeNull();
  });
});

async function digestOf(bytes: Uint8Array, pieceBytes: number, version = id(3)): Promise<Uint8Array> {
  const digest = new ClassicDigest(engine, version);
  for await (const piece of inPieces(bytes, pieceBytes)) await digest.update(piece);
  return digest.finish();
}

describe("the digest of a file", () => {
  const MIB = 1_048_576;

  test("is the tree over runs of 1 MiB, however it is fed", async () => {
    const all = pattern(2 * MIB + 5);
    for (const size of [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 2 * MIB + 5]) {
      const bytes = all.subarray(0, size);
      const runs = Array.from({ length: Math.max(1, Math.ceil(size / MIB)) }, (_, run) =>
        bytes.subarray(run * MIB, (run + 1) * MIB),
      );
      const leaves = await Promise.all(runs.map((run) => engine.sha256([Uint8Array.of(0), run])));
      const length = new DataView(new ArrayBuffer(8));
      length.setUint32(4, size);
      const input = concat(
        utf8("chirograph/v1/classic-file\0"),
        id(3),
        new Uint8Array(length.buffer),
        await treeHash(engine, leaves),
      );
      const expected = await engine.sha256([input]);
      for (const pieceBytes of [size || 1, 700_001, MIB])
        expect(await digestOf(bytes, pieceBytes)).toEqual(expected);
    }
  });

  test("differs by version, length and content", async () => {
    const digests = [
      await digestOf(pattern(9), 9),
      await digestOf(pattern(9), 9, id(4)),
      await digestOf(pattern(10), 9),
      await digestOf(new Uint8Array(9), 9),
      await digestOf(new Uint8Array(8), 9),
    ];
    expect(new Set(digests.map(toHex)).size).toBe(5);
  });
});

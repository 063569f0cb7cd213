import { beforeAll, describe, expect, test } from "vitest";
import { RIGHT_MANAGE, RIGHT_READ, RIGHT_WRITE } from "../src/chart/change.ts";
import { appendLink, encodeChart } from "../src/chart/document.ts";
import { findVersion } from "../src/chart/state.ts";
import { type UnlockedChart, unlockChart } from "../src/chart/unlock.ts";
import { openClassic } from "../src/classic/open.ts";
import type { ClassicEnvelope, Envelope, LockedEnvelope } from "../src/envelope/envelope.ts";
import { Writer } from "../src/encoding/writer.ts";
import { TooFewFragments } from "../src/error.ts";
import { orderBag } from "../src/folder/bag.ts";
import {
  encodeEnvelopeFile,
  ENVELOPE_FILE_NAME,
  parseEnvelopeFile,
  salvageChart,
  type SealedFolder,
} from "../src/folder/envelope-file.ts";
import { defaultTolerance, type FolderPlan, sealFolder } from "../src/folder/seal.ts";
import { type CandidateFile, surveyFragments, verifyBlocks } from "../src/folder/survey.ts";
import type { FragmentSink } from "../src/record/body.ts";
import { describeVersion, openVersion } from "../src/record/open.ts";
import { Word } from "../src/word/rules.ts";
import {
  Bag,
  brokenSource,
  concat,
  fileOf,
  flipped,
  gather,
  makePeople,
  oneFile,
  pattern,
  type People,
  quickEngine as engine,
  refusal,
  TIME,
  toHex,
  utf8,
  word,
} from "./fixtures.ts";

let people: People;
beforeAll(async () => {
  people = await makePeople();
});

interface Folder extends SealedFolder {
  readonly bag: Bag;
  readonly envelopeFile: Uint8Array;
}

async function seal(changes: Partial<FolderPlan> = {}): Promise<Folder> {
  const bag = new Bag();
  const plan: FolderPlan = {
    author: people.ada,
    readers: [people.ben.recipient],
    word,
    time: TIME,
    content: oneFile(pattern(1000)),
    how: {
      profile: "locked",
      suite: "aes-128",
      padded: true,
    },
    ...changes,
  };
  const { envelopeFile, envelope } = await sealFolder(engine, plan, bag);
  const parsed = await parseEnvelopeFile(engine, envelopeFile);
  expect(parsed.envelope).toEqual(envelope);
  return { ...parsed, bag, envelopeFile };
}

const locked = ({ envelope }: SealedFolder): Envelope & LockedEnvelope =>
  envelope as Envelope & LockedEnvelope;

async function open(
  folder: Folder,
  files: readonly CandidateFile[] = folder.bag.files(),
  identity = people.ben,
): Promise<Uint8Array> {
  const unlocked = await unlockChart(engine, folder.chart, identity, word);
  const { known } = await surveyFragments(engine, folder.envelope, files);
  return gather((await openVersion(engine, unlocked, locked(folder), known)).content());
}

const rightsOf = ({ chart }: SealedFolder) =>
  new Map([...chart.state.members.values()].map(({ recipient, rights }) => [recipient, rights]));
const writing = RIGHT_WRITE | RIGHT_MANAGE;

describe("a sealed folder", () => {
  test("is n fragments and one file, and opens from them", async () => {
    const folder = await seal();
    expect(ENVELOPE_FILE_NAME).toBe("envelope");
    expect(folder.bag.planned).toHaveLength(8);
    expect(folder.bag.planned.every(({ name }) => /^[0-9a-f]{32}$/.test(name))).toBe(true);
    expect(folder.chart.links).toHaveLength(2);
    expect(await open(folder)).toEqual(pattern(1000));
  });

  test("tolerates a quarter of its fragments lost unless told otherwise", async () => {
    expect([8, 11, 12, 15, 16, 64].map(defaultTolerance)).toEqual([2, 2, 3, 3, 4, 16]);
    expect((await seal()).envelope).toMatchObject({ total: 8, needed: 6 });
    expect((await seal({ word: new Word("adk21937zyxw") })).envelope).toMatchObject({ total: 12, needed: 9 });
    const how = { profile: "locked", suite: "aes-256", padded: false, tolerate: 0 } as const;
    expect((await seal({ how })).envelope).toMatchObject({ suite: 2, needed: 8, recordBytes: 1000 });
  });

  test("is refused for a tolerance that does not fit, before Argon2id is paid", async () => {
    const stingy = { ...engine, argon2id: () => Promise.reject(new Error("paid")) };
    for (const tolerate of [7, -1]) {
      const how = { profile: "locked", suite: "aes-128", padded: true, tolerate } as const;
      const plan: FolderPlan = { readers: [], word, time: TIME, content: oneFile(pattern(5)), how };
      await expect(sealFolder(stingy, plan, new Bag())).rejects.toThrow(refusal("out-of-limits"));
    }
  });

  test("whose word cannot be stretched is refused when nobody writes any more", async () => {
    const without = { ...engine, argon2id: () => Promise.reject(new Error("no memory")) };
    const bag = new Bag();
    let underWay = 0;
    const sink: FragmentSink = {
      open: (planned) => bag.open(planned),
      async write(index, bytes) {
        underWay++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        await bag.write(index, bytes);
        underWay--;
      },
    };
    const how = { profile: "locked", suite: "aes-128", padded: true } as const;
    const content = oneFile(pattern(1000));
    const plan = { author: people.ada, readers: [people.ben.recipient], word, time: TIME, content, how };
    await expect(sealFolder(without, plan, sink)).rejects.toThrow("no memory");
    expect(bag.planned).toHaveLength(8);
    expect(underWay).toBe(0);
    // Of a long record, no more is read than was on its way.
    let read = 0;
    const long = { ...oneFile(new Uint8Array()), entries: [{ path: "long", bytes: 1e12 }], data: counted() };
    async function* counted(): AsyncGenerator<Uint8Array> {
      for (let pieces = 0; pieces < 1e6; pieces++) yield new Uint8Array((read += 1e6) && 1e6);
    }
    await expect(sealFolder(without, { ...plan, content: long }, sink)).rejects.toThrow("no memory");
    expect(read).toBeLessThan(2e8);
    expect(underWay).toBe(0);
  });

  test("that cannot be written is told of as that, whatever becomes of its word meanwhile", async () => {
    let writes = 0;
    const full: FragmentSink = {
      open: async () => undefined,
      async write(index) {
        writes++;
        await new Promise((resolve) => setTimeout(resolve, index === 3 ? 1 : 20));
        writes--;
        if (index === 3) throw new Error("the disk is full");
      },
    };
    const how = { profile: "locked", suite: "aes-128", padded: true } as const;
    const content = oneFile(pattern(1000));
    const plan = { author: people.ada, readers: [people.ben.recipient], word, time: TIME, content, how };
    await expect(sealFolder(engine, plan, full)).rejects.toThrow("the disk is full");
    expect(writes).toBe(0);
    const without = { ...engine, argon2id: () => Promise.reject(new Error("no memory")) };
    await expect(sealFolder(without, plan, full)).rejects.toThrow("no memory");
    expect(writes).toBe(0);
  });

  test("is read by its readers, each once, and by the author only if named", async () => {
    const { ada, ben } = people;
    const folder = await seal({ readers: [ben.recipient, ben.recipient] });
    expect(rightsOf(folder)).toEqual(
      new Map([
        [ada.recipient, writing],
        [ben.recipient, RIGHT_READ],
      ]),
    );
    await expect(open(folder, folder.bag.files(), ada)).rejects.toThrow(refusal("not-for-you"));
    const both = await seal({ readers: [ada.recipient, ben.recipient] });
    expect(rightsOf(both)).toEqual(
      new Map([
        [ada.recipient, writing | RIGHT_READ],
        [ben.recipient, RIGHT_READ],
      ]),
    );
    expect(await open(both, both.bag.files(), ada)).toEqual(pattern(1000));
  });

  test("without an author is signed by a key that is nobody's", async () => {
    const { author: _, ...nobody } = { author: undefined, readers: [people.ben.recipient] };
    const bag = new Bag();
    const how = { profile: "locked", suite: "aes-128", padded: true } as const;
    const plan: FolderPlan = { ...nobody, word, time: TIME, content: oneFile(pattern(1000)), how };
    const { envelopeFile } = await sealFolder(engine, plan, bag);
    const folder = { ...(await parseEnvelopeFile(engine, envelopeFile)), bag, envelopeFile };
    expect(await open(folder)).toEqual(pattern(1000));
    expect(folder.chart.state.owner).toEqual(folder.envelope.author);
    expect(folder.chart.state.owner).not.toEqual(people.ada.signing);
    expect(folder.chart.state.members.size).toBe(1);
    const unlocked = await unlockChart(engine, folder.chart, people.ben, word);
    expect((await describeVersion(engine, unlocked, locked(folder))).card.author).toEqual(new Uint8Array(32));
  });

  test("of the classic profile pays no Argon2id and opens with its word", async () => {
    const stingy = { ...engine, argon2id: () => Promise.reject(new Error("paid")) };
    const bag = new Bag();
    const plan: FolderPlan = {
      author: people.ada,
      readers: [people.ben.recipient],
      word,
      time: TIME,
      content: oneFile(pattern(1000)),
      how: { profile: "classic" },
    };
    const { envelopeFile } = await sealFolder(stingy, plan, bag);
    const { chart, envelope } = await parseEnvelopeFile(engine, envelopeFile);
    const sources = bag.files().map(({ source }) => source);
    const opened = await openClassic(
      engine,
      chart,
      people.ben,
      word,
      envelope as Envelope & ClassicEnvelope,
      sources,
    );
    expect(await gather(opened.content())).toEqual(pattern(1000));
    expect(chart.state.epochs).toEqual([]);
  });
});

describe("the file `envelope`", () => {
  let folder: Folder;
  beforeAll(async () => {
    folder = await seal();
  });

  test("is the chart document and the envelope", () => {
    const { chart, envelope, envelopeFile } = folder;
    const expected = new Writer()
      .raw(utf8("CHGSEALD"))
      .bytes32(encodeChart(chart))
      .bytes32(envelope.bytes)
      .finish();
    expect(envelopeFile).toEqual(expected);
    expect(encodeEnvelopeFile(folder)).toEqual(expected);
  });

  test("is refused cut short, with a byte more, or under another name", async () => {
    const { envelopeFile } = folder;
    const malformed = refusal("malformed");
    for (const length of [0, 7, 8, 11, 100, envelopeFile.length - 1]) {
      await expect(
        parseEnvelopeFile(engine, envelopeFile.slice(0, length)),
        `${length} bytes`,
      ).rejects.toThrow(malformed);
    }
    await expect(parseEnvelopeFile(engine, concat(envelopeFile, Uint8Array.of(0)))).rejects.toThrow(
      malformed,
    );
    await expect(parseEnvelopeFile(engine, flipped(envelopeFile, 0))).rejects.toThrow(malformed);
  });

  test("is refused when its two halves do not belong together", async () => {
    const other = await seal();
    const mixed = encodeEnvelopeFile({ chart: folder.chart, envelope: other.envelope });
    await expect(parseEnvelopeFile(engine, mixed)).rejects.toThrow(refusal("mismatch"));
  });

  test("gives its chart even when the envelope is damaged, and says what is wrong", async () => {
    const whole = await salvageChart(engine, folder.envelopeFile);
    expect(whole).toEqual({ chart: folder.chart, envelope: folder.envelope, problem: undefined });
    const cut = await salvageChart(engine, folder.envelopeFile.slice(0, -10));
    expect(cut).toMatchObject({ chart: folder.chart, envelope: undefined, problem: { code: "malformed" } });
    const forged = await salvageChart(engine, flipped(folder.envelopeFile, folder.envelopeFile.length - 1));
    expect(forged).toMatchObject({
      chart: folder.chart,
      envelope: undefined,
      problem: { code: "bad-signature" },
    });
    await expect(salvageChart(engine, flipped(folder.envelopeFile, 40))).rejects.toThrow(
      refusal("bad-signature"),
    );
    await expect(salvageChart(engine, folder.envelopeFile.slice(0, 20))).rejects.toThrow(
      refusal("malformed"),
    );
    const defect = { ...engine, sha256: () => Promise.reject(new RangeError("a defect")) };
    await expect(salvageChart(defect, folder.envelopeFile)).rejects.toThrow(RangeError);
  });
});

const names = (some: readonly CandidateFile[]): string[] => some.map(({ name }) => name);

describe("a survey", () => {
  let folder: Folder;
  let files: readonly CandidateFile[];
  beforeAll(async () => {
    folder = await seal();
    files = folder.bag.files();
  });

  test("knows fragments by their content, whatever they are called", async () => {
    const renamed = folder.bag.fragments().map((bytes, index) => fileOf(bytes, `holiday ${index}.jpg`));
    const { places, known, foreign } = await surveyFragments(engine, folder.envelope, renamed.toReversed());
    expect(places.map(({ found }) => names(found))).toEqual(renamed.map(({ name }) => [name]));
    expect(places.map(({ index, id }) => [index, toHex(id)])).toEqual(
      folder.bag.planned.map(({ name }, index) => [index, name]),
    );
    expect(known).toHaveLength(8);
    expect(foreign).toEqual([]);
    expect(await open(folder, renamed.slice(2))).toEqual(pattern(1000));
  });

  test("passes over what has nothing to do with the version", async () => {
    const other = await seal();
    const strange = [
      fileOf(new Uint8Array(), "empty"),
      fileOf(pattern(5), "tiny"),
      fileOf(folder.envelopeFile, "envelope"),
    ];
    const size = files[0]!.source.sizeBytes;
    strange.push(fileOf(pattern(size), "as long"), { name: "gone", source: brokenSource(size) });
    const { foreign, known, places } = await surveyFragments(engine, folder.envelope, [
      ...other.bag.files(),
      ...files,
      ...strange,
    ]);
    expect(names(foreign)).toEqual([...names(other.bag.files()), ...names(strange)]);
    expect(known).toHaveLength(8);
    expect(places.every(({ damaged }) => damaged.length === 0)).toBe(true);
  });

  test("takes duplicates for alternatives", async () => {
    const copies = [...files, ...folder.bag.fragments().map((bytes) => fileOf(bytes, "copy"))];
    const { places, known } = await surveyFragments(engine, folder.envelope, copies);
    expect(known).toHaveLength(16);
    expect(places.map(({ found }) => names(found)[1])).toEqual(places.map(() => "copy"));
    // One good copy of a block is enough.
    const spoilt = folder.bag
      .fragments()
      .map((bytes, index) => fileOf(index < 4 ? flipped(bytes, 60) : bytes, "spoilt"));
    expect(await open(folder, [...spoilt, ...files.slice(0, 4)])).toEqual(pattern(1000));
  });

  test("names a damaged fragment by its marks, or else by its name", async () => {
    const [first, second, third, fourth, fifth] = folder.bag.fragments() as [
      Uint8Array<ArrayBuffer>,
      Uint8Array<ArrayBuffer>,
      Uint8Array<ArrayBuffer>,
      Uint8Array<ArrayBuffer>,
      Uint8Array<ArrayBuffer>,
    ];
    const shareGone = fileOf(flipped(first, 20), "a");
    const headGone = fileOf(flipped(second, 0), "b");
    const tailGone = fileOf(flipped(third, third.length - 1), "c");
    const cut = fileOf(fourth.slice(0, -100), "d");
    const named = fileOf(pattern(7), files[4]!.name);
    const unreadable = { name: files[5]!.name, source: brokenSource(fifth.length) };
    const { places, known, foreign } = await surveyFragments(engine, folder.envelope, [
      shareGone,
      headGone,
      tailGone,
      cut,
      named,
      unreadable,
    ]);
    expect(places.map(({ damaged }) => names(damaged))).toEqual([
      ["a"],
      ["b"],
      ["c"],
      ["d"],
      [files[4]!.name],
      [files[5]!.name],
      [],
      [],
    ]);
    expect([known.length, foreign.length]).toEqual([0, 0]);
  });

  test("reads every block and tells which are damaged, and whether enough are left", async () => {
    const { known } = await surveyFragments(engine, folder.envelope, files);
    expect(await verifyBlocks(engine, locked(folder), known)).toEqual({
      damaged: new Set(),
      problem: undefined,
    });
    const spoil = (...spoilt: number[]) =>
      surveyFragments(
        engine,
        folder.envelope,
        folder.bag
          .fragments()
          .map((bytes, index) => fileOf(spoilt.includes(index) ? flipped(bytes, 60) : bytes)),
      );
    const two = await verifyBlocks(engine, locked(folder), (await spoil(1, 6)).known);
    expect([...two.damaged].map(({ index }) => index)).toEqual([1, 6]);
    expect(two.problem).toBeUndefined();
    const three = await verifyBlocks(engine, locked(folder), (await spoil(0, 1, 6)).known);
    expect(three.problem).toBeInstanceOf(TooFewFragments);
    expect(three.problem).toMatchObject({ needed: 6, missing: [0, 1, 6] });
  });

  test("of classic files goes by their digests, and by their names where those fail", async () => {
    const classic = await seal({ how: { profile: "classic" } });
    const pieces = classic.bag.files();
    const bad = [
      fileOf(flipped(classic.bag.fragments()[0]!, 4), pieces[0]!.name),
      { name: pieces[1]!.name, source: brokenSource(9) },
    ];
    const stray = fileOf(flipped(classic.bag.fragments()[2]!, 4), "stray");
    const { places, known, foreign } = await surveyFragments(engine, classic.envelope, [
      ...bad,
      stray,
      ...pieces.slice(2),
    ]);
    const damagedIds = places.filter(({ damaged }) => damaged.length === 1).map(({ id }) => toHex(id));
    expect(damagedIds).toEqual([pieces[0]!.name, pieces[1]!.name].toSorted());
    expect(places.filter(({ found }) => found.length === 1)).toHaveLength(6);
    expect(known).toEqual([]);
    expect(names(foreign)).toEqual(["stray"]);
  });
});

describe("a bag of fragments without an envelope", () => {
  let folder: Folder;
  let unlocked: UnlockedChart;
  beforeAll(async () => {
    folder = await seal();
    unlocked = await unlockChart(engine, folder.chart, people.ben, word);
  });
  const order = (files: readonly CandidateFile[]) =>
    orderBag(
      engine,
      unlocked,
      findVersion(unlocked.chart.state, folder.envelope.record, folder.envelope.version)!,
      files,
    );

  test("is put in order by whoever holds the word; the missing and the foreign are named", async () => {
    const files = folder.bag.files();
    const shuffled = [5, 2, 7, 0, 3].map((index) => files[index]!);
    const strange = [
      fileOf(pattern(500), "strange"),
      fileOf(pattern(31), "short"),
      { name: "gone", source: brokenSource(500) },
    ];
    const { marked, missing, foreign } = await order([strange[0]!, ...shuffled, ...strange.slice(1)]);
    expect(marked.map(({ index, next }) => [index, next])).toEqual([
      [0, 1],
      [2, 3],
      [3, 4],
      [5, 6],
      [7, 0],
    ]);
    expect(marked.map(({ file }) => file)).toEqual([0, 2, 3, 5, 7].map((index) => files[index]));
    expect(missing).toEqual([1, 4, 6]);
    expect(foreign.map(({ name }) => name)).toEqual(["strange", "short", "gone"]);
  });

  test("takes a fragment with one mark left", async () => {
    const fragments = folder.bag.fragments();
    const headless = fileOf(flipped(fragments[0]!, 0), "headless");
    const tailless = fileOf(flipped(fragments[4]!, fragments[4]!.length - 1), "tailless");
    const bare = fileOf(concat(fragments[1]!.slice(0, 16), fragments[1]!.slice(-16)), "bare");
    const { marked, missing } = await order([tailless, bare, headless]);
    expect(marked.map(({ file, index, next }) => [file.name, index, next])).toEqual([
      ["headless", undefined, 1],
      ["bare", 1, 2],
      ["tailless", 4, undefined],
    ]);
    expect(missing).toEqual([2, 3, 5, 6, 7]);
  });

  test("of another version or for another reader stays a bag", async () => {
    const other = await seal();
    const { marked, foreign, missing } = await order(other.bag.files());
    expect([marked.length, foreign.length, missing.length]).toEqual([0, 8, 8]);
    const { record, version } = folder.envelope;
    const stated = findVersion(folder.chart.state, record, version)!;
    const shut = { ...unlocked, epochs: new Map() };
    await expect(orderBag(engine, shut, stated, [])).rejects.toThrow(refusal("not-for-you"));
  });

  test("is told apart from that of a later version of the same record", async () => {
    const { sealVersion } = await import("../src/record/seal.ts");
    const bag = new Bag();
    const plan = {
      author: people.ada,
      suite: "aes-128",
      tolerate: 2,
      padded: true,
      time: TIME,
      content: oneFile(pattern(5)),
      record: folder.envelope.record,
    } as const;
    const { change } = await sealVersion(engine, unlocked, plan, bag);
    const chart = await appendLink(engine, folder.chart, {
      signer: people.ada,
      time: TIME,
      changes: [change],
    });
    expect(chart.state.generation).toBe(2);
    const { marked, foreign } = await order([...bag.files(), ...folder.bag.files()]);
    expect([marked.length, foreign.length]).toEqual([8, 8]);
  });
});

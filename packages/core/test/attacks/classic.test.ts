import { beforeAll, describe, expect, test } from "vitest";
import { createWordlessChart } from "../../src/chart/create.ts";
import { appendLink, type Chart } from "../../src/chart/document.ts";
import { ClassicDigest } from "../../src/classic/digest.ts";
import { openClassic } from "../../src/classic/open.ts";
import { sealClassic } from "../../src/classic/seal.ts";
import type { FragmentSource } from "../../src/cut/fragment.ts";
import { toHex } from "../../src/encoding/bytes.ts";
import { fromUtf8 } from "../../src/encoding/text.ts";
import { type ClassicEnvelope, type Envelope, signEnvelope } from "../../src/envelope/envelope.ts";
import { surveyFragments } from "../../src/folder/survey.ts";
import type { Identity } from "../../src/identity/identity.ts";
import { versionChange } from "../../src/record/seal.ts";
import { Word } from "../../src/word/rules.ts";
import {
  bitsOf,
  collect,
  contentOf,
  expectRefused,
  fileOf,
  flipBit,
  makeChart,
  memorySink,
  oneByOne,
  OTHER_WORD,
  pattern,
  people,
  quick,
  refusal,
  sourceOf,
  TIME,
  WORD,
} from "./support.ts";

type ClassicVersion = Envelope & ClassicEnvelope;

const content = pattern(40);
let owner: Identity;
let stranger: Identity;
let base: Chart;
let sealed: { chart: Chart; envelope: ClassicVersion; files: Uint8Array[] };

beforeAll(async () => {
  ({ owner, stranger } = await people("owner", "stranger"));
  const members = [{ recipient: owner.recipient, rights: 7 }];
  base = await createWordlessChart(quick, { owner, members, time: TIME });
  sealed = await seal(base);
});

async function seal(chart: Chart, bytes: Uint8Array = content): Promise<typeof sealed> {
  const { sink, fragments } = memorySink();
  const plan = { author: owner, time: TIME, content: contentOf(bytes) };
  const { envelope, changes } = await sealClassic(quick, { chart }, WORD, plan, sink);
  return {
    chart: await appendLink(quick, chart, { signer: owner, time: TIME, changes }),
    envelope: envelope as ClassicVersion,
    files: fragments(),
  };
}

async function open(
  files: readonly Uint8Array[],
  { identity = owner, word = WORD, of = sealed } = {},
): Promise<Uint8Array> {
  const opened = await openClassic(quick, of.chart, identity, word, of.envelope, files.map(sourceOf));
  return collect(opened.content());
}

test("classic files in any order, some twice, some foreign, open", async () => {
  const other = await seal(sealed.chart);
  const files = sealed.files.toReversed();
  expect(await open([...files, files[0]!, ...other.files])).toStrictEqual(content);
});

test("a bit flipped in a classic file makes it a damaged one, and all n are needed", async () => {
  for (const [index, file] of sealed.files.entries()) {
    const others = sealed.files.filter((_, other) => other !== index);
    for (const bit of bitsOf(file)) {
      const flipped = flipBit(file, bit);
      const place = sealed.envelope.pieces.findIndex(({ digest }) => toHex(digest) === hexes[index]);
      const name = toHex(sealed.envelope.pieces[place]!.id);
      const survey = await surveyFragments(quick, sealed.envelope, [fileOf(flipped, name)]);
      expect(survey.places[place]!.damaged).toHaveLength(1);
      // One bit of every byte: opening hashes all n files each time.
      if (bit % 8 === 0) await expectRefused(() => open([flipped, ...others]), "too-few-fragments");
    }
  }
});

let hexes: string[];
beforeAll(async () => {
  hexes = await Promise.all(sealed.files.map(async (file) => toHex(await digestOf(file))));
});

test("a classic file cut, extended or taken from another record is missed", async () => {
  const other = await seal(sealed.chart);
  const [first, ...rest] = sealed.files;
  for (const changed of [first!.subarray(1), first!.subarray(0, -1), other.files[0]!]) {
    await expectRefused(() => open([changed, ...rest]), "too-few-fragments");
  }
  await expectRefused(() => open(rest), "too-few-fragments");
});

test("a wrong word and a wrong key get the same answer for a classic record", async () => {
  const answers = await Promise.all([
    refusal(() => open(sealed.files, { word: OTHER_WORD })),
    refusal(() => open(sealed.files, { word: new Word("adk219378") })),
    refusal(() => open(sealed.files, { identity: stranger })),
    refusal(() => open(sealed.files, { identity: stranger, word: OTHER_WORD })),
  ]);
  for (const answer of answers) {
    expect(answer?.code).toBe("not-for-you");
    expect(answer?.message).toBe(answers[0]?.message);
  }
});

test("the chart's own word is refused for a classic record, which would publish it", async () => {
  const unlocked = await makeChart(quick, owner);
  const plan = { author: owner, time: TIME, content: contentOf(content) };
  await expectRefused(() => sealClassic(quick, unlocked, WORD, plan, memorySink().sink), "invalid-word");
});

test("a stranger with the classic files reads the word out of them (a documented limit)", () => {
  const next = new Map(
    sealed.files.map((file) => [fromUtf8(file.subarray(0, 1))!, fromUtf8(file.subarray(-1))!] as const),
  );
  let word = "a";
  while (word.length < next.size) word += next.get(word.at(-1)!)!;
  expect(word).toBe(WORD.characters.join(""));
});

describe("an author of a classic record who signs files that do not open", () => {
  test("is convicted", async () => {
    const files = sealed.files.map((file) => Uint8Array.from(file));
    files[4]![2]! ^= 1;
    const pieces = await Promise.all(
      sealed.envelope.pieces.map(async (piece) => {
        const index = hexes.indexOf(toHex(piece.digest));
        return { id: piece.id, digest: await digestOf(files[index]!) };
      }),
    );
    const envelope = (await signEnvelope(quick, { ...sealed.envelope, pieces }, owner)) as ClassicVersion;
    const key = sealed.chart.state.classicKeys.get(toHex(envelope.version))!;
    const changes = [
      {
        type: "classic-key",
        record: envelope.record,
        version: envelope.version,
        keyCheck: key.keyCheck,
        wraps: [...key.wraps.values()],
      },
      versionChange(envelope),
    ] as const;
    const chart = await appendLink(quick, base, { signer: owner, time: TIME, changes });
    await expectRefused(() => open(files, { of: { chart, envelope, files } }), "inconsistent-author");
  });
});

describe("a store that changes a classic file", () => {
  test("between any two reads gives no wrong bytes, and is not put to the author's account", async () => {
    const honest = changing(Infinity);
    const opened = await openClassic(quick, sealed.chart, owner, WORD, sealed.envelope, honest.sources);
    expect(await collect(opened.content())).toStrictEqual(content);
    for (let after = 0; after < honest.reads(); after++) {
      const released: Uint8Array[] = [];
      const error = await refusal(async () => {
        const { sources } = changing(after);
        const version = await openClassic(quick, sealed.chart, owner, WORD, sealed.envelope, sources);
        for await (const piece of version.content()) released.push(Uint8Array.from(piece));
      });
      const bytes = await collect(oneByOne(...released));
      expect(bytes).toStrictEqual(content.subarray(0, bytes.length));
      expect(error?.code).toBe(after === 0 ? "too-few-fragments" : "damaged");
    }
  });
});

test("a classic record too long for one GCM message is refused before any work", async () => {
  const long = contentOf(content);
  const plan = {
    author: owner,
    time: TIME,
    content: { ...long, entries: [{ path: "long", bytes: 64 * 2 ** 30 - 31 }] },
  };
  await expectRefused(
    () => sealClassic(quick, { chart: base }, WORD, plan, memorySink().sink),
    "out-of-limits",
  );
});

async function digestOf(file: Uint8Array): Promise<Uint8Array> {
  const digest = new ClassicDigest(quick, sealed.envelope.version);
  await digest.update(file);
  return digest.finish();
}

function changing(after: number): { sources: FragmentSource[]; reads: () => number } {
  let reads = 0;
  const sources = sealed.files.map((bytes, index) => ({
    sizeBytes: bytes.length,
    read: async (offset: number, length: number) => {
      const changed = index === 3 && reads++ >= after;
      return (changed ? flipBit(bytes, 20) : bytes).slice(offset, offset + length);
    },
  }));
  return { sources, reads: () => reads };
}

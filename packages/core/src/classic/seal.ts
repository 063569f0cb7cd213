import type { Engine } from "@chirograph/engine/interface";
import type { Change, ClassicKeyChange } from "../chart/change.ts";
import { wrapToAll } from "../chart/create.ts";
import type { Chart } from "../chart/document.ts";
import { stretchWord } from "../chart/lock.ts";
import { readersOf } from "../chart/rights.ts";
import { classicKeyCheck, deriveCardKey, deriveClassicInsideKey } from "../chart/secrets.ts";
import { requireWord, type UnlockedChart } from "../chart/unlock.ts";
import { wrapFor } from "../chart/wrap.ts";
import { compareBytes, concat, toHex, wipe } from "../encoding/bytes.ts";
import { sealCard } from "../envelope/card.ts";
import { type Envelope, signEnvelope } from "../envelope/envelope.ts";
import { contentBytes, sealInside } from "../envelope/inside.ts";
import { checkEntries } from "../envelope/path.ts";
import { ChirographError } from "../error.ts";
import { newId, type Scope } from "../ids.ts";
import { bindingOf } from "../record/binding.ts";
import { padContent } from "../record/content.ts";
import type { FragmentSink } from "../record/body.ts";
import { authorMember, parentOf } from "../record/place.ts";
import { type VersionPlan, versionChange } from "../record/seal.ts";
import { suiteNamed } from "../suite.ts";
import type { Word } from "../word/rules.ts";
import { ClassicDigest } from "./digest.ts";
import { classicEnds, classicSealedSize, MOST_CLASSIC_BYTES, NONCE_BYTES, partSizes } from "./parts.ts";

const KEY_BYTES = 16;
const READER_SECRET_BYTES = 32;

export type ClassicPlan = Pick<VersionPlan, "author" | "time" | "content" | "record">;

export interface SealedClassic {
  readonly envelope: Envelope;
  /** The classic key, then the version. */
  readonly changes: readonly Change[];
}

/**
 * Seals and cuts as the scheme's authors describe it (docs/classic.md). The word is written into the files, so it
 * must be another one than the chart's: a chart that has a word is therefore given unlocked.
 */
export async function sealClassic(
  engine: Engine,
  place: { chart: Chart } | UnlockedChart,
  word: Word,
  plan: ClassicPlan,
  sink: FragmentSink,
): Promise<SealedClassic> {
  const { chart } = place;
  await refuseChartWord(engine, place, word);
  const { entries, shape } = plan.content;
  checkEntries(shape, entries);
  const recordBytes = contentBytes(entries);
  if (recordBytes > MOST_CLASSIC_BYTES) {
    throw new ChirographError(
      "out-of-limits",
      "The classic profile takes records of at most 64 GiB - 32 bytes.",
    );
  }

  const total = word.characters.length;
  const scope = {
    suite: suiteNamed("classic").id,
    chart: chart.state.chart,
    record: plan.record ?? newId(engine),
    version: newId(engine),
    epoch: 0,
  };
  const classicKey = engine.randomBytes(KEY_BYTES);
  const readerSecret = engine.randomBytes(READER_SECRET_BYTES);
  const ids = Array.from({ length: total }, () => newId(engine));
  const digests = await writeParts(engine, { scope, word, ids, classicKey, recordBytes, plan }, sink);

  const binding = await bindingOf(engine, chart.state);
  const envelope = await signEnvelope(
    engine,
    {
      profile: "classic",
      ...scope,
      parent: parentOf(chart.state, scope.record),
      total,
      needed: total,
      recordBytes,
      pieces: ids
        .map((id, index) => ({ id, digest: digests[index]! }))
        .toSorted((left, right) => compareBytes(left.id, right.id)),
      card: await sealCard(engine, await deriveCardKey(engine, readerSecret, scope), scope, {
        binding,
        time: plan.time,
        kind: plan.content.kind,
        author: authorMember(chart.state, plan.author),
      }),
      inside: await sealInside(engine, await deriveClassicInsideKey(engine, readerSecret, scope), scope, {
        binding,
        shape,
        entries,
        metadata: plan.content.metadata,
      }),
    },
    plan.author,
  );
  const key = await classicKeyChange(
    engine,
    chart,
    scope,
    plan.author.signing,
    concat(classicKey, readerSecret),
  );
  wipe(classicKey, readerSecret);
  return { envelope, changes: [key, versionChange(envelope)] };
}

async function refuseChartWord(
  engine: Engine,
  place: { chart: Chart } | UnlockedChart,
  word: Word,
): Promise<void> {
  if (place.chart.state.epochs.length === 0) return;
  if (!("word" in place))
    throw new RangeError("a chart that has a word must be unlocked before it takes a classic record");
  const ofChart = requireWord(place);
  const stretched = await stretchWord(engine, word, ofChart.settings);
  if (engine.constantTimeEqual(stretched.key, ofChart.key)) {
    throw new ChirographError(
      "invalid-word",
      "The classic profile writes its word into the files, so the chart's own word is refused. Take another one.",
    );
  }
}

/** `nonce ‖ ciphertext ‖ tag` cut into n parts, each between its two characters; gives the digests of the files. */
async function writeParts(
  engine: Engine,
  record: {
    scope: Scope;
    word: Word;
    ids: readonly Uint8Array[];
    classicKey: Uint8Array;
    recordBytes: number;
    plan: ClassicPlan;
  },
  sink: FragmentSink,
): Promise<Uint8Array[]> {
  const { word, ids, recordBytes } = record;
  const sizes = partSizes(classicSealedSize(recordBytes), ids.length);
  const ends = ids.map((_, index) => classicEnds(word, index));
  await sink.open(
    ids.map((id, index) => ({
      name: toHex(id),
      sizeBytes: ends[index]!.head.length + sizes[index]! + ends[index]!.tail.length,
    })),
  );

  const digests: Uint8Array[] = [];
  let digest = new ClassicDigest(engine, record.scope.version);
  const write = async (bytes: Uint8Array): Promise<void> => {
    await digest.update(bytes);
    await sink.write(digests.length, bytes);
  };
  /** Ends the open file, and every empty part after it, until one takes bytes. */
  let left = sizes[0]!;
  await write(ends[0]!.head);
  const closeFullFiles = async (): Promise<void> => {
    while (left === 0 && digests.length < ids.length) {
      await write(ends[digests.length]!.tail);
      digests.push(await digest.finish());
      if (digests.length === ids.length) return;
      digest = new ClassicDigest(engine, record.scope.version);
      left = sizes[digests.length]!;
      await write(ends[digests.length]!.head);
    }
  };
  await closeFullFiles();
  for await (const piece of sealedStream(engine, record)) {
    for (let offset = 0; offset < piece.length;) {
      const taken = Math.min(piece.length - offset, left);
      await write(piece.subarray(offset, offset + taken));
      offset += taken;
      left -= taken;
      await closeFullFiles();
    }
  }
  return digests;
}

async function* sealedStream(
  engine: Engine,
  { classicKey, recordBytes, plan }: { classicKey: Uint8Array; recordBytes: number; plan: ClassicPlan },
): AsyncGenerator<Uint8Array, void, void> {
  const nonce = engine.randomBytes(NONCE_BYTES);
  yield nonce;
  yield* engine.gcmEncrypt({
    key: classicKey,
    nonce,
    data: padContent(plan.content.data, recordBytes, recordBytes),
  });
}

async function classicKeyChange(
  engine: Engine,
  chart: Chart,
  scope: Scope,
  signer: Uint8Array,
  secrets: Uint8Array,
): Promise<ClassicKeyChange> {
  const { record, version } = scope;
  const purpose = { of: "classic", record, version } as const;
  const readers = readersOf(chart.state).map(({ recipient }) => recipient);
  const wraps = await wrapToAll(readers, (recipient) =>
    wrapFor(engine, recipient, { chart: chart.state.chart, purpose, signer }, secrets),
  );
  return {
    type: "classic-key",
    record,
    version,
    keyCheck: await classicKeyCheck(engine, scope, secrets),
    wraps,
  };
}

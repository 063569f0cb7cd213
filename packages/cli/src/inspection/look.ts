import {
  type CandidateFile,
  type ClassicEnvelope,
  type Description,
  describeClassic,
  describeVersion,
  type Envelope,
  findVersion,
  type Identity,
  type LockedEnvelope,
  notForYou,
  orderBag,
  RIGHT_READ,
  type SealedFolder,
  type Survey,
  surveyFragments,
  toHex,
  unlockChart,
  verifyBlocks,
  type Word,
} from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import { authorOf } from "./author.ts";
import { classicPlace } from "./classic-order.ts";
import { fragmentStates } from "./fragments.ts";
import type { MarkedFragment, View } from "./view.ts";

export interface Secrets {
  readonly identity: Identity;
  readonly word: Word;
}

/** What a reader knows beyond a stranger: the description, and what the ends of each file mean. */
interface ReaderKnowledge {
  readonly description: Description;
  readonly places: ReadonlyMap<CandidateFile, { place: number; next: number }>;
}

/** Looks at every file as far as the secrets reach; without any, as a stranger does. */
export async function look(
  engine: Engine,
  sealed: SealedFolder,
  files: readonly CandidateFile[],
  secrets: Secrets | undefined,
): Promise<View> {
  const { envelope, chart } = sealed;
  const survey = await surveyFragments(engine, envelope, files);
  const knowledge = secrets === undefined ? undefined : await askReader(engine, sealed, survey, secrets);
  const isLocked = envelope.profile === "locked";
  const damaged = isLocked ? (await verifyBlocks(engine, envelope, survey.known)).damaged : [];
  const states = fragmentStates(envelope, survey, damaged);
  return {
    ...sealed,
    author: authorOf(chart.state, envelope),
    readers: [...chart.state.members.values()]
      .filter(({ rights }) => (rights & RIGHT_READ) !== 0)
      .map(({ recipient }) => recipient),
    fragments: states.map((state, index) => {
      const { found, damaged: broken } = survey.places[index]!;
      const file = [...found, ...broken].find((candidate) => knowledge?.places.has(candidate));
      return { ...state, marks: marksIn(envelope, index), reads: file && knowledge?.places.get(file) };
    }),
    foreign: survey.foreign.map(({ name }) => name),
    description: knowledge?.description,
  };
}

function marksIn(envelope: Envelope, index: number): MarkedFragment["marks"] {
  if (envelope.profile === "classic") return undefined;
  const { head, tail } = envelope.places[index]!;
  return { head: toHex(head), tail: toHex(tail) };
}

function askReader(
  engine: Engine,
  { chart, envelope }: SealedFolder,
  survey: Survey,
  secrets: Secrets,
): Promise<ReaderKnowledge> {
  return envelope.profile === "locked"
    ? askLockedReader(engine, { chart, envelope }, survey, secrets)
    : askClassicReader(engine, { chart, envelope }, survey, secrets);
}

async function askLockedReader(
  engine: Engine,
  { chart, envelope }: SealedFolder & { envelope: LockedEnvelope },
  survey: Survey,
  { identity, word }: Secrets,
): Promise<ReaderKnowledge> {
  const unlocked = await unlockChart(engine, chart, identity, word);
  const description = await describeVersion(engine, unlocked, envelope);
  const version = findVersion(chart.state, envelope.record, envelope.version)!;
  const { marked } = await orderBag(engine, unlocked, version, filesOf(survey));
  const places = new Map<CandidateFile, { place: number; next: number }>();
  for (const { file, index, next } of marked) {
    if (index !== undefined && next !== undefined) places.set(file, { place: index + 1, next: next + 1 });
  }
  return { description, places };
}

async function askClassicReader(
  engine: Engine,
  { chart, envelope }: SealedFolder & { envelope: ClassicEnvelope },
  survey: Survey,
  { identity, word }: Secrets,
): Promise<ReaderKnowledge> {
  const description = await describeClassic(engine, chart, identity, envelope);
  const places = new Map<CandidateFile, { place: number; next: number }>();
  for (const file of survey.places.flatMap(({ found }) => found)) {
    const { index, next } = await classicPlace(word, file);
    const isOfWord = index !== undefined && next === (index + 1) % envelope.total;
    if (word.characters.length !== envelope.total || !isOfWord) throw notForYou();
    places.set(file, { place: index + 1, next: next + 1 });
  }
  return { description, places };
}

function filesOf({ places }: Survey): CandidateFile[] {
  return places.flatMap(({ found, damaged }) => [...found, ...damaged]);
}

import {
  absentFrom,
  type CandidateFile,
  type Chart,
  currentVersion,
  type MarkedFile,
  notForYou,
  orderBag,
  type OrderedBag,
  suiteNumbered,
  toHex,
  unlockChart,
  type Version,
} from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import { Failure } from "../failure.ts";
import { classicPlace } from "./classic-order.ts";
import type { Secrets } from "./look.ts";

/** Fragments that have lost their envelope, put in order by what stands at their ends. */
export interface Bag extends OrderedBag {
  readonly version: Version;
}

export async function orderWithoutEnvelope(
  engine: Engine,
  chart: Chart,
  files: readonly CandidateFile[],
  secrets: Secrets,
): Promise<Bag> {
  const version = onlyVersion(chart);
  if (suiteNumbered(version.suite).name === "classic") {
    return { version, ...(await orderClassic(chart, version, files, secrets)) };
  }
  const unlocked = await unlockChart(engine, chart, secrets.identity, secrets.word);
  return { version, ...(await orderBag(engine, unlocked, version, files)) };
}

/** A sealed folder is a chart of one record. */
function onlyVersion({ state }: Chart): Version {
  const versions = [...state.records.values()].map((record) => currentVersion(record));
  const [version] = versions.filter((candidate) => candidate !== undefined);
  if (version === undefined)
    throw new Failure("badData", "The chart document names no record that is not erased.");
  return version;
}

/** Both ends must fit: any text may begin with a character of the word. */
async function orderClassic(
  { state }: Chart,
  version: Version,
  files: readonly CandidateFile[],
  { identity, word }: Secrets,
): Promise<OrderedBag> {
  const wraps = state.classicKeys.get(toHex(version.version))?.wraps;
  const isReader = wraps?.has(toHex(identity.recipient.member)) === true;
  if (!isReader || word.characters.length !== version.total) throw notForYou();
  const marked: MarkedFile[] = [];
  const foreign: CandidateFile[] = [];
  for (const file of files) {
    const { index, next } = await classicPlace(word, file);
    if (index !== undefined && next === (index + 1) % version.total) marked.push({ file, index, next });
    else foreign.push(file);
  }
  // Nothing else here can tell a wrong word.
  if (files.length > 0 && marked.length === 0) throw notForYou();
  const missing = absentFrom(
    version.total,
    marked.map(({ index }) => index!),
  );
  return { marked: marked.toSorted((left, right) => left.index! - right.index!), missing, foreign };
}

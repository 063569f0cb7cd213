import type { Engine } from "@chirograph/engine/interface";
import { deriveMarkKey } from "../chart/secrets.ts";
import type { Version } from "../chart/state.ts";
import { secretsOfVersion, type UnlockedChart } from "../chart/unlock.ts";
import { MARK_BYTES } from "../cut/geometry.ts";
import { markReader } from "../cut/marks.ts";
import { absentFrom, notForYou } from "../error.ts";
import { type CandidateFile, readQuietly } from "./survey.ts";

/** A file of a bag, as whoever knows the word reads its two marks. */
export interface MarkedFile {
  readonly file: CandidateFile;
  /** Its own place, from 0; `undefined` when the head mark is not one of this version. */
  readonly index: number | undefined;
  /** The place of the one that follows. */
  readonly next: number | undefined;
}

/** A bag of fragments in order, without any envelope. */
export interface OrderedBag {
  /** Files with at least one mark of this version, by place. */
  readonly marked: readonly MarkedFile[];
  /** Places of which no file was found. */
  readonly missing: readonly number[];
  readonly foreign: readonly CandidateFile[];
}

/** Orders fragments by their marks alone: the chart document and the word are enough. */
export async function orderBag(
  engine: Engine,
  unlocked: UnlockedChart,
  version: Version,
  files: readonly CandidateFile[],
): Promise<OrderedBag> {
  const secrets = await secretsOfVersion(engine, unlocked, version);
  if (secrets === null) throw notForYou();
  const scope = { ...version, chart: unlocked.chart.state.chart };
  const marks = await markReader(engine, await deriveMarkKey(engine, secrets.chartSecret, scope));

  const marked: MarkedFile[] = [];
  const foreign: CandidateFile[] = [];
  for (const file of files) {
    const { sizeBytes } = file.source;
    const tooShort = sizeBytes < 2 * MARK_BYTES;
    const index = tooShort ? undefined : marks.head(await readQuietly(file.source, 0, MARK_BYTES));
    const next = tooShort
      ? undefined
      : marks.tail(await readQuietly(file.source, sizeBytes - MARK_BYTES, MARK_BYTES));
    if (index === undefined && next === undefined) foreign.push(file);
    else marked.push({ file, index, next });
  }
  const place = ({ index, next }: MarkedFile): number => index ?? (next! + version.total - 1) % version.total;
  marked.sort((left, right) => place(left) - place(right));
  const missing = absentFrom(version.total, marked.map(place));
  return { marked, missing, foreign };
}

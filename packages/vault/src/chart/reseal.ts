import {
  beginEpoch,
  type Chart,
  contentBytes,
  currentEpoch,
  type RecordContent,
  type RecordState,
  suiteNumbered,
  toHex,
  type Version,
} from "@chirograph/core";
import type { Id } from "../catalogue.ts";
import { busy } from "./busy.ts";
import { findEnvelope } from "./find-version.ts";
import { type OpenedRecord, openFound } from "./open-record.ts";
import type { CommitQueue } from "./put/commit-queue.ts";
import { inParallel } from "../in-parallel.ts";
import { Job } from "./put/job.ts";
import { PendingVersion } from "./put/pending.ts";
import { descriptionBytes, SMALL_BYTES } from "./put/put.ts";
import { storeLarge } from "./put/store-large.ts";
import type { ChartSession } from "./session.ts";

export interface ResealOptions {
  /** The current epoch was begun for this reseal: what is under it is done already. */
  readonly epochBegun?: boolean;
}

export interface ResealProgress {
  readonly records: number;
  readonly recordsInAll: number;
  readonly versions: number;
}

export interface ResealReport {
  /** Number of the epoch under which everything is now. */
  readonly epoch: number;
  /** What was sealed again by this call. */
  readonly records: number;
  readonly versions: number;
}

/** Records that are sealed again at the same time. */
const RECORDS_AT_ONCE = 16;
/** So often a record may change under our hands. */
const MOST_TRIES = 8;

/**
 * Opens every version of an earlier epoch, seals it again under the current one, and puts tombstones on the old ones:
 * one link a record, so that each is done wholly or not at all. What is done shows in the chart, and so an
 * interrupted run goes on where it stopped.
 */
export async function resealChart(
  queue: CommitQueue,
  session: ChartSession,
  onProgress: (done: ResealProgress) => void = () => undefined,
  { epochBegun = false }: ResealOptions = {},
): Promise<ResealReport> {
  await session.ask();
  if (!epochBegun || session.unlocked.chart.state.stale) {
    await session.change((unlocked) => beginEpoch(session.parts.engine, unlocked, session.step()));
  }
  const epoch = currentEpoch(session.unlocked.chart.state)!.number;
  const old = [...session.unlocked.chart.state.records.values()].filter((record) => isOld(record, epoch));
  const done = { records: 0, versions: 0 };
  await inParallel(old, RECORDS_AT_ONCE, async ({ record }) => {
    const versions = await resealRecord(queue, session, { record: toHex(record), epoch });
    done.versions += versions;
    done.records++;
    onProgress({ ...done, recordsInAll: old.length });
  });
  return { epoch, ...done };
}

function isOld({ versions }: RecordState, epoch: number): boolean {
  return versions.some((version) => !version.erased && version.epoch !== epoch);
}

/** @returns how many versions were sealed again */
async function resealRecord(
  queue: CommitQueue,
  session: ChartSession,
  wanted: { record: Id; epoch: number },
): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const record = session.unlocked.chart.state.records.get(wanted.record)!;
    if (!isOld(record, wanted.epoch)) return 0;
    // All that are left, or a newer one would stand before the older ones that are sealed again behind it.
    const versions = record.versions.filter(({ erased }) => !erased);
    try {
      return await resealVersions(queue, session, record, versions);
    } catch (error) {
      if (error !== MOVED) throw error;
      await session.ask();
    }
  }
  throw busy();
}

/** Somebody has changed the record meanwhile. */
const MOVED = Symbol("moved");

async function resealVersions(
  queue: CommitQueue,
  session: ChartSession,
  { record }: RecordState,
  versions: readonly Version[],
): Promise<number> {
  const pending: PendingVersion[] = [];
  let weightBytes = 0;
  for (const { version } of versions) {
    const again = await sealedAgain(session, record, version);
    pending.push(again.version);
    weightBytes += again.weightBytes;
  }
  const isStill = ({ state }: Chart): boolean => {
    const now = state.records.get(toHex(record))!.versions.filter(({ erased }) => !erased);
    return (
      now.map(({ version }) => toHex(version)).join() === versions.map(({ version }) => toHex(version)).join()
    );
  };
  const job = new Job(session, {
    versions: pending,
    weightBytes,
    closing(chart) {
      if (!isStill(chart)) throw MOVED;
      return versions.map(({ version }) => ({ type: "tombstone", record, version }) as const);
    },
  });
  for (const version of pending) if (!version.isSmall) await storeLarge(session, version);
  queue.add(job);
  return (await job.outcome).length;
}

/** A version that is to be sealed as it was: content, kind, metadata, time, suite and padding. */
async function sealedAgain(
  session: ChartSession,
  record: Uint8Array,
  version: Uint8Array,
): Promise<{ version: PendingVersion; weightBytes: number }> {
  const found = await findEnvelope(session, toHex(record), toHex(version));
  const opened = await openFound(session, found);
  const { envelope } = found;
  const bytes = contentBytes(opened.inside.entries);
  const isSmall = bytes <= SMALL_BYTES;
  const plan = {
    record,
    suite: suiteNumbered(envelope.suite).name === "aes-256" ? "aes-256" : "aes-128",
    padded: envelope.recordBytes !== bytes,
    time: opened.card.time,
    content: () => contentOf(opened),
  } as const;
  const weightBytes = (isSmall ? bytes : 0) + 2 * descriptionBytes(opened.inside);
  return { version: new PendingVersion(plan, { content: contentOf(opened), isSmall }), weightBytes };
}

function contentOf(opened: OpenedRecord): RecordContent {
  const { shape, entries, metadata } = opened.inside;
  return {
    shape,
    entries,
    metadata,
    kind: opened.card.kind,
    data: { [Symbol.asyncIterator]: () => opened.content(undefined, undefined, { lend: true }) },
  };
}

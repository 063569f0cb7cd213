import {
  contentBytes,
  type Envelope,
  type LockedEnvelope,
  type RecordContent,
  toHex,
  utf8,
} from "@chirograph/core";
import type { Id, Target } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import { newRecordId } from "../../record-id.ts";
import type { ChartSession } from "../session.ts";
import type { CommitQueue } from "./commit-queue.ts";
import { Job } from "./job.ts";
import { PendingVersion } from "./pending.ts";
import { storeLarge } from "./store-large.ts";

/** Records up to this size are sealed in memory and share objects. */
export const SMALL_BYTES = 1_048_576;
/** So much of one `put` is on its way at a time. */
const MOST_ON_THE_WAY = 1280;
const MOST_BYTES_ON_THE_WAY: number = 64 * 1_048_576;

/** What is to become a version. */
export interface RecordSource {
  /** Adds a version to this record; a new record otherwise. */
  readonly record?: Id;
  /**
   * The content, read once. Called again when it must be sealed again: since a new epoch has begun meanwhile, or whoever
   * was sealing it has gone.
   */
  content(): RecordContent | Promise<RecordContent>;
  /** For people who follow it; it is stored nowhere. */
  readonly name?: string;
}

export interface PutOptions {
  readonly suite?: "aes-128" | "aes-256";
  /** Whether the length is hidden by Padmé: true if not said. */
  readonly padded?: boolean;
  readonly onProgress?: (done: PutProgress) => void;
  /** Told of every attempt, before its commit: what a journal needs to resume. It must not wait for changes of the chart. */
  readonly onSealed?: (attempt: Attempt) => void | Promise<void>;
  /** Sees the sealed bytes of a source, in their order, while they are cut; they are valid only during the call. */
  readonly onSealedBytes?: (index: number, bytes: Uint8Array) => void;
  /** Ends the put with its reason: what is committed stays, and what the client keeps sealed can be resumed. */
  readonly signal?: AbortSignal | undefined;
}

/** A version that is sealed and not committed. */
export interface Attempt {
  /** Position of its source. */
  readonly index: number;
  readonly record: Id;
  readonly version: Id;
  readonly envelope: Envelope & LockedEnvelope;
  /** By fragment, where it goes. */
  readonly targets: readonly Target[];
}

/** What is committed so far. */
export interface PutProgress {
  readonly versions: number;
  readonly contentBytes: number;
}

export interface PutResult {
  /** Position of the source, from 0. */
  readonly index: number;
  readonly record: Id;
  readonly version: Id;
  /** Stores that did not take their part; `repair` makes it whole. */
  readonly storesMissing: readonly Id[];
}

interface OnTheWay {
  readonly job: Job;
  readonly bytes: number;
  readonly outcome: Promise<PutResult>;
}

/**
 * Seals, places and commits; gives one result for each source, in their order, and none that is not committed.
 * Small records of all puts of a vault share objects and commits, large ones stream.
 */
export async function* putRecords(
  queue: CommitQueue,
  session: ChartSession,
  sources: Iterable<RecordSource> | AsyncIterable<RecordSource>,
  options: PutOptions = {},
): AsyncGenerator<PutResult, void, void> {
  const onTheWay: OnTheWay[] = [];
  let bytesOnTheWay = 0;
  const done = { versions: 0, contentBytes: 0 };
  async function* finished(most: { versions: number; bytes: number }): AsyncGenerator<PutResult, void, void> {
    while (onTheWay.length > most.versions || bytesOnTheWay > most.bytes) {
      const first = onTheWay[0]!;
      const result = await first.outcome;
      onTheWay.shift();
      bytesOnTheWay -= first.bytes;
      done.versions++;
      done.contentBytes += first.bytes;
      options.onProgress?.({ ...done });
      yield result;
    }
  }
  try {
    let index = 0;
    for await (const source of sources) {
      const next = await begin(queue, session, { source, index: index++, options });
      onTheWay.push(next);
      bytesOnTheWay += next.bytes;
      yield* finished({ versions: MOST_ON_THE_WAY - 1, bytes: MOST_BYTES_ON_THE_WAY });
    }
    yield* finished({ versions: 0, bytes: Number.POSITIVE_INFINITY });
  } finally {
    for (const { job } of onTheWay)
      if (!job.isOver) job.fail(new VaultError("unknown", "This put was given up."));
  }
}

async function begin(
  queue: CommitQueue,
  session: ChartSession,
  item: { source: RecordSource; index: number; options: PutOptions },
): Promise<OnTheWay> {
  const { source, index, options } = item;
  const { suite = "aes-128", padded = true, onSealed, onSealedBytes, signal } = options;
  signal?.throwIfAborted();
  const record = await recordOf(session, source.record);
  const content = await source.content();
  const bytes = contentBytes(content.entries);
  const plan = {
    record,
    suite,
    padded,
    time: session.parts.now(),
    content: () => source.content(),
    onSealed: ({ envelope, targets }: Pick<Attempt, "envelope" | "targets">) =>
      onSealed?.({ index, record: toHex(record), version: toHex(envelope.version), envelope, targets }),
    onSealedBytes: onSealedBytes && ((sealed: Uint8Array) => onSealedBytes(index, sealed)),
    signal,
  };
  const version = new PendingVersion(plan, { content, isSmall: bytes <= SMALL_BYTES });
  const weightBytes = (version.isSmall ? bytes : 0) + 2 * descriptionBytes(content);
  const job = new Job(session, { versions: [version], weightBytes });
  // A large one is stored before it waits for its commit, one after the other.
  if (!version.isSmall) await storeFirst(job, version);
  if (!job.isOver) queue.add(job);
  const outcome = job.outcome.then(async ([committed]) => {
    await version.kept?.drop();
    return { index, ...committed! };
  });
  outcome.catch(() => undefined);
  return { job, bytes, outcome };
}

/** What goes wrong is told in the order of the sources, behind what came before. */
async function storeFirst(job: Job, version: PendingVersion): Promise<void> {
  try {
    await storeLarge(job.session, version);
  } catch (error) {
    job.fail(error);
  }
}

/** @throws VaultError `unknown` */
async function recordOf(session: ChartSession, record: Id | undefined): Promise<Uint8Array> {
  const { engine } = session.parts;
  if (record === undefined) return newRecordId(engine, session.unlocked.chart.state.chart);
  if (!session.unlocked.chart.state.records.has(record)) await session.ask();
  const known = session.unlocked.chart.state.records.get(record);
  if (known === undefined) throw new VaultError("unknown", "The chart has no such record.");
  return known.record;
}

/** What entries and metadata add to an envelope, about. */
export function descriptionBytes({ entries, metadata }: Pick<RecordContent, "entries" | "metadata">): number {
  let bytes = 0;
  for (const { path } of entries) bytes += utf8(path).length + 10;
  for (const [key, value] of metadata) bytes += utf8(key).length + utf8(value).length + 4;
  return bytes;
}

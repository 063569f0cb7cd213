import {
  allowStanding,
  appendLink,
  beginEpoch,
  changeWord,
  type Chart,
  type Description,
  endStanding,
  eraseRecord,
  labelled,
  notForYou,
  openLabel,
  type Recipient,
  setEscrow,
  setLabel,
  toHex,
  unlockChart,
  type UnlockedChart,
  type Word,
} from "@chirograph/core";
import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { type ListedRecord, historyOf, listRecords } from "./listing.ts";
import {
  closing,
  requireRecord,
  revokeMember,
  revokeOneRecord,
  shareChart,
  shareOneRecord,
} from "./members.ts";
import {
  describeRecord,
  describeRecords,
  fragmentsOf,
  type OpenedRecord,
  type OpenOptions,
  openRecord,
  type RecordFragment,
} from "./open-record.ts";
import type { CommitQueue } from "./put/commit-queue.ts";
import type { Kept } from "./put/keep.ts";
import { keptOf, type KeptVersion, resumeVersion } from "./put/resume.ts";
import { putRecords, type PutOptions, type PutResult, type RecordSource } from "./put/put.ts";
import { resealChart, type ResealOptions, type ResealProgress, type ResealReport } from "./reseal.ts";
import type { ChartSession } from "./session.ts";

const JOURNAL_KEY_BYTES = 32;

/** A chart that one identity has open. Every change is committed when its promise resolves. */
export interface OpenChart {
  readonly id: Id;
  /** As it was known last. */
  readonly chart: Chart;
  /** Characters of its word: n of what is put now. */
  readonly wordLength: number;
  /** Its name, for whoever opens the current epoch. */
  readonly label: string | undefined;
  refresh(): Promise<void>;
  /** Results in the order of the sources, each once it is committed. */
  put(
    sources: Iterable<RecordSource> | AsyncIterable<RecordSource>,
    options?: PutOptions,
  ): AsyncGenerator<PutResult, void, void>;
  /** Puts of this chart that were cut short and are still kept sealed by this client, and what is kept and opens no more. */
  kept(): Promise<{ versions: KeptVersion[]; spoilt: Kept[] }>;
  /** Goes on with one of them. */
  resume(kept: KeptVersion, options?: PutOptions): Promise<PutResult>;
  /** All records, as they were known last. */
  records(): ListedRecord[];
  /** The versions of one record, as they were known last. */
  history(record: Id): ListedRecord;
  /** Card and inside of the current version, or the one that is named. */
  describe(record: Id, version?: Id): Promise<Description & { version: Id }>;
  /** The same of the current versions of many records, in few questions; those that do not open are left out. */
  describeAll(records: readonly Id[]): Promise<ReadonlyMap<Id, Description & { version: Id }>>;
  open(record: Id, version?: Id, options?: OpenOptions): Promise<OpenedRecord>;
  /** The fragments of a version: what everybody sees of them, and what the word makes of their marks. */
  fragments(record: Id, version?: Id): Promise<RecordFragment[]>;
  share(recipient: Recipient, rights: number): Promise<void>;
  /** @returns whether fresh keys are in force; else the next writer begins with them */
  revoke(member: Uint8Array): Promise<{ epochBegun: boolean }>;
  shareRecord(recipient: Recipient, record: Id): Promise<void>;
  revokeRecord(member: Uint8Array, record: Id): Promise<{ epochBegun: boolean }>;
  changeWord(word: Word): Promise<void>;
  /** Writes the tombstone, if there is none yet; whoever runs the vault deletes what lies on the stores. */
  erase(record: Id, version?: Id): Promise<void>;
  /** @returns false when there was one head only */
  merge(): Promise<boolean>;
  beginEpoch(): Promise<void>;
  reseal(onProgress?: (done: ResealProgress) => void, options?: ResealOptions): Promise<ResealReport>;
  setLabel(text: string): Promise<void>;
  /** @param until milliseconds since 1970-01-01 UTC */
  allowStanding(recipient: Recipient, until: number): Promise<void>;
  endStanding(member: Uint8Array): Promise<{ epochBegun: boolean }>;
  setEscrow(plan: { officers: readonly Recipient[]; threshold: number }): Promise<void>;
  /** 32 bytes that every reader of the chart can make again and nobody else: for what a client keeps between two runs. */
  journalKey(): Promise<Uint8Array>;
}

export function openChartOf(queue: CommitQueue, session: ChartSession, label: string | undefined): OpenChart {
  const { engine } = session.parts;
  const step = session.step.bind(session);
  let name = label;
  const rename = async (): Promise<void> => {
    name = await openLabel(engine, session.unlocked);
  };
  return {
    id: session.id,
    get chart() {
      return session.unlocked.chart;
    },
    get wordLength() {
      return session.unlocked.wordLength;
    },
    get label() {
      return name;
    },
    async refresh() {
      await session.ask();
      await rename();
    },
    put: (sources, options) => putRecords(queue, session, sources, options),
    kept: () => keptOf(session),
    resume: (kept, options) => resumeVersion(queue, session, kept, options),
    records: () => listRecords(session.unlocked.chart),
    history: (record) => historyOf(session.unlocked.chart, record),
    describe: (record, version) => describeRecord(session, record, version),
    describeAll: (records) => describeRecords(session, records),
    open: (record, version, options) => openRecord(session, { record, version }, options),
    fragments: (record, version) => fragmentsOf(session, record, version),
    share: (recipient, rights) => shareChart(session, recipient, rights),
    revoke: (member) => revokeMember(session, member),
    shareRecord: (recipient, record) => shareOneRecord(session, recipient, record),
    revokeRecord: (member, record) => revokeOneRecord(session, member, record),
    async changeWord(word) {
      await session.change((unlocked) => changeWord(engine, unlocked, word, step()));
      session.openBy({ mayEnd: false, open: (chart) => unlockChart(engine, chart, session.identity, word) });
    },
    erase: (record, version) =>
      session.change(async (unlocked) => {
        const { isErased, ...erased } = erasedOf(unlocked, record, version);
        return isErased ? unlocked : eraseRecord(engine, unlocked, erased, step());
      }),
    async merge() {
      await session.ask();
      let hasMerged = false;
      await session.change(async (unlocked) => {
        hasMerged = unlocked.chart.heads.length > 1;
        if (!hasMerged) return unlocked;
        return { ...unlocked, chart: await appendLink(engine, unlocked.chart, { ...step(), changes: [] }) };
      });
      return hasMerged;
    },
    beginEpoch: () => session.change((unlocked) => beginEpoch(engine, unlocked, step())),
    reseal: (onProgress, options) => resealChart(queue, session, onProgress, options),
    async setLabel(text) {
      await session.change((unlocked) => setLabel(engine, unlocked, text, step()));
      await rename();
    },
    allowStanding: (recipient, until) =>
      session.change((unlocked) => allowStanding(engine, unlocked, { recipient, until }, step())),
    endStanding: (member) => closing(session, (unlocked) => endStanding(engine, unlocked, member, step())),
    setEscrow: (plan) => session.change((unlocked) => setEscrow(engine, unlocked, plan, step())),
    journalKey: () => journalKey(session),
  };
}

/**
 * What a tombstone is to name, and whether there is one already.
 * @throws VaultError `unknown`
 */
function erasedOf(
  unlocked: UnlockedChart,
  record: Id,
  version: Id | undefined,
): { record: Uint8Array; version?: Uint8Array; isErased: boolean } {
  const known = requireRecord(unlocked, record);
  if (version === undefined) return { record: known.record, isErased: known.erased };
  const named = known.versions.find((one) => toHex(one.version) === version);
  if (named === undefined) throw new VaultError("unknown", "The record has no such version.");
  return { record: known.record, version: named.version, isErased: named.erased };
}

/** From the oldest epoch that is open here: it stays as it is, whatever begins later. */
async function journalKey({ parts, unlocked }: ChartSession): Promise<Uint8Array> {
  const { chart, epochs } = unlocked;
  const oldest = chart.state.epochs.find(({ number }) => epochs.has(number));
  if (oldest === undefined) throw notForYou();
  return parts.engine.hkdfSha512({
    inputKey: epochs.get(oldest.number)!.chartKey,
    info: labelled("put-journal", chart.state.chart),
    lengthBytes: JOURNAL_KEY_BYTES,
  });
}

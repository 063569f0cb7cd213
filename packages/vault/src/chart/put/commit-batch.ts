import {
  appendLink,
  type Change,
  equalBytes,
  reparentVersion,
  toHex,
  type UnlockedChart,
  versionChange,
} from "@chirograph/core";
import type { CommitResult, Id, NewVersion } from "../../catalogue.ts";
import { backOff, busy, MOST_ATTEMPTS } from "../busy.ts";
import { hasLanded, newLinks } from "../heads.ts";
import type { VaultParts } from "../parts.ts";
import type { ChartSession } from "../session.ts";
import type { Job } from "./job.ts";
import { packVersions } from "./pack.ts";
import { currentKey, type PendingVersion } from "./pending.ts";
import { readyToSeal } from "./ready.ts";
import { storeLarge } from "./store-large.ts";

/** What one commit brings to one chart. */
interface Contribution {
  readonly session: ChartSession;
  readonly jobs: readonly Job[];
  readonly before: UnlockedChart;
  readonly after: UnlockedChart;
  readonly versions: readonly NewVersion[];
}

const NO_PARENT: Uint8Array = new Uint8Array(16);

/**
 * Makes stored versions part of their charts, in one commit and one link a chart. Where a chart has moved on, versions
 * are signed again behind their new parents, and sealed again if an epoch has begun. Every job has its outcome then.
 */
export async function commitBatch(parts: VaultParts, jobs: readonly Job[]): Promise<void> {
  try {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const open = jobs.filter(({ isOver }) => !isOver);
      const contributions = await Promise.all(
        [...bySession(open)].map(([session, own]) => contribute(session, own)),
      );
      const ready = contributions.filter((each) => each !== undefined);
      if (ready.length === 0) return;
      const result = await commit(parts, ready);
      if (result.state === "committed") return await finish(ready, result.owed);
      await backOff(parts.engine, attempt);
      const moved = ready.filter(({ session }) => result.charts.includes(session.id));
      await Promise.all(moved.map(askAgain));
    }
    throw busy();
  } catch (error) {
    for (const job of jobs) if (!job.isOver) job.fail(error);
  }
}

function commit({ catalogue }: VaultParts, ready: readonly Contribution[]): Promise<CommitResult> {
  const stored = ready.flatMap(({ jobs }) => jobs.flatMap(({ versions }) => versions));
  return catalogue.commit({
    reservations: [...new Set(stored.map((version) => version.stored!.reservation))],
    links: ready.flatMap(({ before, after }) => newLinks(before.chart, after.chart)),
    versions: ready.flatMap(({ versions }) => versions),
  });
}

async function finish(ready: readonly Contribution[], owed: readonly Id[]): Promise<void> {
  for (const { session, jobs, before, after } of ready) {
    await session.adopt(before, after);
    succeed(jobs, owed);
  }
}

function succeed(jobs: readonly Job[], owed: readonly Id[]): void {
  for (const job of jobs) {
    job.succeed(
      job.versions.map(({ stored }) => ({
        version: toHex(stored!.envelope.version),
        record: toHex(stored!.envelope.record),
        storesMissing: [...new Set([...stored!.failed, ...owed])].toSorted(),
      })),
    );
  }
}

/** Takes in what others have done, or what this very commit has; whoever opens the chart no more fails alone. */
async function askAgain({ session, jobs, after }: Contribution): Promise<void> {
  try {
    await session.ask();
    if (await hasLanded(session.parts.engine, session.unlocked.chart, after.chart)) succeed(jobs, []);
  } catch (error) {
    for (const job of jobs) job.fail(error);
  }
}

/** The link of one chart, with all that stands the core's checks; `undefined` when nothing does. */
async function contribute(session: ChartSession, jobs: readonly Job[]): Promise<Contribution | undefined> {
  const before = session.unlocked;
  try {
    const unlocked = await readyToSeal(session);
    await sealAgain(session, jobs, unlocked);
    const stored = jobs.filter(({ isOver }) => !isOver);
    return await linkThoseThatFit(session, { before, unlocked }, stored);
  } catch (error) {
    for (const job of jobs) if (!job.isOver) job.fail(error);
    return undefined;
  }
}

/** Whatever was sealed under another epoch than the present one. */
async function sealAgain(
  session: ChartSession,
  jobs: readonly Job[],
  unlocked: UnlockedChart,
): Promise<void> {
  const { engine } = session.parts;
  const key = currentKey(unlocked);
  const isDue = ({ stored }: PendingVersion): boolean =>
    stored === undefined || key === undefined || !engine.constantTimeEqual(stored.chartKey, key);
  await packVersions(session.parts, jobs, isDue);
  for (const job of jobs) {
    for (const version of job.versions) {
      if (job.isOver || version.isSmall || !isDue(version)) continue;
      await storeLarge(session, version);
    }
  }
}

/** The chart that is to take a link: as it was found, and with an epoch that had to begin first. */
interface Drafted {
  readonly before: UnlockedChart;
  readonly unlocked: UnlockedChart;
}

/**
 * One job that breaks a rule must not take the others with it: where these do not all fit behind what is linked
 * already, each half is tried by itself.
 */
async function linkThoseThatFit(
  session: ChartSession,
  draft: Drafted,
  jobs: readonly Job[],
  linked?: Contribution,
): Promise<Contribution | undefined> {
  if (jobs.length === 0) return linked;
  try {
    return await linkAll(session, draft, [...(linked?.jobs ?? []), ...jobs]);
  } catch (error) {
    if (jobs.length === 1) {
      jobs[0]!.fail(error);
      return linked;
    }
    const middle = Math.floor(jobs.length / 2);
    const first = await linkThoseThatFit(session, draft, jobs.slice(0, middle), linked);
    return linkThoseThatFit(session, draft, jobs.slice(middle), first);
  }
}

async function linkAll(
  session: ChartSession,
  { before, unlocked }: Drafted,
  jobs: readonly Job[],
): Promise<Contribution> {
  const { engine } = session.parts;
  const { chart } = unlocked;
  /** The last version of each record, those of this link included. */
  const last = new Map<string, Uint8Array>();
  const changes: Change[] = [];
  const versions: NewVersion[] = [];
  for (const job of jobs) {
    const closing = job.closing(chart);
    for (const version of job.versions) {
      const { envelope, places } = version.stored!;
      const record = toHex(envelope.record);
      const parent =
        last.get(record) ?? chart.state.records.get(record)?.versions.at(-1)?.version ?? NO_PARENT;
      const sealed = equalBytes(parent, envelope.parent)
        ? { envelope, change: versionChange(envelope) }
        : await reparentVersion(engine, envelope, parent, session.identity);
      last.set(record, envelope.version);
      changes.push(sealed.change);
      versions.push({ envelope: sealed.envelope.bytes, places });
    }
    changes.push(...closing);
  }
  const { signer, time } = session.step();
  const after = { ...unlocked, chart: await appendLink(engine, chart, { signer, time, changes }) };
  return { session, jobs, before, after, versions };
}

function bySession(jobs: readonly Job[]): Map<ChartSession, Job[]> {
  const groups = new Map<ChartSession, Job[]>();
  for (const job of jobs) {
    const group = groups.get(job.session) ?? [];
    group.push(job);
    groups.set(job.session, group);
  }
  return groups;
}

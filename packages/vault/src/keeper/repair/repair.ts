import type { Id } from "../../catalogue.ts";
import { awaitedObjects } from "../erase/awaited.ts";
import { condemn, condemnExpired, deleteCondemned, deleteObject } from "../erase/condemned.ts";
import { type ErasureReport, finishErasures } from "../erase/finish-erasures.ts";
import { rewriteObject } from "../erase/rewrite.ts";
import type { Finding } from "../findings.ts";
import { type JobOptions, SavedJob } from "../jobs.ts";
import type { Keeping } from "../keeping.ts";
import { leavingStores } from "../leaving/leaving.ts";
import { requireCurrent } from "../require-current.ts";
import type { Target } from "../rows.ts";
import { objectRows } from "../verify/batches.ts";
import { knowsEverything } from "../reindex/whole.ts";
import type { KnownHeaders } from "../verify/check-headers.ts";
import { checkSettled } from "../verify/check-settled.ts";
import { unreadableFinding } from "../verify/check-versions.ts";
import { type Group, groupsOfAll, groupsOfRecords } from "../verify/groups.ts";
import { Reach } from "../verify/reach.ts";
import { type AtRisk, repairFragments } from "./repair-fragments.ts";
import { repairHeaders } from "./repair-headers.ts";
import { nothingMoved, type PlacementRepair, repairPlacement } from "./repair-placement.ts";
import { StatementRepair } from "./repair-statements.ts";

/** So much of what was read stays in memory to rebuild from. */
const KEEP_BYTES: number = 128 * 1_048_576;

export interface RepairOptions extends JobOptions {
  /** Only the fragments of these records. */
  readonly records?: readonly Id[];
  /** Begins anew where a run of the same request was interrupted. */
  readonly fresh?: boolean;
  /** Copies of the headers: a missing one is put back from here. */
  readonly headers?: KnownHeaders;
}

export interface RepairReport {
  readonly checkedVersions: number;
  readonly checkedBytes: number;
  /** Fragments that were written again, or to another store that the policy asks for. */
  readonly writtenFragments: number;
  /** Statement objects that were written, again or because they were owed. */
  readonly writtenStatements: number;
  /** Stores whose header was put back. */
  readonly writtenHeaders: readonly Id[];
  /** Objects of puts that were broken off. */
  readonly sweptObjects: number;
  readonly erasures: ErasureReport;
  /** What could not be mended now, and why. */
  readonly atRisk: readonly AtRisk[];
  /** What is wrong with versions that cannot be rebuilt from what could be read. */
  readonly lost: readonly Finding[];
  /** Stores that are not at hand, or did not answer at least once. */
  readonly unreachable: readonly Id[];
}

/** Where an interrupted run goes on, and what it did. */
interface State {
  readonly checkedVersions: number;
  readonly checkedBytes: number;
  readonly writtenFragments: number;
  readonly writtenStatements: number;
  /** Behind this statement object; `null`: all were looked at. */
  readonly statementsAfter: Target | null | undefined;
  readonly versionsAfter: Id | undefined;
}

type Item = { readonly atRisk: AtRisk } | { readonly lost: Finding };

const nothing: State = {
  checkedVersions: 0,
  checkedBytes: 0,
  writtenFragments: 0,
  writtenStatements: 0,
  statementsAfter: undefined,
  versionsAfter: undefined,
};

/**
 * Checks everything as `verifyVault` does and mends it on the way, without any key of a reader: headers from the
 * caller's copies, statements from the catalogue, fragments from k others, byte for byte. Deletes what is left of
 * puts that were broken off and of erased versions, but nothing with a catalogue that was made again without all that
 * it takes.
 *
 * It may be interrupted at any step and run again; a run over the whole vault goes on where it was.
 * @throws VaultError `unknown` for a record that the vault does not have, `outdated`
 */
export async function repairVault(keeping: Keeping, options: RepairOptions = {}): Promise<RepairReport> {
  await requireCurrent(keeping);
  const reach = new Reach(keeping.stores, options.signal);
  const job = await openJob(keeping, options);
  await forgetVerification(keeping);
  const headers = await repairHeaders(keeping, reach, options.headers);
  const { withHeader } = headers;
  const leaving = await leavingStores(keeping.rows);
  const usable = new Set([...withHeader].filter((id) => !leaving.has(id)));
  const deleting = reach.within((await knowsEverything(keeping.rows)) ? withHeader : new Set());
  const sweptObjects = await condemnExpired(keeping, reach);
  const erasures = await finishErasures(keeping, options);
  if (options.records === undefined) await mendStatements(keeping, reach, job, { ...options, usable });
  await mendVersions(keeping, reach, job, { ...options, usable, deleting });
  await deleteCondemned(keeping, deleting);

  const { state = nothing, items } = job;
  const headersLeft = headers.left.map((finding): AtRisk => ({ ...finding, reason: "store" }));
  const report = {
    checkedVersions: state.checkedVersions,
    checkedBytes: state.checkedBytes,
    writtenFragments: state.writtenFragments,
    writtenStatements: state.writtenStatements,
    writtenHeaders: headers.written,
    sweptObjects,
    erasures,
    atRisk: [...headersLeft, ...items.flatMap((item) => ("atRisk" in item ? [item.atRisk] : []))],
    lost: items.flatMap((item) => ("lost" in item ? [item.lost] : [])),
    unreachable: reach.unreachable(keeping.settings.stores.map(({ id }) => id)),
  };
  await job.end();
  return report;
}

type Job = SavedJob<State, Item>;
type Plan = RepairOptions & { readonly usable: ReadonlySet<Id> };
/** `deleting`: the stores of which it is certain that what they delete is deleted, and that nobody needs it. */
type VersionsPlan = Plan & { readonly deleting: Reach };

function openJob({ rows, settings }: Keeping, { records, fresh }: RepairOptions): Promise<Job> {
  const request = { vault: settings.vault, records: records ?? null };
  const name = records === undefined ? "repair" : "repair of records";
  return SavedJob.open(rows, { name, request, fresh: fresh === true || records !== undefined });
}

/** What an interrupted verification had found may not be so any more. */
async function forgetVerification({ rows }: Keeping): Promise<void> {
  await SavedJob.open(rows, { name: "verify", request: null, fresh: true });
}

async function mendStatements(keeping: Keeping, reach: Reach, job: Job, plan: Plan): Promise<void> {
  const begin = job.state?.statementsAfter;
  if (begin === null) return;
  let checked = 0;
  for await (const page of objectRows(keeping.rows, { kind: "statement" }, begin)) {
    const { store, name: object } = page.at(-1)!;
    await mendSome(job, { store, object }, new StatementRepair(keeping, reach, plan.usable), (repair) =>
      repair.mend(page),
    );
    checked += page.length;
    plan.onProgress?.({ what: "statements", done: checked });
  }
  await mendSome(job, null, new StatementRepair(keeping, reach, plan.usable), (repair) => repair.complete());
}

async function mendSome(
  job: Job,
  statementsAfter: Target | null,
  repair: StatementRepair,
  mend: (repair: StatementRepair) => Promise<void>,
): Promise<void> {
  await mend(repair);
  const before = job.state ?? nothing;
  const writtenStatements = before.writtenStatements + repair.written;
  const items = repair.atRisk.map((atRisk) => ({ atRisk }));
  await job.save({ ...before, writtenStatements, statementsAfter }, items);
}

async function mendVersions(keeping: Keeping, reach: Reach, job: Job, plan: VersionsPlan): Promise<void> {
  const { rows } = keeping;
  const totals = plan.records === undefined ? await rows.totals() : undefined;
  const groups =
    plan.records === undefined
      ? groupsOfAll(rows, job.state?.versionsAfter)
      : groupsOfRecords(rows, plan.records);
  for await (const group of groups) {
    await mendGroup(keeping, reach, job, { group, plan });
    const total = totals && totals.versions - totals.erased;
    const done = job.state!.checkedVersions;
    plan.onProgress?.({ what: "versions", done, ...(total !== undefined && { total }) });
  }
}

async function mendGroup(
  keeping: Keeping,
  reach: Reach,
  job: Job,
  { group, plan }: { group: Group; plan: VersionsPlan },
): Promise<void> {
  const { versions, after } = group;
  const checked = await checkSettled(keeping, reach, { versions, keepBytes: KEEP_BYTES });
  const repaired = await repairFragments(keeping, reach, { checks: checked.checks, usable: plan.usable });
  const placed = await mendPlacement(keeping, reach, { group, plan });
  await removeStrays(keeping, plan.deleting, [...checked.strays, ...repaired.left, ...placed.left]);
  const before = job.state ?? nothing;
  const lost = [...checked.unreadable.map(unreadableFinding), ...repaired.lost, ...placed.lost];
  const atRisk = [...repaired.atRisk, ...placed.atRisk];
  await job.save(
    {
      ...before,
      checkedVersions: before.checkedVersions + versions.length,
      checkedBytes: before.checkedBytes + checked.readBytes,
      writtenFragments: before.writtenFragments + repaired.written + placed.moved,
      versionsAfter: after,
    },
    [...atRisk.map((item) => ({ atRisk: item })), ...lost.map((finding) => ({ lost: finding }))],
  );
}

/** Nothing is moved by a catalogue that does not know everything: what it moves it takes away elsewhere. */
async function mendPlacement(
  keeping: Keeping,
  reach: Reach,
  { group, plan }: { group: Group; plan: VersionsPlan },
): Promise<PlacementRepair> {
  if (!(await knowsEverything(keeping.rows))) return nothingMoved;
  const versions = group.versions.map(({ version }) => version);
  return repairPlacement(keeping, reach, { versions, usable: plan.usable });
}

/** Writes objects again that hold bytes which no version needs: what was moved, or was put and not committed. */
async function removeStrays(keeping: Keeping, reach: Reach, strays: readonly Target[]): Promise<void> {
  const awaited = strays.length > 0 ? await awaitedObjects(keeping.rows) : new Set<string>();
  for (const target of strays) {
    const { store, object } = target;
    if (awaited.has(`${store}/${object}`)) continue;
    const kept = await keeping.rows.contents(store, object);
    const answer = await reach.ask(store, async (at) => {
      const isThere = kept.length > 0 && (await at.head(object)) !== null;
      if (isThere) await rewriteObject(keeping, at, { ...target, kept, signal: reach.signal });
      else await condemn(keeping, [target]);
      return "condemned" as const;
    });
    if (answer === "condemned") await deleteObject(keeping, reach, target);
  }
}

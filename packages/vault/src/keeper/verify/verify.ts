import type { Id } from "../../catalogue.ts";
import { distinctFindings, type Finding, objectFinding, targetFinding, versionFinding } from "../findings.ts";
import { inParallel } from "../../in-parallel.ts";
import { type JobOptions, SavedJob } from "../jobs.ts";
import type { Keeping } from "../keeping.ts";
import { leavingStores } from "../leaving/leaving.ts";
import { requireCurrent } from "../require-current.ts";
import type { ObjectRow, Target } from "../rows.ts";
import { Batches, objectRows } from "./batches.ts";
import { checkHeaders, headerFindings, type KnownHeaders } from "./check-headers.ts";
import { checkStatement, findShortfalls, statementFindings } from "./check-statements.ts";
import { checkSettled } from "./check-settled.ts";
import { type GroupCheck, judgeVersion, unreadableFinding } from "./check-versions.ts";
import { type Group, groupsOfAll, groupsOfRecords, groupsOfSample } from "./groups.ts";
import { Reach } from "./reach.ts";

/** Statement objects that are read at the same time. */
const WIDTH = 8;

export interface VerifyOptions extends JobOptions {
  /** Only these records, and the statements of their batches. */
  readonly records?: readonly Id[];
  /** Only so many versions, drawn at random, each with all its blocks, and the statements of their batches. */
  readonly sample?: number;
  /** Begins anew where a run of the same request was interrupted. */
  readonly fresh?: boolean;
  /** Copies of the headers: what is wrapped to the owners can be checked only against them. */
  readonly headers?: KnownHeaders;
}

export interface VerifyReport {
  readonly checkedVersions: number;
  /** Statement objects. */
  readonly checkedStatements: number;
  /** Bytes of fragments that were read and found right. */
  readonly checkedBytes: number;
  /** `repair` can mend these. */
  readonly repairable: readonly Finding[];
  /** What is wrong with versions that cannot be rebuilt from what could be read. */
  readonly lost: readonly Finding[];
  /** What `finishErasures` and `repair` still have to delete. */
  readonly leftToDelete: readonly Finding[];
  /** Stores that are not at hand, or did not answer at least once. */
  readonly unreachable: readonly Id[];
}

/** Where an interrupted run goes on. */
interface State {
  readonly checkedVersions: number;
  readonly checkedStatements: number;
  readonly checkedBytes: number;
  /** Behind this statement object; `null`: all were checked. */
  readonly statementsAfter: Target | null | undefined;
  readonly versionsAfter: Id | undefined;
}

interface Item {
  readonly severity: "repairable" | "lost" | "left";
  readonly finding: Finding;
}

const nothing: State = {
  checkedVersions: 0,
  checkedStatements: 0,
  checkedBytes: 0,
  statementsAfter: undefined,
  versionsAfter: undefined,
};

/**
 * Holds what the stores have against the catalogue, without any key of a reader: headers, statement objects, and of
 * every version that is not erased all fragments with all their blocks. It changes nothing.
 *
 * A run over the whole vault that was interrupted goes on where it was; `records` and `sample` are not kept.
 * @throws VaultError `unknown` for a record that the vault does not have, `outdated`
 */
export async function verifyVault(keeping: Keeping, options: VerifyOptions = {}): Promise<VerifyReport> {
  await requireCurrent(keeping);
  const reach = new Reach(keeping.stores, options.signal);
  return options.records === undefined && options.sample === undefined
    ? verifyAll(keeping, reach, options)
    : verifySome(keeping, reach, options);
}

async function verifyAll(keeping: Keeping, reach: Reach, options: VerifyOptions): Promise<VerifyReport> {
  const { rows } = keeping;
  const job = await SavedJob.open<State, Item>(rows, {
    name: "verify",
    request: { vault: keeping.settings.vault },
    fresh: options.fresh ?? false,
  });
  const totals = await rows.totals();
  let state = job.state ?? nothing;

  if (state.statementsAfter !== null) {
    for await (const page of objectRows(rows, { kind: "statement" }, state.statementsAfter)) {
      const findings = await checkStatements(keeping, reach, page);
      const { store, name: object } = page.at(-1)!;
      const checkedStatements = state.checkedStatements + page.length;
      state = { ...state, checkedStatements, statementsAfter: { store, object } };
      await job.save(state, findings.map(repairable));
      options.onProgress?.({ what: "statements", done: checkedStatements });
    }
    state = { ...state, statementsAfter: null };
    await job.save(state, []);
  }
  for await (const group of groupsOfAll(rows, state.versionsAfter)) {
    const { items, checkedBytes } = await checkGroup(keeping, reach, group);
    state = {
      ...state,
      checkedVersions: state.checkedVersions + group.versions.length,
      checkedBytes: state.checkedBytes + checkedBytes,
      versionsAfter: group.after,
    };
    await job.save(state, items);
    const total = totals.versions - totals.erased;
    options.onProgress?.({ what: "versions", done: state.checkedVersions, total });
  }
  // These cost next to nothing and so are looked at as they are now.
  const headers = await findHeaders(keeping, reach, options);
  const shortfalls = await findShortfalls(keeping, undefined);
  const left = await findLeft(keeping);
  const items = [...[...headers, ...shortfalls].map(repairable), ...job.items, ...left];
  const report = reportOf(keeping, reach, state, items);
  await job.end();
  return report;
}

async function findHeaders(keeping: Keeping, reach: Reach, { headers }: VerifyOptions): Promise<Finding[]> {
  const states = await checkHeaders(keeping, reach, headers);
  return headerFindings(states, await leavingStores(keeping.rows));
}

async function verifySome(keeping: Keeping, reach: Reach, options: VerifyOptions): Promise<VerifyReport> {
  const { rows } = keeping;
  const headers = await findHeaders(keeping, reach, options);
  const items: Item[] = headers.map(repairable);
  const batches = new Set<Id>();
  let { checkedVersions, checkedStatements, checkedBytes } = nothing;

  for await (const group of someGroups(keeping, options)) {
    const checked = await checkGroup(keeping, reach, group);
    items.push(...checked.items);
    for (const { batch } of group.versions) batches.add(batch);
    checkedVersions += group.versions.length;
    checkedBytes += checked.checkedBytes;
    options.onProgress?.({ what: "versions", done: checkedVersions });
  }
  for await (const page of objectRows(rows, { kind: "statement" })) {
    const wanted = page.filter(({ batch }) => batch !== undefined && batches.has(batch));
    items.push(...(await checkStatements(keeping, reach, wanted)).map(repairable));
    checkedStatements += wanted.length;
    options.onProgress?.({ what: "statements", done: checkedStatements });
  }
  items.push(...(await findShortfalls(keeping, batches)).map(repairable));
  return reportOf(keeping, reach, { ...nothing, checkedVersions, checkedStatements, checkedBytes }, items);
}

function someGroups(keeping: Keeping, { records, sample }: VerifyOptions): AsyncGenerator<Group> {
  return records === undefined ? groupsOfSample(keeping, sample!) : groupsOfRecords(keeping.rows, records);
}

async function checkStatements(
  keeping: Keeping,
  reach: Reach,
  page: readonly ObjectRow[],
): Promise<Finding[]> {
  const batches = new Batches(keeping);
  const findings: Finding[] = [];
  const inUse = page.filter(({ state }) => state !== "condemned");
  await inParallel(inUse, WIDTH, async (row) => {
    reach.signal?.throwIfAborted();
    const state = row.state === "owed" ? "good" : await checkStatement(keeping, reach, batches, row);
    findings.push(...statementFindings(row, state));
  });
  return findings;
}

async function checkGroup(
  keeping: Keeping,
  reach: Reach,
  { versions }: Group,
): Promise<{ items: Item[]; checkedBytes: number }> {
  const group = await checkSettled(keeping, reach, { versions, keepBytes: 0 });
  return { items: await judgeGroup(keeping, reach, group), checkedBytes: group.readBytes };
}

async function judgeGroup(keeping: Keeping, reach: Reach, group: GroupCheck): Promise<Item[]> {
  const items: Item[] = [];
  for (const row of group.unreadable) items.push({ severity: "lost", finding: unreadableFinding(row) });
  for (const check of group.checks) {
    const { findings, isLost } = await judgeVersion(keeping, reach, check);
    const severity = isLost ? "lost" : "repairable";
    for (const finding of findings) items.push({ severity, finding });
  }
  for (const target of group.strays) items.push(leftToDelete(targetFinding("left to delete", target)));
  return items;
}

/** Condemned objects, but for those on stores that are leaving, and unfinished erasures. */
async function findLeft({ rows }: Pick<Keeping, "rows">): Promise<Item[]> {
  const items: Item[] = [];
  const leaving = await leavingStores(rows);
  for await (const page of objectRows(rows, { state: "condemned" })) {
    const left = page.filter(({ store }) => !leaving.has(store));
    items.push(...left.map((row) => leftToDelete(objectFinding("left to delete", row))));
  }
  const limit = 500;
  let after: Id | undefined;
  while (true) {
    const page = await rows.pageErased({ limit, ...(after !== undefined && { after }) });
    items.push(...page.map((row) => leftToDelete(versionFinding("left to delete", row))));
    if (page.length < limit) return items;
    after = page.at(-1)!.version;
  }
}

function repairable(finding: Finding): Item {
  return { severity: "repairable", finding };
}

function leftToDelete(finding: Finding): Item {
  return { severity: "left", finding };
}

function reportOf(keeping: Keeping, reach: Reach, state: State, items: readonly Item[]): VerifyReport {
  const of = (severity: Item["severity"]): Finding[] =>
    distinctFindings(items.filter((item) => item.severity === severity).map(({ finding }) => finding));
  const { checkedVersions, checkedStatements, checkedBytes } = state;
  return {
    checkedVersions,
    checkedStatements,
    checkedBytes,
    repairable: of("repairable"),
    lost: of("lost"),
    leftToDelete: of("left"),
    unreachable: reach.unreachable(keeping.settings.stores.map(({ id }) => id)),
  };
}

import type { Identity } from "@chirograph/core";
import type { Store } from "@chirograph/stores";
import type { Id } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import { mostButAThird } from "../intent.ts";
import type { JobOptions } from "../jobs.ts";
import type { Keeping } from "../keeping.ts";
import { requireWhole } from "../moving/require-whole.ts";
import type { VaultSettings } from "../settings.ts";
import { checkHeaders, isRightHeader, readHeader, storesWithHeader } from "../verify/check-headers.ts";
import { Reach } from "../verify/reach.ts";
import { type Change, changeOf } from "./change.ts";
import { untilCommitsEnd } from "./ended-commits.ts";
import { giveStatements } from "./give-statements.ts";
import { forgetStore, letGo, requireEmpty } from "./leave.ts";
import { renewEach, type RenewedHeaders } from "./renew-headers.ts";
import { endUntold, Run } from "./run.ts";

/** Which stores a vault is to have. */
export interface ResettlePlan extends JobOptions {
  /** Of the next generation, and different from those before in their stores only. */
  readonly settings: VaultSettings;
  /** Those of these settings' stores that are at hand. */
  readonly stores: ReadonlyMap<Id, Store>;
  readonly founder: Identity;
  /** Stores that go are lost: what they have still to delete is given up. */
  readonly lost?: boolean;
}

export interface ResettleReport extends RenewedHeaders {
  /** Statement objects that stores which come were given. */
  readonly writtenStatements: number;
}

/**
 * Changes which stores a vault has, with the founder's identity and no reader's key (docs/vault.md, "Stores that come
 * and go"). A store that comes has the statements of every commit before any header says that it is one of the vault's,
 * so what a `reindex` proves stays proven; one that goes has nothing any more that is needed. Others read and write
 * meanwhile, but for the moment in which headers are written; then whoever had the vault open before commits nothing
 * any more, and opens it again.
 *
 * Cut short anywhere, it goes on when it is run again with the same settings; its caller keeps these when it is done.
 * @throws VaultError `not-owner`, `malformed`, `policy` for settings that cannot be; `unknown` for a store that cannot
 *   go yet; `exists` for one that comes and is another vault's; `stores-missing`, `busy`
 */
export async function resettleVault(before: Keeping, plan: ResettlePlan): Promise<ResettleReport> {
  const change = changeOf(before.settings, plan.settings, plan.founder);
  await requireWhole(before);
  const after: Keeping = { ...before, settings: plan.settings, stores: plan.stores };
  const reach = new Reach(after.stores, plan.signal);

  const run = await Run.begin(before, after);
  if (!run.isTold) {
    await requireStores(before, after, change);
    await requireEmpty(before, change.going, plan);
  }
  plan.signal?.throwIfAborted();
  const given = await giveStatements(after, reach, change.coming, plan);
  const late = await whileClosed(run, async () => {
    await untilCommitsEnd(before);
    if (!run.isTold) await requireEmpty(before, change.going, plan);
    // What was committed since they were given the others.
    return giveStatements(after, reach, change.coming, plan);
  });
  // From here on it goes through: others are kept waiting.
  await run.sayTold();
  const renewed = await tellStores(after, reach, change, plan);
  for (const store of change.going) await letGo(before, store);
  return { writtenStatements: given + late, ...renewed };
}

/**
 * Gives up a change that was cut short: the vault is as it was. What stores that were to come have got lies there.
 * @throws VaultError `busy` where a store was told of it already: then it has to be ended
 */
export async function giveUpResettling(before: Keeping, settings: VaultSettings): Promise<void> {
  await endUntold(before);
  const known = new Set(before.settings.stores.map(({ id }) => id));
  for (const { id } of settings.stores) if (!known.has(id)) await forgetStore(before, id);
}

/** What goes wrong before any store is told leaves the vault open as it was, unless another run took over. */
async function whileClosed<T>(run: Run, task: () => Promise<T>): Promise<T> {
  try {
    await run.close();
    return await task();
  } catch (error) {
    if (!run.isTold) await run.reopen().catch(() => undefined);
    throw error;
  }
}

/** What cannot end is not begun. @throws VaultError `stores-missing`, `exists` */
async function requireStores(before: Keeping, after: Keeping, { staying, coming }: Change): Promise<void> {
  for (const id of coming) await requireFree(after, id);
  const states = await checkHeaders(before, new Reach(before.stores, undefined), undefined);
  const right = storesWithHeader(states);
  requireMost(
    staying,
    staying.filter((id) => right.has(id)),
  );
}

/** A store that comes has no header, or was given that of these settings by a run that died. */
async function requireFree(after: Keeping, id: Id): Promise<void> {
  const present = await new Reach(after.stores, undefined).ask(id, (store) => readHeader(store, undefined));
  if (present === "missing") return;
  if (present === "unreachable")
    throw new VaultError("stores-missing", "A store that is to come does not answer.", { stores: [id] });
  if (present === "damaged" || !(await isRightHeader(after, id, present)))
    throw new VaultError("exists", "A store that is to come belongs to a vault already.", { stores: [id] });
}

/** Most of those that stay first: where a store that comes shows new settings, so many others do that no reindex misses them. */
async function tellStores(
  after: Keeping,
  reach: Reach,
  { staying, coming }: Change,
  { founder }: Pick<ResettlePlan, "founder">,
): Promise<RenewedHeaders> {
  const told = await renewEach(after, reach, { stores: staying, founder });
  requireMost(
    staying,
    staying.filter((id) => !told.owing.includes(id)),
  );
  const come = await renewEach(after, reach, { stores: coming, founder });
  if (come.owing.length > 0) {
    throw new VaultError("stores-missing", "A store that is to come did not take its header.", {
      stores: come.owing,
    });
  }
  return { headers: new Map([...told.headers, ...come.headers]), owing: told.owing };
}

/** As many as acknowledge a commit: of any so many that a reindex reads, one knows of the new settings. */
function requireMost(staying: readonly Id[], right: readonly Id[]): void {
  const needed = mostButAThird(staying.length);
  if (right.length >= needed) return;
  throw new VaultError(
    "stores-missing",
    `Stores are changed while ${needed} of the ${staying.length} that stay are there with their headers; ${right.length} are.`,
    { stores: staying.filter((id) => !right.includes(id)) },
  );
}

import {
  type Finding,
  type Id,
  leavingStores,
  reindexVault,
  repairVault,
  type VaultSettings,
  verifyVault,
  type VerifyReport,
} from "@chirograph/vault";
import { type Gap, gapsOf } from "../gaps.ts";
import { look } from "../look.ts";
import { attempt, Calm, describe, lightFuse, type Outcome, type StepContext } from "../step.ts";
import { Violation } from "../violation.ts";
import type { World } from "../world.ts";

/** `verify` blames no honest store, finds nothing lost, and finds what is not there. */
export async function verify(context: StepContext): Promise<Outcome> {
  const { world, isAlone } = context;
  const life = world.newLife("verify");
  const isCalm = new Calm(world, life);
  const putOut = lightFuse(context, life);
  const struckBefore = new Set(world.struck);
  const gaps = isAlone ? await gapsOf(world) : [];
  const tried = await attempt(life, () =>
    verifyVault(world.keepingOf(life), { headers: world.headers, fresh: true }),
  );
  putOut();
  if (!("value" in tried)) {
    if (isCalm.isAlive) throw new Violation("verify", `verify failed: ${describe(tried.error)}`);
    return describe(tried.error);
  }
  const struck = new Set([...struckBefore, ...world.struck]);
  requireJust(tried.value, struck, world.mayOwe);
  if (isAlone) requireNamed(tried.value, gaps);
  const { checkedVersions, repairable } = tried.value;
  return `verified ${checkedVersions} versions, ${repairable.length} findings`;
}

/**
 * No honest store is blamed, and with at most T of them struck nothing is lost.
 * @param mayOwe honest stores may never have had some statements
 */
function requireJust(report: VerifyReport, struck: ReadonlySet<Id>, mayOwe: boolean): void {
  const { lost, repairable, unreachable } = report;
  if (lost.length > 0) throw new Violation("verify", `verify calls lost what is not: ${told(lost[0]!)}`);
  const unjust = repairable.find(({ kind, store, object }) => {
    const wasNeverThere = kind === "statement missing" && object === undefined;
    if (mayOwe && (wasNeverThere || kind === "envelopes on too few stores")) return false;
    return store === undefined ? struck.size === 0 : !struck.has(store);
  });
  if (unjust !== undefined) throw new Violation("verify", `verify blames an honest store: ${told(unjust)}`);
  const blamed = unreachable.find((id) => !struck.has(id));
  if (blamed !== undefined)
    throw new Violation("verify", `verify calls a store unreachable that is not: ${blamed}`);
}

function requireNamed({ repairable, unreachable }: VerifyReport, gaps: readonly Gap[]): void {
  const missed = gaps.find(
    ({ store, object }) =>
      !unreachable.includes(store) &&
      !repairable.some((finding) => finding.store === store && finding.object === object),
  );
  if (missed !== undefined) {
    throw new Violation(
      "verify",
      `verify misses object ${missed.object}, which store ${missed.store} does not have so.`,
    );
  }
}

/** `repair`, after which every store that was honest all the time is whole. */
export async function repair(context: StepContext): Promise<Outcome> {
  const { world, random, isAlone } = context;
  const life = world.newLife("repair");
  const isCalm = new Calm(world, life);
  const putOut = lightFuse(context, life);
  const able = world.sites.filter(({ state }) => state === "honest").map(({ id }) => id);
  const fresh = random.chance(0.5);
  const isSettled = async (): Promise<boolean> => (await world.rows.intents()).length === 0;
  const wasSettled = await isSettled();
  const tried = await attempt(life, () =>
    repairVault(world.keepingOf(life), { headers: world.headers, fresh }),
  );
  putOut();
  if (!("value" in tried)) {
    if (isCalm.isAlive) throw new Violation("repair", `repair failed: ${describe(tried.error)}`);
    return describe(tried.error);
  }
  const { lost, atRisk, writtenFragments, writtenStatements, sweptObjects } = tried.value;
  if (lost.length > 0) throw new Violation("repair", `repair calls lost what is not: ${told(lost[0]!)}`);
  // What others do at the same time may have come behind it, and a resumed run believes what an earlier one saw.
  if (isAlone && fresh) {
    // Of a store that leaves nothing is asked, so nothing of it is mended; and of a commit that is still to be completed,
    // nobody has looked at the fragments since.
    const leaving = await leavingStores(world.rows);
    const isMended = wasSettled && (await isSettled());
    for (const id of able) if (isMended && !leaving.has(id)) heal(world, id, atRisk);
    if (atRisk.length === 0) world.mayOwe = false;
  }
  return `repaired: ${writtenFragments} fragments, ${writtenStatements} statements, ${sweptObjects} swept, ${atRisk.length} at risk`;
}

function heal(world: World, id: Id, atRisk: readonly Finding[]): void {
  if (!atRisk.some(({ store }) => store === undefined || store === id)) world.struck.delete(id);
}

/** The catalogue is lost, and made again from the stores. */
export async function reindex(context: StepContext): Promise<Outcome> {
  context.world.loseRows();
  return (await reindexOver(context)).outcome;
}

/** The catalogue is made again from the stores, and again where somebody dies over it. */
export async function reindexOver(
  context: StepContext,
): Promise<{ readonly outcome: Outcome; readonly settings: VaultSettings }> {
  const { world } = context;
  const { engine, people, sites } = world;
  for (let again = false; ; again = true) {
    const life = world.newLife("reindex");
    const putOut = again ? () => undefined : lightFuse(context, life);
    const stores = world.sites.map((site) => world.storesAsSeenBy(life).get(site.id)!);
    const plan = { stores, identity: people.ada, rows: world.keepingOf(life).rows };
    const tried = await attempt(life, () => reindexVault(engine, plan));
    putOut();
    if (!("value" in tried)) {
      if (!life.isOver) throw new Violation("lost", `reindex failed: ${describe(tried.error)}`);
      world.loseRows();
      continue;
    }
    world.isWithoutRows = false;
    await world.everybodyUp();
    if (world.struck.size === 0 && !tried.value.proven)
      throw new Violation("refused", "reindex proves nothing although every store is whole.");
    await look(world, await world.clients.ada.chart());
    const { versions, proven, problems, settings } = tried.value;
    const outcome = `reindexed over ${sites.length} stores: ${versions} versions, ${proven ? "proven" : "not proven"}, ${problems.length} problems`;
    return { outcome, settings };
  }
}

export function told(finding: Finding): string {
  return Object.entries(finding)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(", ");
}

import {
  keepStore,
  leavingStores,
  openKeeper,
  reindexVault,
  repairVault,
  sweepVault,
  verifyVault,
} from "@chirograph/vault";
import { requireClosed } from "./closed.ts";
import { requireGone, requireHeld, requireSpread } from "./held.ts";
import { look, openEverything } from "./look.ts";
import { describe, type StepContext } from "./step.ts";
import { told } from "./steps/maintain.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** By then every lease is over, and every call of the dead has arrived. */
const MINUTE_MS = 60_000;
/** By then every reservation is over, and what nothing refers to may go. */
const TWO_DAYS_MS = 49 * 3_600_000;

/**
 * The end of every history: all stores are back and honest, everybody has had time, and one repair has to make the
 * vault whole; then everything opens, with any T stores away, or swept and from the stores alone.
 */
export async function settle(world: World, count: StepContext["count"]): Promise<string> {
  for (const site of world.sites) {
    site.turnHonest();
    site.isSlow = false;
  }
  await world.everybodyUp();
  await world.clock.pause(MINUTE_MS);
  const keeping = world.keepingOf(world.newLife("the last keeper"));
  await openKeeper(keeping).recover();
  if ((await world.rows.job("reindex")) !== undefined) {
    // A store without its header is none of the vault's: it has to have it back before it counts.
    await repairVault(keeping, { headers: world.headers, fresh: true });
    await reindexVault(world.engine, planOf(world));
  }
  for (const id of await leavingStores(keeping.rows)) await keepStore(keeping, id);
  await world.clock.pause(TWO_DAYS_MS);

  await requireRepaired(world);
  await requireSpread(world);
  // Each costs as much as the rest of a history: one of them is enough for each seed.
  const end = world.random.pick([sweptAndFromStoresAlone, withStoresAway, withStoresAway]);
  await end(world);
  await requireClosed(world, count);
  count("settled");
  return `settled: ${world.model.versions.size} versions`;
}

function planOf(world: World): Parameters<typeof reindexVault>[1] {
  const { stores, rows } = world.keepingOf(world.newLife("reindex"));
  return { stores: [...stores.values()], identity: world.people.ada, rows };
}

async function requireRepaired(world: World): Promise<void> {
  const { lost, atRisk, erasures } = await repairVault(world.keepingOf(world.newLife("repair")), {
    headers: world.headers,
    fresh: true,
  });
  const [problem] = [...lost, ...atRisk];
  if (problem !== undefined)
    throw new Violation("repair", `repair leaves what it should mend: ${told(problem)}`);
  if (erasures.unfinished.length > 0) throw new Violation("repair", "repair leaves an erasure unfinished.");
  world.struck.clear();
}

async function requireWhole(world: World): Promise<void> {
  const { headers } = world;
  const { repairable, lost, leftToDelete, unreachable } = await verifyVault(
    world.keepingOf(world.newLife("verify")),
    { headers, fresh: true },
  );
  const [problem] = [...lost, ...repairable, ...leftToDelete];
  if (problem !== undefined) throw new Violation("repair", `after a repair verify finds: ${told(problem)}`);
  if (unreachable.length > 0) throw new Violation("verify", `verify does not reach ${unreachable.join()}`);
}

/** Two sweeps, two days apart, leave nothing that nothing refers to. */
async function requireSwept(world: World): Promise<void> {
  const keeping = world.keepingOf(world.newLife("sweep"));
  const { news: unread } = await sweepVault(keeping);
  // A commit that was never acknowledged, on a store that a reindex could not read: what sweep asks for then is done.
  if (unread.length > 0 && world.wasReindexed) {
    // Nothing that anybody was told of is among it.
    await requireReadable(world);
    await reindexVault(world.engine, planOf(world));
    await requireRepaired(world);
    await sweepVault(keeping);
  }
  await world.clock.pause(TWO_DAYS_MS);
  const { waitingObjects, missed, news, isProven } = await sweepVault(keeping);
  if (!isProven || waitingObjects + missed.length + news.length > 0)
    throw new Violation(
      "swept",
      `A sweep leaves ${waitingObjects} orphans, ${missed.length} missed, ${news.length} news.`,
    );
}

/** Everybody opens what is open to him. */
async function requireReadable(world: World): Promise<void> {
  const { ada, ben } = world.clients;
  for (const client of [ada, ben]) client.restart();
  const chart = await unlessLost(() => ada.chart());
  await look(world, chart);
  await openEverything(world, chart);
  await look(world, await unlessLost(() => ben.chart()));
}

async function sweptAndFromStoresAlone(world: World): Promise<void> {
  await requireSwept(world);
  await requireWhole(world);
  await requireHeld(world);
  await requireGone(world);
  await requireReadable(world);
  await fromStoresAlone(world);
}

async function withStoresAway(world: World): Promise<void> {
  await requireWhole(world);
  await requireHeld(world);
  const away = world.random.sample(world.sites, world.tolerate);
  for (const site of away) site.state = "away";
  await requireReadable(world);
  for (const site of away) site.turnHonest();
}

/** The catalogue is lost for the last time, and what the stores alone tell is the same vault. */
async function fromStoresAlone(world: World): Promise<void> {
  const before = await world.rows.totals();
  world.loseRows();
  const { proven, problems } = await reindexVault(world.engine, planOf(world));
  world.isWithoutRows = false;
  if (!proven || problems.length > 0)
    throw new Violation(
      "lost",
      `reindex over whole stores has problems: ${problems.map(({ kind }) => kind).join()}`,
    );
  const after = await world.rows.totals();
  for (const figure of ["charts", "records", "versions", "erased"] as const) {
    if (before[figure] !== after[figure])
      throw new Violation("lost", `Of ${before[figure]} ${figure} reindex finds ${after[figure]}.`);
  }
  await requireWhole(world);
  await world.everybodyUp();
  await look(world, await unlessLost(() => world.clients.ada.chart()));
}

async function unlessLost<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw new Violation("lost", `The chart does not open: ${describe(error)}`, { cause: error });
  }
}

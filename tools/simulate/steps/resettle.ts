import {
  giveUpResettling,
  renewHeaders,
  resettleVault,
  type VaultSettings,
  VaultError,
} from "@chirograph/vault";
import type { Life } from "../life.ts";
import { type Site, siteAsSeenBy } from "../site.ts";
import { attempt, describe, lightFuse, type Outcome, type StepContext } from "../step.ts";
import { Violation } from "../violation.ts";
import type { World } from "../world.ts";
import { reindexOver } from "./maintain.ts";

/** A store that was told of a change makes others wait until it is ended: so often all stores come back for that. */
const MOST_RUNS = 8;

/**
 * A store comes to the vault. Whoever dies over it runs it again; where it is refused it is given up, and where it is too
 * late for that all stores come back and it goes on.
 */
export async function storeComes(context: StepContext): Promise<Outcome> {
  const { world } = context;
  const site = world.newSite();
  const { settings: before } = world;
  const store = { ...before.stores[0]!, id: site.id };
  const settings = { ...before, generation: before.generation + 1, stores: [...before.stores, store] };
  const what = `store ${site.id.slice(0, 6)} comes`;
  for (let runs = 0; runs < MOST_RUNS; runs++) {
    const life = world.newLife("resettling");
    const putOut = runs > 0 ? () => undefined : lightFuse(context, life);
    const tried = await attempt(life, () => run(world, life, { settings, site }));
    putOut();
    if ("value" in tried) {
      world.headers = tried.value;
      await world.resettle(settings, [...world.sites, site]);
      return what;
    }
    if (world.isWithoutRows) return `${what}; ${await reindexed(context, site)}`;
    await world.everybodyUp();
    if (!life.isOver && (await isGivenUp(world, settings))) {
      if (world.struck.size === 0)
        throw new Violation("refused", `${what}, and nothing was wrong: ${describe(tried.error)}`);
      return `${what} not: ${describe(tried.error)}`;
    }
    // What was begun when its runner died goes on at once, and what waits for stores when they are back.
    if (!life.isOver) for (const one of world.sites) one.turnHonest();
  }
  throw new Violation("refused", `${what}, and does not end.`);
}

async function run(
  world: World,
  life: Life,
  { settings, site }: { readonly settings: VaultSettings; readonly site: Site },
): Promise<World["headers"]> {
  const keeping = world.keepingOf(life);
  const stores = new Map([...keeping.stores, [site.id, siteAsSeenBy(life, site, world)] as const]);
  const founder = world.people.ada;
  return (await resettleVault(keeping, { settings, stores, founder })).headers;
}

async function isGivenUp(world: World, settings: VaultSettings): Promise<boolean> {
  try {
    await giveUpResettling(world.keepingOf(world.newLife("giving up")), settings);
    return true;
  } catch (error) {
    if (error instanceof VaultError && error.code === "busy") return false;
    throw error;
  }
}

/** The catalogue was lost over it: it is made again as of before or of after, whatever any store shows. */
async function reindexed(context: StepContext, site: Site): Promise<string> {
  const { world } = context;
  const before = world.sites;
  world.sites = [...before, site];
  const { settings, outcome } = await reindexOver(context);
  const isThere = settings.stores.some(({ id }) => id === site.id);
  await world.resettle(settings, isThere ? world.sites : before);
  if (isThere) {
    const keeping = world.keepingOf(world.newLife("renewing"));
    world.headers = (await renewHeaders(keeping, { founder: world.people.ada })).headers;
  }
  return outcome;
}

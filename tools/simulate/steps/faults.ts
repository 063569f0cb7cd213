import { behaviours } from "@chirograph/stores/hostile";
import { createVault, defaultPolicy, HEADER_NAME } from "@chirograph/vault";
import { Disk } from "../disk.ts";
import type { Site } from "../site.ts";
import type { Outcome, StepContext } from "../step.ts";
import type { World } from "../world.ts";

const HOUR_MS = 3_600_000;

/** A store goes away, loses what it has, or falls into hostile hands; never more than T at a time. */
export async function strike(context: StepContext): Promise<Outcome> {
  const { world, random, count } = context;
  // A reindex shows commits that died on their way, on however few stores they lie: they count once a repair is through.
  if (world.mayOwe) return "nothing is struck before a repair";
  const site = chosenSite(context);
  if (site === undefined) return "T stores are struck already";
  world.struck.add(site.id);
  const how = random.weighted({ away: 3, lost: 2, partly: 2, hostile: 8 });
  if (how === "away") site.state = "away";
  if (how === "lost") {
    const header = site.disk.objects.get(HEADER_NAME);
    site.disk.objects.clear();
    if (header !== undefined && random.chance(0.5)) site.disk.objects.set(HEADER_NAME, header);
  }
  if (how === "partly") site.disk.loseSome(random, 0.3);
  const what = how === "hostile" ? await turnHostile(context, site) : how;
  count(`store: ${what}`);
  return `store ${site.id.slice(0, 6)}: ${what}`;
}

/** One that is struck already, or another while there may be another. */
function chosenSite({ world, random }: StepContext): Site | undefined {
  const honest = world.sites.filter(({ state }) => state === "honest");
  const isAllowed = ({ id }: Site): boolean => world.struck.has(id) || world.struck.size < world.tolerate;
  const sites = honest.filter(isAllowed);
  return sites.length === 0 ? undefined : random.pick(sites);
}

async function turnHostile({ world, random }: StepContext, site: Site): Promise<string> {
  const behaviour = random.pick(behaviours);
  const others = world.sites.filter((other) => other !== site && other.state === "hostile");
  site.turnHostile(behaviour, {
    seed: random.uint32(),
    ...(random.chance(0.5) && { scope: { percent: random.pick([20, 50, 80]) } }),
    foreign: await foreignVault(world),
    ...(others.length > 0 && random.chance(0.5) && { accomplice: others[0]!.disk }),
  });
  return behaviour.name;
}

/** A store of another vault of the same founder: what a store in the same hands may show. */
async function foreignVault(world: World): Promise<Disk> {
  const disk = new Disk(world.clock.now, 0);
  const { engine, people, settings } = world;
  const id = world.newId();
  const foreign = {
    ...settings,
    vault: world.newId(),
    stores: [{ ...settings.stores[0]!, id }],
    policy: defaultPolicy(1),
  };
  const catalogueKey = world.random.bytes(32);
  await createVault(engine, {
    stores: new Map([[id, disk]]),
    settings: foreign,
    founder: people.ada,
    catalogueKey,
  });
  const some = [...world.sites[0]!.disk.objects].filter(([name]) => name !== HEADER_NAME);
  for (const [name, bytes] of some.slice(0, 4)) disk.objects.set(name.split("").toReversed().join(""), bytes);
  return disk;
}

/** A store comes back, with what it has: whole again it is only after a repair. */
export async function comeBack({ world, random }: StepContext): Promise<Outcome> {
  const gone = world.sites.filter(({ state }) => state !== "honest");
  if (gone.length === 0) return "every store is there";
  const site = random.pick(gone);
  site.turnHonest();
  return `store ${site.id.slice(0, 6)} comes back`;
}

/** The machine on which everything runs loses its power. */
export async function losePower({ world, count }: StepContext): Promise<Outcome> {
  world.losePower();
  count("power failures");
  return "the power fails";
}

/** Seconds, in which leases end and disks flush; a day, in which reservations do; or two, after which orphans go. */
export async function passTime({ world, random }: StepContext): Promise<Outcome> {
  const ms = random.pick([1000, 3100, 60_000, HOUR_MS, 25 * HOUR_MS, 49 * HOUR_MS]);
  await world.clock.pause(ms);
  return `${ms / 1000} s pass`;
}

/** One store becomes slow, or as fast as the others. */
export async function slowDown({ world, random }: StepContext): Promise<Outcome> {
  const site = random.pick(world.sites);
  site.isSlow = !site.isSlow;
  return `store ${site.id.slice(0, 6)} is ${site.isSlow ? "slow" : "as fast as others"}`;
}

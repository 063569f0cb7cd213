import { requireClosed } from "../closed.ts";
import { look, openAsPut } from "../look.ts";
import type { ModelVersion } from "../model.ts";
import { attempt, Calm, describe, lightFuse, type Outcome, type StepContext } from "../step.ts";
import { Violation } from "../violation.ts";

/** Opens a version, or a range of it, and compares. */
export async function get(context: StepContext): Promise<Outcome> {
  const { world, random } = context;
  const versions = world.model.living();
  if (versions.length === 0) return "nothing to get";
  const wanted = random.pick(versions);
  const size = wanted.bytes.length;
  const [first, end] = [random.below(size + 1), random.below(size + 1)].toSorted((one, other) => one - other);
  const range = random.chance(0.4) ? { first: first!, end: end! } : undefined;
  const client = world.clients[random.pick(["ada", "ben"] as const)];
  const isCalm = new Calm(world, client.life);
  const putOut = lightFuse(context, client.life, client);
  const tried = await attempt(client.life, async () => openAsPut(await client.chart(), wanted, range));
  putOut();
  const what = `${client.name} gets ${range === undefined ? "" : `${first}–${end} of `}${wanted.token}`;
  if ("value" in tried) return what;
  // Whoever reads while it is erased may find it half gone.
  if (!isAskedFor(wanted)) isCalm.requireReadable(what, tried.error);
  return `${what}: ${describe(tried.error)}`;
}

function isAskedFor({ erased }: ModelVersion): boolean {
  return erased !== "no";
}

/** Compares what the chart lists with what it must. */
export async function list(context: StepContext): Promise<Outcome> {
  const { world, random } = context;
  const client = world.clients[random.pick(["ada", "ben"] as const)];
  const isCalm = new Calm(world, client.life);
  const putOut = lightFuse(context, client.life, client);
  const tried = await attempt(client.life, async () => {
    await look(world, await client.chart());
    const charts: string[] = [];
    for await (const id of client.vault.charts()) charts.push(id);
    if (charts.join() !== world.chartId) throw new Violation("lost", `The charts are ${charts.join()}.`);
  });
  putOut();
  const what = `${client.name} lists`;
  if ("value" in tried) return what;
  isCalm.requireReadable(what, tried.error);
  return `${what}: ${describe(tried.error)}`;
}

/** The reader opens what is open to him, and fails at what is not, with the keys that he has and those that he kept. */
export async function readAsReader(context: StepContext): Promise<Outcome> {
  const { world } = context;
  const client = world.clients.cleo;
  const { life } = client;
  const isCalm = new Calm(world, life);
  const accessBefore = world.model.access.get("cleo");
  const mustOpen = world.model.living().filter(({ closedTo }) => !closedTo.has("cleo"));
  const putOut = lightFuse(context, life, client);
  const tried = await attempt(life, async () => {
    const chart = await client.chart();
    await chart.refresh();
    for (const version of context.random.sample(mustOpen, 2)) await openAsPut(chart, version);
  });
  putOut();
  if ("value" in tried && accessBefore === "out" && !world.model.wereIn.has("cleo"))
    throw new Violation("access", "A reader who never was in the chart has opened it.");
  await requireClosed(world, context.count);
  if ("value" in tried) return "cleo reads";
  const wasIn = accessBefore === "in" && world.model.access.get("cleo") === "in";
  const wasErased = mustOpen.some(isAskedFor);
  if (wasIn && !wasErased) isCalm.requireReadable("cleo reads", tried.error);
  return `cleo reads: ${describe(tried.error)}`;
}

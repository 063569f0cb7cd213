import { finishErasures } from "@chirograph/vault";
import { attempt, Calm, describe, lightFuse, type Outcome, type StepContext } from "../step.ts";

/** Writes a tombstone for a version or a record, and mostly has the stores delete it at once. */
export async function erase(context: StepContext): Promise<Outcome> {
  const { world, random, count } = context;
  const { model } = world;
  const { ada } = world.clients;
  const living = model.living();
  if (living.length === 0) return "nothing to erase";
  const { record, version, token } = random.pick(living);
  const isWhole = random.chance(0.5);
  const isCalm = new Calm(world, ada.life);
  const putOut = lightFuse(context, ada.life, ada);
  const asked = model.askErasure(record, isWhole ? undefined : version);
  const tried = await attempt(ada.life, async () => {
    const chart = await ada.chart();
    await chart.refresh();
    await chart.erase(record, isWhole ? undefined : version);
  });
  putOut();
  const what = `ada erases ${isWhole ? "the record of " : ""}${token}`;
  if (!("value" in tried)) {
    isCalm.requireWritable(what, tried.error);
    return `${what}: ${describe(tried.error)}`;
  }
  for (const one of asked) one.erased = "yes";
  count("versions erased");
  return random.chance(0.7) ? `${what}; ${await finish(context)}` : what;
}

/** Deletes what is erased from the stores. */
export async function finish(context: StepContext): Promise<Outcome> {
  const { world } = context;
  const life = world.newLife("erasing");
  const isCalm = new Calm(world, life);
  const tried = await attempt(life, () => finishErasures(world.keepingOf(life)));
  if ("value" in tried)
    return `${tried.value.erased.length} gone, ${tried.value.unfinished.length} unfinished`;
  isCalm.requireWritable("erasures are finished", tried.error);
  return describe(tried.error);
}

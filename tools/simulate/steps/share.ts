import { RIGHT_READ } from "@chirograph/core";
import { keepKeys } from "../closed.ts";
import { attempt, Calm, describe, lightFuse, type Outcome, type StepContext } from "../step.ts";

/** Lets the reader into the chart, or removes her. */
export async function share(context: StepContext): Promise<Outcome> {
  return change(context, "in");
}

export async function revoke(context: StepContext): Promise<Outcome> {
  return change(context, "out");
}

async function change(context: StepContext, aim: "in" | "out"): Promise<Outcome> {
  const { world } = context;
  const { model, people, clients } = world;
  const { recipient } = people.cleo;
  const { ada } = clients;
  const before = model.access.get("cleo")!;
  if (before === aim || (aim === "out" && before === "unknown")) return `cleo is ${before}`;
  const isCalm = new Calm(world, ada.life);
  const putOut = lightFuse(context, ada.life, ada);
  if (aim === "in") model.beginSharing("cleo");
  else model.access.set("cleo", "unknown");
  const tried = await attempt(ada.life, async () => {
    const chart = await ada.chart();
    await chart.refresh();
    if (aim === "in") await chart.share(recipient, RIGHT_READ);
    else await chart.revoke(recipient.member);
  });
  putOut();
  const what = aim === "in" ? "ada shares with cleo" : "ada removes cleo";
  if ("value" in tried) {
    model.access.set("cleo", aim);
    if (aim === "in") await keepKeys(world);
    return what;
  }
  isCalm.requireWritable(what, tried.error);
  return `${what}: ${describe(tried.error)}`;
}

import {
  compactVault,
  evacuateStore,
  type Finding,
  type JobOptions,
  keepStore,
  type Keeping,
  leavingStores,
  rebalanceVault,
  sweepVault,
} from "@chirograph/vault";
import { attempt, Calm, describe, lightFuse, type Outcome, type StepContext } from "../step.ts";
import { Violation } from "../violation.ts";
import type { World } from "../world.ts";
import { told } from "./maintain.ts";

/** What the operations report differs; some say what they take for lost. */
type Report = object & { readonly lost?: readonly Finding[] };

/** Fragments move to where they should be. */
export async function rebalance(context: StepContext): Promise<Outcome> {
  return move(context, "rebalance", rebalanceVault);
}

/** Objects that are mostly waste are written again. */
export async function compact(context: StepContext): Promise<Outcome> {
  return move(context, "compact", compactVault);
}

/** What nothing refers to is deleted, two days after it was seen first. */
export async function sweep(context: StepContext): Promise<Outcome> {
  return move(context, "sweep", async (keeping): Promise<Report> => sweepVault(keeping));
}

/** Everything on a store goes to the others; or the store that was left stays after all. */
export async function evacuate(context: StepContext): Promise<Outcome> {
  const { world, random } = context;
  const [leaving] = await leavingStores(world.rows);
  // Whichever it is, from then on it lacks what it need not have, and then what it should.
  world.mayOwe = true;
  if (leaving !== undefined)
    return move(context, "keep", (keeping) => keepStore(keeping, leaving).then(() => ({})));
  const { id } = random.pick(world.sites);
  return move(context, `evacuate ${id.slice(0, 6)}`, (keeping, options) =>
    evacuateStore(keeping, id, options),
  );
}

async function move(
  context: StepContext,
  what: string,
  operation: (keeping: Keeping, options: JobOptions) => Promise<Report>,
): Promise<Outcome> {
  const { world } = context;
  const life = world.newLife(what);
  const isCalm = new Calm(world, life);
  const putOut = lightFuse(context, life);
  const tried = await attempt(life, () => operation(world.keepingOf(life), {}));
  putOut();
  if ("value" in tried) {
    const [lost] = tried.value.lost ?? [];
    if (lost !== undefined) throw new Violation("lost", `${what} calls lost what is not: ${told(lost)}`);
    return `${what}: ${figuresOf(tried.value)}`;
  }
  if (!(await isExcused(world, tried.error))) isCalm.requireWritable(what, tried.error);
  return `${what}: ${describe(tried.error)}`;
}

/** A catalogue that does not know everything moves nothing, and a policy may need every store. */
async function isExcused({ rows }: World, error: Error): Promise<boolean> {
  const code = "code" in error ? error.code : undefined;
  return code === "policy" || (code === "stores-missing" && (await rows.job("reindex")) !== undefined);
}

function figuresOf(report: Report): string {
  const figures = Object.entries(report as Record<string, unknown>).flatMap(([name, value]) =>
    typeof value === "number" && value > 0 ? [`${name} ${value}`] : [],
  );
  return figures.length === 0 ? "nothing" : figures.join(", ");
}

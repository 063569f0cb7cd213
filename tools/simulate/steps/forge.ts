import { appendLink, fromHex, RIGHT_READ, RIGHT_WRITE } from "@chirograph/core";
import { look } from "../look.ts";
import { attempt, Calm, describe, type Outcome, type StepContext } from "../step.ts";
import { Violation } from "../violation.ts";

const EVERY_VERSION = new Uint8Array(16);

/** A stranger who reaches the keeper commits a link in the owner's name: to erase a record, or to let himself in. */
export async function forge(context: StepContext): Promise<Outcome> {
  const { world, random, count } = context;
  const { people, model, engine, clock } = world;
  const living = model.living();
  const life = world.newLife("stranger");
  const isCalm = new Calm(world, life);
  const { keeper } = world.keeperOf("ada");
  const isErasure = living.length > 0 && random.chance(0.5);
  const change = isErasure
    ? ({ type: "tombstone", record: fromHex(random.pick(living).record)!, version: EVERY_VERSION } as const)
    : ({ type: "member", recipient: people.stranger.recipient, rights: RIGHT_READ | RIGHT_WRITE } as const);
  const credulous = { ...engine, ed25519Verify: async () => true };
  const signer = { signing: people.ada.signing, signSeed: people.stranger.signSeed };
  const tried = await attempt(life, async () => {
    const chart = await world.publicChart();
    const forged = await appendLink(credulous, chart, { signer, time: clock.now(), changes: [change] });
    const result = await keeper.commit({ reservations: [], links: forged.links.slice(-1), versions: [] });
    return result.state;
  });
  count("forged links");
  if ("value" in tried && tried.value === "committed") {
    await look(world, await world.clients.ada.chart());
    throw new Violation("unsigned", "A link that the owner did not sign was committed in her name.");
  }
  if ("value" in tried) return "a forged link is too late";
  const isRefused = "code" in tried.error && tried.error.code === "bad-signature";
  if (isCalm.isAlive && !isRefused)
    throw new Violation("unsigned", `A forged link fails by chance: ${describe(tried.error)}`);
  return "a forged link is refused";
}

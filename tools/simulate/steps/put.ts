import { type RecordContent, toHex } from "@chirograph/core";
import type { Id, PutOptions, RecordSource } from "@chirograph/vault";
import { attempt, Calm, describe, lightFuse, type Outcome, type StepContext } from "../step.ts";
import type { World } from "../world.ts";

/** Most are tiny; chunks of layer 1 end at 16 KiB, and padding and stripes have their edges. */
const sizes = [0, 1, 60, 300, 1023, 1024, 1025, 2500, 2500, 16_384, 17_000, 40_000];
/** One in so many is streamed: larger than what is packed. */
const STREAMED_ONE_IN = 200;
const STREAMED_BYTES = 1_048_577;
const MOST_SOURCES = 3;

/** Puts one new record, several, or a version of a record that is there. */
export async function put(context: StepContext): Promise<Outcome> {
  const { world, random, count } = context;
  const client = world.clients[random.pick(["ada", "ada", "ben"] as const)];
  const { life } = client;
  const isCalm = new Calm(world, life);
  const putOut = lightFuse(context, life, client);
  const sources = sourcesOf(context);
  const tried = await attempt(life, async () => {
    const chart = await client.chart();
    for (const { token, bytes, record } of sources) world.model.begin(token, { bytes, record });
    let done = 0;
    for await (const { index, record, version } of chart.put(sources.map(sourceOf), rememberingIn(world))) {
      world.model.settle(sources[index]!.token, { record, version });
      count("versions put");
      done++;
    }
    return done;
  });
  putOut();
  const what = `${client.name} puts ${sources.map(({ token }) => token).join(", ")}`;
  if ("value" in tried) return what;
  const wasErased = sources.some(({ record }) => record !== undefined && isBeingErased(world, record));
  if (!wasErased) isCalm.requireWritable(what, tried.error);
  return `${what}: ${describe(tried.error)}`;
}

interface Source {
  readonly token: string;
  readonly bytes: Uint8Array;
  readonly record: Id | undefined;
}

function sourcesOf({ world, random }: StepContext): Source[] {
  const records = world.model.livingRecords();
  const sources = random.chance(0.75) ? 1 : random.between(2, MOST_SOURCES);
  return Array.from({ length: sources }, () => {
    const isStreamed = random.below(STREAMED_ONE_IN) === 0;
    const bytes = random.bytes(isStreamed ? STREAMED_BYTES : random.pick(sizes));
    const record = records.length > 0 && random.chance(0.5) ? random.pick(records) : undefined;
    return { token: `put-${toHex(random.bytes(5))}`, bytes, record };
  });
}

function sourceOf({ token, bytes, record }: Source): RecordSource {
  const content = (): RecordContent => ({
    shape: "file",
    entries: [{ path: "finding.bin", bytes: bytes.length }],
    kind: "application/octet-stream",
    metadata: new Map([["token", token]]),
    data: once(bytes),
  });
  return { content, ...(record !== undefined && { record }) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

/** Every attempt has fragments of its own, committed or not. */
function rememberingIn({ fragments }: World): PutOptions {
  return {
    onSealed: ({ version, envelope }) =>
      void fragments.set(
        version,
        envelope.places.map(({ id }) => toHex(id)),
      ),
  };
}

/** Somebody else erases the record meanwhile: then nothing can be put there. */
function isBeingErased({ model }: World, record: Id): boolean {
  return [...model.versions.values()].some((one) => one.record === record && one.erased !== "no");
}

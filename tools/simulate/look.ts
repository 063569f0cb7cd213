import { concatAll, equalBytes } from "@chirograph/core";
import type { OpenChart } from "@chirograph/vault";
import type { ModelVersion } from "./model.ts";
import { describe } from "./step.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

/**
 * Holds what a chart says, as it is now, against the model: what was acknowledged is there, what was erased is erased,
 * and what nobody knows of was begun by somebody and is whole.
 */
export async function look(world: World, chart: OpenChart): Promise<void> {
  const { model } = world;
  const mustLive = model.living();
  const mustBeErased = [...model.versions.values()].filter(({ erased }) => erased === "yes");
  await chart.refresh();
  const shown = new Map(
    chart
      .records()
      .flatMap(({ record, versions }) => versions.map((one) => [one.version, { ...one, record }])),
  );
  for (const { version, record, token, erased } of mustLive) {
    const found = shown.get(version);
    if (found === undefined || found.record !== record)
      throw new Violation("lost", `${token} was acknowledged and is not in its chart.`);
    // Somebody may have asked for it since.
    if (found.erased && erased === "no" && model.versions.get(version)!.erased === "no")
      throw new Violation("unsigned", `${token} is erased, and nobody asked for that.`);
  }
  for (const { version, token } of mustBeErased) {
    if (shown.get(version)?.erased !== true)
      throw new Violation("erased", `${token} was erased and is in its chart again.`);
  }
  for (const [version, { record, erased }] of shown) {
    const known = model.versions.get(version);
    if (known === undefined && !erased) await meet(world, chart, { record, version });
    if (known?.erased === "asked" && erased) known.erased = "yes";
  }
}

/** A version that nobody acknowledged: it was begun, and is whole. */
async function meet(world: World, chart: OpenChart, at: { record: string; version: string }): Promise<void> {
  let token: string | undefined;
  let bytes: Uint8Array;
  try {
    const opened = await chart.open(at.record, at.version);
    token = opened.inside.metadata.get("token");
    bytes = concatAll(await gathered(opened.content()));
  } catch (error) {
    // It may have been erased since the chart was read.
    await chart.refresh();
    const { versions } = chart.history(at.record);
    if (versions.some(({ version, erased }) => version === at.version && erased)) return;
    throw new Violation("half", `A version is in the chart and does not open: ${describe(error)}`, {
      cause: error,
    });
  }
  const met = world.model.settle(token ?? "", at);
  if (!equalBytes(met.bytes, bytes))
    throw new Violation("wrong bytes", `${met.token} opens with other bytes.`);
}

/** Opens a version that lives, whole or in part, and compares. */
export async function openAsPut(
  chart: OpenChart,
  wanted: ModelVersion,
  range?: { readonly first: number; readonly end: number },
): Promise<void> {
  const { record, version, bytes, token } = wanted;
  const opened = await chart.open(record, version);
  const { first, end } = range ?? { first: 0, end: bytes.length };
  const content = concatAll(await gathered(opened.content(first, end)));
  if (opened.sizeBytes !== bytes.length || !equalBytes(content, bytes.subarray(first, end)))
    throw new Violation("wrong bytes", `${token} opens with other bytes.`);
}

async function gathered(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece.slice());
  return all;
}

function isErased(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "erased";
}

/** Everything that lives opens with just its bytes; what is erased opens for nobody. */
export async function openEverything(world: World, chart: OpenChart): Promise<void> {
  for (const version of world.model.versions.values()) {
    try {
      await openAsPut(chart, version);
    } catch (error) {
      if (isErased(error) && version.erased !== "no") continue;
      if (error instanceof Violation) throw error;
      throw new Violation("lost", `${version.token} does not open: ${describe(error)}`, { cause: error });
    }
    if (version.erased === "yes") throw new Violation("erased", `${version.token} was erased and opens.`);
  }
}

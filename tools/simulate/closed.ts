import { describeVersion, parseEnvelope, unlockChart } from "@chirograph/core";
import { word } from "./people.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** The reader, to whom the chart is open now, keeps everything that it gives her. */
export async function keepKeys(world: World): Promise<void> {
  const { engine, people, isWithoutRows } = world;
  if (isWithoutRows) return;
  world.keptByReader = await unlockChart(engine, await world.publicChart(), people.cleo, word);
}

/** Versions put since she was removed are closed to her, even with what she kept and all that is public now. */
export async function requireClosed(world: World, count: (what: string) => void): Promise<void> {
  const { model, engine, keptByReader } = world;
  if (keptByReader === undefined || world.isWithoutRows) return;
  const isClosed = (version: string): boolean => model.versions.get(version)!.closedTo.has("cleo");
  const closed = [...model.versions.values()].filter(({ version }) => isClosed(version));
  const chart = closed.length === 0 ? undefined : await world.publicChart();
  for (const { version, token } of closed) {
    const [row] = await world.rows.versions([version]);
    if (row?.envelope === undefined) continue;
    const envelope = await parseEnvelope(engine, row.envelope);
    if (envelope.profile !== "locked") continue;
    count("closed versions tried");
    const opened = await describeVersion(engine, { ...keptByReader, chart: chart! }, envelope).catch(
      () => undefined,
    );
    if (opened !== undefined && isClosed(version))
      throw new Violation("access", `Whoever was removed opens ${token} with what she kept.`);
  }
}

import type { Engine } from "@chirograph/engine/interface";
import { Reader } from "../encoding/reader.ts";
import { utf8 } from "../encoding/text.ts";
import { Writer } from "../encoding/writer.ts";
import { ChirographError } from "../error.ts";
import type { Signer } from "../identity/identity.ts";
import type { Change } from "./change.ts";
import { type Link, parseLink, signLink } from "./link.ts";
import { applyLink } from "./rules.ts";
import { type ChartDraft, type ChartState, draftOf } from "./state.ts";

const MAGIC = "CHGCHART";
const MOST_LINKS = 1_048_576;
const LARGEST_DOCUMENT_BYTES = 256 * 1_048_576;

/** A chart document whose every link was checked, and what they say together. Immutable. */
export interface Chart {
  readonly links: readonly Uint8Array[];
  readonly state: ChartState;
}

/** The bytes of the whole document (docs/format.md, section 10). */
export function encodeChart(chart: Chart): Uint8Array<ArrayBuffer> {
  const writer = new Writer().raw(utf8(MAGIC)).u32(chart.links.length);
  for (const link of chart.links) writer.bytes32(link);
  return writer.finish();
}

/** Reads a document and checks every link: chain, signatures, rights and rules. */
export async function parseChart(engine: Engine, bytes: Uint8Array): Promise<Chart> {
  if (bytes.length > LARGEST_DOCUMENT_BYTES)
    throw new ChirographError("out-of-limits", "The chart document is too large.");
  const reader = new Reader(bytes, "chart document");
  reader.magic(MAGIC);
  const count = reader.u32();
  if (count === 0) reader.fail("has no link");
  if (count > MOST_LINKS)
    throw new ChirographError("out-of-limits", "The chart document has too many links.");
  const links: Uint8Array[] = [];
  let draft: ChartDraft | undefined;
  for (let index = 0; index < count; index++) {
    const link = await parseLink(engine, reader.bytes32(), `chart document's link ${index}`);
    draft = applyLink(draft, link);
    links.push(link.bytes);
  }
  reader.end();
  return { links, state: draft! };
}

/** The chart with one more link, after the same checks that every reader will make. */
export async function appendLink(
  engine: Engine,
  chart: Chart,
  step: { signer: Signer; time: number; changes: readonly Change[] },
): Promise<Chart> {
  const { state, links } = chart;
  const link = await signLink(
    engine,
    {
      chart: state.chart,
      generation: state.generation + 1,
      previous: state.lastHash,
      time: step.time,
      changes: step.changes,
    },
    [step.signer],
  );
  return withLink(engine, { links, state }, link);
}

/** A new chart of one link. */
export async function beginChart(
  engine: Engine,
  chart: Uint8Array,
  step: { signers: readonly Signer[]; time: number; changes: readonly Change[] },
): Promise<Chart> {
  const { time, changes } = step;
  const link = await signLink(
    engine,
    { chart, generation: 0, previous: undefined, time, changes },
    step.signers,
  );
  return withLink(engine, undefined, link);
}

/** Reads the link again, so that nobody writes one that no reader will take. */
async function withLink(engine: Engine, before: Chart | undefined, { bytes }: Link): Promise<Chart> {
  const link = await parseLink(engine, bytes, "new link");
  const draft = before === undefined ? undefined : draftOf(before.state);
  return { links: [...(before?.links ?? []), link.bytes], state: applyLink(draft, link) };
}

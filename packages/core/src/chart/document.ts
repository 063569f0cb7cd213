import type { Engine } from "@chirograph/engine/interface";
import { equalBytes, toHex } from "../encoding/bytes.ts";
import { Reader } from "../encoding/reader.ts";
import { utf8 } from "../encoding/text.ts";
import { Writer } from "../encoding/writer.ts";
import { ChirographError } from "../error.ts";
import type { Signer } from "../identity/identity.ts";
import type { Change } from "./change.ts";
import { draftOf, stateOf } from "./draft.ts";
import { LinkGraph, MOST_MERGES, tooManyMerges } from "./graph.ts";
import { compareLinks, type Link, parseLink, peekPrevious, placeOf, signLink } from "./link.ts";
import { applyLink } from "./rules.ts";
import type { ChartState } from "./state.ts";

const MAGIC = "CHGCHART";
const MOST_LINKS = 1_048_576;
const LARGEST_DOCUMENT_BYTES = 256 * 1_048_576;

/** A chart document whose every link was checked, and what they say together. Immutable. */
export interface Chart {
  /** Ascending by generation, then hash. */
  readonly links: readonly Uint8Array[];
  /** Hashes of the links that none continues, ascending: one, unless the chart has forked. */
  readonly heads: readonly Uint8Array[];
  /** What holds after all heads together. */
  readonly state: ChartState;
}

/** The bytes of the whole document (docs/format.md, section 10). */
export function encodeChart(chart: Pick<Chart, "links">): Uint8Array<ArrayBuffer> {
  const writer = new Writer().raw(utf8(MAGIC)).u32(chart.links.length);
  for (const link of chart.links) writer.bytes32(link);
  return writer.finish();
}

/** Reads a document and checks every link: where it stands, signatures, rights and rules. */
export async function parseChart(engine: Engine, bytes: Uint8Array): Promise<Chart> {
  if (bytes.length > LARGEST_DOCUMENT_BYTES) tooLarge("bytes");
  const reader = new Reader(bytes, "chart document");
  reader.magic(MAGIC);
  const count = reader.u32();
  if (count === 0) reader.fail("has no link");
  if (count > MOST_LINKS) tooLarge("links");
  const links: Uint8Array[] = [];
  for (let index = 0; index < count; index++) links.push(reader.bytes32());
  reader.end();
  return readLinks(engine, links);
}

/**
 * The chart with further links, each checked as `parseChart` would: they may continue it, fork or merge, come in any
 * order, and be there already. Without a chart, the chart that these links make. Links that continue all heads cost
 * what they change; others cost as much as reading the whole.
 */
export async function extendChart(
  engine: Engine,
  chart: Chart | undefined,
  links: readonly Uint8Array[],
): Promise<Chart> {
  const further = await Promise.all(
    links.map((bytes, index) => parseLink(engine, bytes, `further link ${index}`)),
  );
  further.sort(compareLinks);
  let extended = chart;
  while (extended !== undefined && further[0] !== undefined && continuesAll(extended, further[0]))
    extended = withLink(extended, further.shift()!);
  if (extended !== undefined && further.length === 0) return extended;
  return readLinks(
    engine,
    await inOrder(engine, [...(extended?.links ?? []), ...further.map(({ bytes }) => bytes)]),
  );
}

/**
 * The chart with one more link, after the same checks that every reader will make. It continues all heads, so it
 * merges a chart that has forked; to do that alone it may have no change.
 */
export async function appendLink(
  engine: Engine,
  chart: Chart,
  step: { signer: Signer; time: number; changes: readonly Change[] },
): Promise<Chart> {
  const { state, heads } = chart;
  const { bytes } = await signLink(
    engine,
    {
      chart: state.chart,
      generation: state.generation + 1,
      previous: heads,
      time: step.time,
      changes: step.changes,
    },
    [step.signer],
  );
  // Read again, so that nobody writes a link that no reader will take.
  return withLink(chart, await parseLink(engine, bytes, "new link"));
}

/** A new chart of one link. */
export async function beginChart(
  engine: Engine,
  chart: Uint8Array,
  step: { signers: readonly Signer[]; time: number; changes: readonly Change[] },
): Promise<Chart> {
  const { time, changes } = step;
  const body = { chart, generation: 0, previous: [], time, changes };
  const { bytes } = await signLink(engine, body, step.signers);
  return readLinks(engine, [bytes]);
}

/** The chart that these links make, in the order of the document. */
async function readLinks(engine: Engine, links: readonly Uint8Array[]): Promise<Chart> {
  checkSize(links);
  const graph = new LinkGraph(links);
  const read: Uint8Array[] = [];
  for (const bytes of links) {
    const link = await parseLink(engine, bytes, `chart document's link ${read.length}`);
    graph.add(link);
    read.push(link.bytes);
  }
  return { links: read, ...graph.finish() };
}

/** The chart with a link that continues all its heads; shares with it whatever the link leaves as it is. */
function withLink({ links, state }: Chart, link: Link): Chart {
  const next = {
    links: [...links, link.bytes],
    heads: [link.hash],
    state: stateOf(applyLink(draftOf(state), link)),
  };
  checkSize(next.links);
  if (
    link.previous.length > 1 &&
    next.links.filter((bytes) => peekPrevious(bytes).length > 1).length > MOST_MERGES
  )
    tooManyMerges();
  return next;
}

function continuesAll({ heads, state }: Chart, { previous, generation }: Link): boolean {
  return (
    generation === state.generation + 1 &&
    previous.length === heads.length &&
    heads.every((head, index) => equalBytes(head, previous[index]!))
  );
}

/** The links in the order of the document, each once. */
async function inOrder(engine: Engine, links: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const placed = await Promise.all(
    links.map(async (bytes) => ({ bytes, ...(await placeOf(engine, bytes)) })),
  );
  const distinct = new Map(placed.map((link) => [toHex(link.hash), link]));
  return [...distinct.values()].toSorted(compareLinks).map(({ bytes }) => bytes);
}

function checkSize(links: readonly Uint8Array[]): void {
  const sizeBytes = links.reduce((sum, link) => sum + 4 + link.length, MAGIC.length + 4);
  if (links.length > MOST_LINKS) tooLarge("links");
  if (sizeBytes > LARGEST_DOCUMENT_BYTES) tooLarge("bytes");
}

function tooLarge(of: "links" | "bytes"): never {
  throw new ChirographError("out-of-limits", `The chart document has too many ${of}.`);
}

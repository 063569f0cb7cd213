import {
  type Chart,
  ChirographError,
  encodeChart,
  extendChart,
  type Link,
  parseChart,
  parseLink,
  toHex,
} from "@chirograph/core";
import type { Engine, SignatureCheck } from "@chirograph/engine/interface";
import type { Hash, Id } from "../../catalogue.ts";
import type { LinkRow } from "../rows.ts";
import type { ReindexProblem } from "./problems.ts";
import type { FoundLink } from "./read-statements.ts";

const CHART_ID_BYTES = 16;

/** A link that is what it should be by itself. */
interface ReadLink extends FoundLink {
  readonly link: Link;
}

/** A chart made again, and where its versions were first named. */
export interface FoundChart {
  readonly chart: Chart;
  readonly rows: readonly LinkRow[];
  /** Of each version, the batch of the link that names it. */
  readonly batchOf: ReadonlyMap<Id, Id>;
}

/** Chart after chart from links in any order; what no chart takes is reported and left out. */
export async function* readCharts(
  engine: Engine,
  links: Iterable<FoundLink>,
  problems: ReindexProblem[],
): AsyncGenerator<FoundChart> {
  for (const [id, ofChart] of byChart(links)) {
    const once = verifyingOnce(engine);
    const read = await readLinks(once, ofChart, problems, id);
    const { chart, taken } = await chain(once, read, problems, id);
    if (chart !== undefined) yield { chart, rows: taken.map(linkRow), batchOf: batchesOf(taken) };
  }
}

/** By what stands first in a link, which is checked when the chart is read. */
function byChart(links: Iterable<FoundLink>): Map<Id, FoundLink[]> {
  const charts = new Map<Id, FoundLink[]>();
  for (const link of links) {
    const id = toHex(link.bytes.subarray(0, CHART_ID_BYTES));
    const known = charts.get(id);
    if (known === undefined) charts.set(id, [link]);
    else known.push(link);
  }
  return charts;
}

async function readLinks(
  engine: Engine,
  links: readonly FoundLink[],
  problems: ReindexProblem[],
  chart: Id,
): Promise<ReadLink[]> {
  const read: ReadLink[] = [];
  for (const found of links) {
    try {
      read.push({ ...found, link: await parseLink(engine, found.bytes, "link that was found") });
    } catch (error) {
      if (!(error instanceof ChirographError)) throw error;
      problems.push({ kind: "link refused", chart });
    }
  }
  return read.toSorted(
    (left, right) =>
      left.link.generation - right.link.generation ||
      (toHex(left.link.hash) < toHex(right.link.hash) ? -1 : 1),
  );
}

/** All links as one chart; if that is none, one after the other, as far as they go. */
async function chain(
  engine: Engine,
  read: readonly ReadLink[],
  problems: ReindexProblem[],
  id: Id,
): Promise<{ chart: Chart | undefined; taken: readonly ReadLink[] }> {
  if (read.length === 0) return { chart: undefined, taken: [] };
  const whole = await unlessRefused(() =>
    parseChart(engine, encodeChart({ links: read.map(({ bytes }) => bytes) })),
  );
  if (whole !== undefined) return { chart: whole, taken: read };
  let chart: Chart | undefined;
  const taken: ReadLink[] = [];
  for (const next of read) {
    const extended = await unlessRefused(() => extendChart(engine, chart, [next.bytes]));
    if (extended === undefined) {
      problems.push({ kind: "link refused", chart: id, link: toHex(next.link.hash) });
      continue;
    }
    chart = extended;
    taken.push(next);
  }
  return { chart, taken };
}

async function unlessRefused<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ChirographError) return undefined;
    throw error;
  }
}

function linkRow({ link, batch }: ReadLink): LinkRow {
  const { chart, hash, generation, previous, bytes } = link;
  return { chart: toHex(chart), hash: toHex(hash), generation, previous: previous.map(toHex), bytes, batch };
}

function batchesOf(taken: readonly ReadLink[]): Map<Id, Id> {
  const batches = new Map<Id, Id>();
  for (const { link, batch } of taken) {
    for (const change of link.changes)
      if (change.type === "version") batches.set(toHex(change.version), batch);
  }
  return batches;
}

/** The engine, which asks for the same signature once: a link is read alone, and then in its chart. */
function verifyingOnce(engine: Engine): Engine {
  const valid = new Map<Hash, Promise<boolean>>();
  return {
    ...engine,
    async ed25519Verify(check: SignatureCheck) {
      const { publicKey, signature, message } = check;
      const lengths = Uint8Array.of(publicKey.length, signature.length);
      const key = toHex(await engine.sha256([lengths, publicKey, signature, message]));
      const known = valid.get(key) ?? engine.ed25519Verify(check);
      valid.set(key, known);
      return known;
    },
  };
}

import type { Engine } from "@chirograph/engine/interface";
import { type Change, RIGHT_MANAGE, RIGHT_READ, RIGHT_WRITE } from "../chart/change.ts";
import { type ChartPlan, createWordlessChart, makeChart } from "../chart/create.ts";
import { appendLink, type Chart } from "../chart/document.ts";
import { sealClassic } from "../classic/seal.ts";
import { checkCounts } from "../cut/geometry.ts";
import { equalBytes } from "../encoding/bytes.ts";
import type { Envelope } from "../envelope/envelope.ts";
import { createOneTimeSigner, type Identity } from "../identity/identity.ts";
import type { Recipient } from "../identity/recipient.ts";
import type { RecordContent } from "../record/content.ts";
import type { FragmentSink } from "../record/body.ts";
import type { Author } from "../record/place.ts";
import { sealFirstVersion } from "../record/seal.ts";
import type { Word } from "../word/rules.ts";
import { encodeEnvelopeFile } from "./envelope-file.ts";

/** How a record becomes a folder of its own: a chart of one record (docs/format.md, section 12). */
export interface FolderPlan {
  /** Signs; without one, a key that is used once and forgotten. */
  readonly author?: Identity;
  /** Whoever may open it; the author is not among them unless named. */
  readonly readers: readonly Recipient[];
  readonly word: Word;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number;
  readonly content: RecordContent;
  readonly how: LockedHow | ClassicHow;
}

interface LockedHow {
  readonly profile: "locked";
  readonly suite: "aes-128" | "aes-256";
  /** How many fragments may be lost; a quarter, rounded down, if not told. */
  readonly tolerate?: number;
  readonly padded: boolean;
}

interface ClassicHow {
  readonly profile: "classic";
}

export interface SealedFolderResult {
  /** Content of the file `envelope`. */
  readonly envelopeFile: Uint8Array;
  readonly envelope: Envelope;
}

/** T when nothing else is asked for: a quarter of the fragments may be lost. */
export function defaultTolerance(total: number): number {
  return Math.floor(total / 4);
}

/** Seals a record into fragments that go to `sink`, and gives the file `envelope` that belongs with them. */
export async function sealFolder(
  engine: Engine,
  plan: FolderPlan,
  sink: FragmentSink,
): Promise<SealedFolderResult> {
  const author: Author = plan.author ?? (await createOneTimeSigner(engine));
  const { chart, envelope, changes } = await sealAs(engine, plan, author, sink);
  const committed = await appendLink(engine, chart, { signer: author, time: plan.time, changes });
  return { envelopeFile: encodeEnvelopeFile({ chart: committed, envelope }), envelope };
}

async function sealAs(
  engine: Engine,
  plan: FolderPlan,
  author: Author,
  sink: FragmentSink,
): Promise<{ chart: Chart; envelope: Envelope; changes: readonly Change[] }> {
  const { how, word, time, content } = plan;
  const members = membersOf(plan);
  const chartPlan: ChartPlan = { owner: author, members, time };
  if (how.profile === "classic") {
    const chart = await createWordlessChart(engine, chartPlan);
    const sealed = await sealClassic(engine, { chart }, word, { author, time, content }, sink);
    return { chart, ...sealed };
  }
  const total = word.characters.length;
  const tolerate = how.tolerate ?? defaultTolerance(total);
  // Told before Argon2 is paid.
  checkCounts(total, total - tolerate);
  const { suite, padded } = how;
  const { unlocked, envelope, change } = await sealFirstVersion(
    engine,
    (begun) => makeChart(engine, begun, chartPlan, word),
    { total, author, suite, tolerate, padded, time, content },
    sink,
  );
  return { chart: unlocked.chart, envelope, changes: [change] };
}

/** Readers read; the author writes and manages, and reads only if named a reader. */
function membersOf({ author, readers }: FolderPlan): ChartPlan["members"] {
  const isAuthor = (reader: Recipient): boolean =>
    author !== undefined && equalBytes(reader.member, author.recipient.member);
  const distinct = readers.filter(
    (reader, index) => readers.findIndex((other) => equalBytes(other.member, reader.member)) === index,
  );
  const others = distinct
    .filter((reader) => !isAuthor(reader))
    .map((recipient) => ({ recipient, rights: RIGHT_READ }));
  if (author === undefined) return others;
  const rights = RIGHT_WRITE | RIGHT_MANAGE | (distinct.some(isAuthor) ? RIGHT_READ : 0);
  return [{ recipient: author.recipient, rights }, ...others];
}

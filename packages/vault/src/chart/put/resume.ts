import {
  ChirographError,
  describeSealed,
  type Description,
  type Envelope,
  type LockedEnvelope,
  parseEnvelope,
  toHex,
} from "@chirograph/core";
import type { Id } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import type { ChartSession } from "../session.ts";
import type { CommitQueue } from "./commit-queue.ts";
import { Job } from "./job.ts";
import type { Kept } from "./keep.ts";
import { sendKept } from "./keep-version.ts";
import { type KeptDocument, parseKept } from "./kept-format.ts";
import { PendingVersion } from "./pending.ts";
import { descriptionBytes, type PutOptions, type PutResult } from "./put.ts";

/** A put of this chart that was cut short after sealing, as far as its own client can tell of it. */
export interface KeptVersion extends Description {
  readonly kept: Kept;
  readonly record: Id;
  readonly version: Id;
  readonly envelope: Envelope & LockedEnvelope;
  readonly document: KeptDocument;
}

/** Everything that is kept of a chart; what another chart keeps is left alone. */
export async function keptOf(session: ChartSession): Promise<{ versions: KeptVersion[]; spoilt: Kept[] }> {
  const versions: KeptVersion[] = [];
  const spoilt: Kept[] = [];
  for (const kept of (await session.parts.keep?.kept()) ?? []) {
    try {
      const document = await parseKept(kept.document);
      if (document.chart === session.id) versions.push(await readKept(session, kept, document));
    } catch (error) {
      // Cut short by a crash, altered, or sealed under keys that the chart does not have any more.
      if (!(error instanceof VaultError || error instanceof ChirographError)) throw error;
      spoilt.push(kept);
    }
  }
  return { versions, spoilt };
}

async function readKept(session: ChartSession, kept: Kept, document: KeptDocument): Promise<KeptVersion> {
  const { engine } = session.parts;
  const envelope = await parseEnvelope(engine, document.envelope);
  if (envelope.profile !== "locked" || envelope.total !== document.targets.length) {
    throw new VaultError("malformed", "What is kept of a put does not fit together.");
  }
  const description = await describeSealed(engine, session.unlocked, envelope);
  const [record, version] = [toHex(envelope.record), toHex(envelope.version)];
  return { ...description, kept, record, version, envelope, document };
}

/**
 * Sends what is left of kept fragments, and commits them. What was committed already, the answer being lost, is told
 * as it is.
 * @throws VaultError `stale` where it was sealed under keys that are old by now, or its reservation is over: only its
 *   source can be put again
 */
export async function resumeVersion(
  queue: CommitQueue,
  session: ChartSession,
  wanted: KeptVersion,
  options: PutOptions = {},
): Promise<PutResult> {
  const { kept, record, version: id, envelope, document } = wanted;
  await session.ask();
  if (session.unlocked.chart.state.recordOf.get(id) === record) {
    await kept.drop();
    return { index: 0, record, version: id, storesMissing: [] };
  }
  const chartKey = session.unlocked.epochs.get(envelope.epoch)?.chartKey;
  if (chartKey === undefined || document.expires <= session.parts.now()) throw stale();

  const { targets, reservation } = document;
  const version = new PendingVersion(
    {
      record: envelope.record,
      suite: "aes-128",
      padded: true,
      time: wanted.card.time,
      content: () => Promise.reject(stale()),
      signal: options.signal,
    },
    { content: undefined, isSmall: false },
  );
  version.kept = kept;
  await options.onSealed?.({ index: 0, record, version: id, envelope, targets });
  await sendKept(session.parts, version, { envelope, targets, reservation, chartKey });
  const job = new Job(session, { versions: [version], weightBytes: 2 * descriptionBytes(wanted.inside) });
  queue.add(job);
  const [committed] = await job.outcome;
  await kept.drop();
  return { index: 0, ...committed! };
}

function stale(): VaultError {
  return new VaultError("stale", "What was sealed is too old to go on with: its files must be put again.");
}

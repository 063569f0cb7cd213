import {
  chartPlace,
  equalBytes,
  type LotVersion,
  parentOf,
  type SealedLot,
  type SealedSmall,
  signSmall,
  type UnlockedChart,
  wholeContent,
} from "@chirograph/core";
import type { VaultParts } from "../parts.ts";
import type { Sealing } from "./sealing.ts";
import type { Small } from "./small.ts";

/** What is given away at a time: enough to be worth a message, and little to be late. */
const LOT_VERSIONS = 16;
const LOT_BYTES = 1_048_576;
/** What weighs more, as by a description of very many files, is too much for another's memory. */
const MOST_BYTES: number = 1.5 * 1_048_576;

/** The same versions in their order, some at a time that are sealed under one chart by one author. */
export function* lotsOf(group: readonly Small[]): Generator<readonly Small[], void, void> {
  let lot: Small[] = [];
  let bytes = 0;
  for (const small of group) {
    const { unlocked, job } = small;
    const fits = lot.length < LOT_VERSIONS && bytes + job.weightBytes <= LOT_BYTES;
    if (lot.length > 0 && (!fits || lot[0]!.unlocked !== unlocked)) {
      yield lot;
      lot = [];
      bytes = 0;
    }
    lot.push(small);
    bytes += job.weightBytes;
  }
  if (lot.length > 0) yield lot;
}

/**
 * Has others seal a lot. What they cannot seal stays as it was, and where they are gone that is all: whoever seals it
 * here finds out what is wrong with it.
 */
export async function sealByOthers(
  { engine }: VaultParts,
  sealing: Sealing,
  { lot, tolerate }: { readonly lot: readonly Small[]; readonly tolerate: number },
): Promise<void> {
  const [{ unlocked, job }] = lot as [Small];
  const { identity: author } = job.session;
  const given: Small[] = [];
  const versions: LotVersion[] = [];
  for (const small of lot) {
    // Whoever wants to see sealed bytes on their way sees those that are sealed here.
    if (small.version.plan.onSealedBytes !== undefined || small.job.weightBytes > MOST_BYTES) continue;
    await small.job.attempt(async () => {
      versions.push(await readVersion(small, tolerate));
      given.push(small);
    });
  }
  if (versions.length === 0) return;
  let sealed: SealedLot;
  try {
    const place = await chartPlace(engine, unlocked, author);
    sealed = await sealing.seal({ place, author, tolerate, versions });
  } catch {
    return;
  }
  for (const [at, small] of given.entries()) {
    const unsigned = sealed[at];
    if (unsigned === undefined) continue;
    await small.job.attempt(async () => {
      const signed = await signSmall(engine, unsigned, author);
      if (isOf(versions[at]!, unlocked, signed)) small.sealed = signed;
    });
  }
}

/** Whether what came back is what was given: a lot that was mixed up must not become somebody else's record. */
function isOf({ record, parent }: LotVersion, { chart }: UnlockedChart, { envelope }: SealedSmall): boolean {
  return (
    equalBytes(envelope.record, record) &&
    equalBytes(envelope.parent, parent) &&
    equalBytes(envelope.chart, chart.state.chart)
  );
}

async function readVersion({ version, unlocked, job }: Small, tolerate: number): Promise<LotVersion> {
  const plan = await version.versionPlan({ author: job.session.identity, tolerate });
  const { suite, time, padded, content } = plan;
  const { shape, entries, kind, metadata } = content;
  const record = version.plan.record;
  return {
    record,
    parent: parentOf(unlocked.chart.state, record),
    suite,
    time,
    padded,
    // Nothing else that a caller's objects may have with them.
    content: {
      shape,
      entries: entries.map(({ path, bytes }) => ({ path, bytes })),
      kind,
      metadata: new Map(metadata),
    },
    data: await wholeContent(content),
  };
}

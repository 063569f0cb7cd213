import type { Engine } from "@chirograph/engine/interface";
import type { VersionChange } from "../chart/change.ts";
import { FIRST_EPOCH, newChart, type NewChart } from "../chart/create.ts";
import {
  deriveCardKey,
  deriveInsideKey,
  deriveReaderSecret,
  type EpochSecrets,
  type VersionSecrets,
} from "../chart/secrets.ts";
import { type ChartState, currentEpoch } from "../chart/state.ts";
import type { UnlockedChart } from "../chart/unlock.ts";
import { toHex } from "../encoding/bytes.ts";
import { sealCard } from "../envelope/card.ts";
import { type Envelope, signEnvelope } from "../envelope/envelope.ts";
import { sealInside } from "../envelope/inside.ts";
import { notForYou } from "../error.ts";
import type { Identity, Signer } from "../identity/identity.ts";
import { MEMBER_ID_BYTES } from "../identity/recipient.ts";
import { newId, NO_ID, type Scope } from "../ids.ts";
import { suiteNamed } from "../suite.ts";
import { bindingOf } from "./binding.ts";
import { type BodyPlan, type FragmentSink, sealBody, type SealedBody } from "./body.ts";

/** Who signs a version: somebody with an identity, or a one-time key. */
export type Author = Identity | Signer;

export interface VersionPlan extends BodyPlan {
  readonly author: Author;
  readonly suite: "aes-128" | "aes-256";
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number;
  /** Adds a version to this record; a new record otherwise. */
  readonly record?: Uint8Array;
}

/** A version that was sealed and cut, and the change that makes it part of its chart. */
export interface SealedVersion {
  readonly envelope: Envelope;
  readonly change: VersionChange;
}

/**
 * Seals a record under three locks and cuts it (docs/format.md, section 13). Every attempt has a version id and
 * secrets of its own; one that fails leaves nothing that a later one would use again.
 */
export async function sealVersion(
  engine: Engine,
  unlocked: UnlockedChart,
  plan: VersionPlan,
  sink: FragmentSink,
): Promise<SealedVersion> {
  const scope = newScope(engine, plan, {
    chart: unlocked.chart.state.chart,
    epoch: currentEpoch(unlocked.chart.state)?.number ?? 0,
  });
  const secrets = await versionSecrets(engine, unlocked.epochs.get(scope.epoch), scope);
  const body = await sealBody(engine, { scope, secrets, total: unlocked.wordLength }, plan, sink);
  return signVersion(engine, unlocked.chart.state, body, plan);
}

/**
 * Seals the first version in a chart that is made meanwhile: a chart's secrets do not come from its word, and Argon2id
 * takes its time.
 * @param make the chart of which this is the first version
 * @param total n: the characters of the chart's word
 * @throws what making the chart threw, when nobody writes to the sink any more; no more is written than was begun
 */
export async function sealFirstVersion(
  engine: Engine,
  make: (begun: NewChart) => Promise<UnlockedChart>,
  { total, ...plan }: VersionPlan & { readonly total: number },
  sink: FragmentSink,
): Promise<SealedVersion & { readonly unlocked: UnlockedChart }> {
  const begun = newChart(engine);
  const scope = newScope(engine, plan, { chart: begun.chart, epoch: FIRST_EPOCH });
  const secrets = await versionSecrets(engine, begun.secrets, scope);
  const making = make(begun);
  const sealing = sealBody(engine, { scope, secrets, total }, plan, unlessFailed(making, sink));
  const [made, sealed] = await Promise.allSettled([making, sealing]);
  if (made.status === "rejected") throw made.reason;
  if (sealed.status === "rejected") throw sealed.reason;
  const unlocked = made.value;
  return { ...(await signVersion(engine, unlocked.chart.state, sealed.value, plan)), unlocked };
}

/** The sink, as long as some work did not fail. */
function unlessFailed(work: Promise<unknown>, sink: FragmentSink): FragmentSink {
  let failure: { readonly reason: unknown } | undefined;
  work.catch((reason: unknown) => (failure = { reason }));
  return {
    open: (fragments) => sink.open(fragments),
    async write(index, bytes) {
      if (failure !== undefined) throw failure.reason;
      await sink.write(index, bytes);
    },
  };
}

/** The envelope around what was written, and the change that makes the version part of its chart. */
async function signVersion(
  engine: Engine,
  chart: ChartState,
  { scope, secrets, ...body }: SealedBody,
  plan: VersionPlan,
): Promise<SealedVersion> {
  const { entries, shape, kind, metadata } = plan.content;
  const binding = await bindingOf(engine, chart);
  const envelope = await signEnvelope(
    engine,
    {
      profile: "locked",
      ...scope,
      ...body,
      parent: parentOf(chart, scope.record),
      total: body.geometry.total,
      needed: body.geometry.needed,
      card: await sealCard(engine, await deriveCardKey(engine, secrets.readerSecret, scope), scope, {
        binding,
        time: plan.time,
        kind,
        author: authorMember(chart, plan.author),
      }),
      inside: await sealInside(engine, await deriveInsideKey(engine, secrets, scope), scope, {
        binding,
        shape,
        entries,
        metadata,
      }),
    },
    plan.author,
  );
  return { envelope, change: versionChange(envelope) };
}

/** What a chart says of a version. */
export function versionChange(envelope: Envelope): VersionChange {
  const { record, version, parent, epoch, suite, total, needed, hash } = envelope;
  return { type: "version", record, version, parent, epoch, suite, total, needed, envelopeHash: hash };
}

/** The author's member id, or zeros for whoever has none in this chart: a one-time key, an owner who is no member. */
export function authorMember({ everMembers }: ChartState, author: Author): Uint8Array {
  const named = "recipient" in author && everMembers.has(toHex(author.recipient.member));
  return named ? author.recipient.member : new Uint8Array(MEMBER_ID_BYTES);
}

function newScope(engine: Engine, plan: VersionPlan, place: Pick<Scope, "chart" | "epoch">): Scope {
  return {
    suite: suiteNamed(plan.suite).id,
    ...place,
    record: plan.record ?? newId(engine),
    version: newId(engine),
  };
}

/** The record's last version, erased or not; `NO_ID` for a new record. */
export function parentOf({ records }: ChartState, record: Uint8Array): Uint8Array {
  return records.get(toHex(record))?.versions.at(-1)?.version ?? NO_ID;
}

async function versionSecrets(
  engine: Engine,
  epoch: EpochSecrets | undefined,
  scope: Scope,
): Promise<VersionSecrets> {
  if (epoch === undefined) throw notForYou();
  return {
    readerSecret: await deriveReaderSecret(engine, epoch.chartKey, scope),
    chartSecret: epoch.chartSecret,
  };
}

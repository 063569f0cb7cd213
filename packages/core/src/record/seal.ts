import type { Engine } from "@chirograph/engine/interface";
import type { VersionChange } from "../chart/change.ts";
import { FIRST_EPOCH, newChart, type NewChart } from "../chart/create.ts";
import { deriveCardKey, deriveInsideKey, deriveReaderSecret, type VersionSecrets } from "../chart/secrets.ts";
import type { UnlockedChart } from "../chart/unlock.ts";
import { sealCard } from "../envelope/card.ts";
import { type Envelope, type LockedEnvelope, signEnvelope } from "../envelope/envelope.ts";
import { sealInside } from "../envelope/inside.ts";
import type { Signer } from "../identity/identity.ts";
import { newId, type Scope } from "../ids.ts";
import { suiteNamed } from "../suite.ts";
import { type BodyPlan, type FragmentSink, sealBody, type SealedBody } from "./body.ts";
import { type Author, type ChartPlace, type VersionPlace, versionPlace } from "./place.ts";

/** What is sealed, and how, wherever it goes and whoever signs it. */
export interface ContentPlan extends BodyPlan {
  readonly suite: "aes-128" | "aes-256";
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number;
}

export interface VersionPlan extends ContentPlan {
  readonly author: Author;
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
  const place = await versionPlace(engine, unlocked, plan);
  return signVersion(engine, await sealUnsigned(engine, place, plan, sink), plan.author);
}

/** All of it but the signature, for whoever knows the place and not the chart. */
export async function sealUnsigned(
  engine: Engine,
  place: VersionPlace,
  plan: ContentPlan,
  sink: FragmentSink,
): Promise<LockedEnvelope> {
  const scope = newScope(engine, plan, place);
  const secrets = await versionSecrets(engine, place.secrets, scope);
  const body = await sealBody(engine, { scope, secrets, total: place.total }, plan, sink);
  return describeBody(engine, place, body, plan);
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
  const record = plan.record ?? newId(engine);
  const scope = newScope(engine, plan, { chart: begun.chart, epoch: FIRST_EPOCH, record });
  const secrets = await versionSecrets(engine, begun.secrets, scope);
  const making = make(begun);
  const sealing = sealBody(engine, { scope, secrets, total }, plan, unlessFailed(making, sink));
  const [made, sealed] = await Promise.allSettled([making, sealing]);
  if (made.status === "rejected") throw made.reason;
  if (sealed.status === "rejected") throw sealed.reason;
  const unlocked = made.value;
  const place = await versionPlace(engine, unlocked, { author: plan.author, record });
  const body = await describeBody(engine, place, sealed.value, plan);
  return { ...(await signVersion(engine, body, plan.author)), unlocked };
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

/** What was written, with its place and the two boxes. */
async function describeBody(
  engine: Engine,
  { binding, parent, member }: Pick<VersionPlace, "binding" | "parent" | "member">,
  { scope, secrets, ...body }: SealedBody,
  { time, content }: ContentPlan,
): Promise<LockedEnvelope> {
  const { entries, shape, kind, metadata } = content;
  const cardKey = await deriveCardKey(engine, secrets.readerSecret, scope);
  const insideKey = await deriveInsideKey(engine, secrets, scope);
  return {
    profile: "locked",
    ...scope,
    ...body,
    parent,
    total: body.geometry.total,
    needed: body.geometry.needed,
    card: await sealCard(engine, cardKey, scope, { binding, time, kind, author: member }),
    inside: await sealInside(engine, insideKey, scope, { binding, shape, entries, metadata }),
  };
}

/** The envelope, and the change that makes the version part of its chart. */
async function signVersion(engine: Engine, body: LockedEnvelope, author: Signer): Promise<SealedVersion> {
  const envelope = await signEnvelope(engine, body, author);
  return { envelope, change: versionChange(envelope) };
}

/** What a chart says of a version. */
export function versionChange(envelope: Envelope): VersionChange {
  const { record, version, parent, epoch, suite, total, needed, hash } = envelope;
  return { type: "version", record, version, parent, epoch, suite, total, needed, envelopeHash: hash };
}

function newScope(
  engine: Engine,
  { suite }: Pick<ContentPlan, "suite">,
  { chart, epoch, record }: Pick<VersionPlace, "chart" | "epoch" | "record">,
): Scope {
  return { suite: suiteNamed(suite).id, chart, epoch, record, version: newId(engine) };
}

async function versionSecrets(
  engine: Engine,
  { chartKey, chartSecret }: ChartPlace["secrets"],
  scope: Scope,
): Promise<VersionSecrets> {
  return { readerSecret: await deriveReaderSecret(engine, chartKey, scope), chartSecret };
}

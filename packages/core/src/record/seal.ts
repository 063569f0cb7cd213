import type { Engine, SealedStripes } from "@chirograph/engine/interface";
import type { VersionChange } from "../chart/change.ts";
import {
  deriveCardKey,
  deriveContentKey,
  deriveInsideKey,
  deriveMarkKey,
  deriveReaderSecret,
  type VersionSecrets,
} from "../chart/secrets.ts";
import { type ChartState, currentEpoch } from "../chart/state.ts";
import type { UnlockedChart } from "../chart/unlock.ts";
import { fragmentHead, fragmentRoot, fragmentTail } from "../cut/fragment.ts";
import { type Geometry, planGeometry } from "../cut/geometry.ts";
import { type Marks, marksOf } from "../cut/marks.ts";
import { SECRET_BYTES, shareSecret } from "../cut/shamir.ts";
import { parityRows } from "../cut/reed-solomon.ts";
import { sealedBytesOf } from "../cut/stripes.ts";
import { LEAF_PREFIX } from "../cut/tree.ts";
import { toHex, wipe } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { sealCard } from "../envelope/card.ts";
import { type Envelope, signEnvelope } from "../envelope/envelope.ts";
import { contentBytes, sealInside } from "../envelope/inside.ts";
import { paddedRecordBytes } from "../envelope/padding.ts";
import { checkEntries } from "../envelope/path.ts";
import { notForYou } from "../error.ts";
import type { Identity, Signer } from "../identity/identity.ts";
import { MEMBER_ID_BYTES } from "../identity/recipient.ts";
import { epochBytes, newId, NO_ID, type Scope, scopeBytes } from "../ids.ts";
import { newMessageKey } from "../layer1/key.ts";
import { CHUNK_BYTES } from "../layer1/size.ts";
import { suiteNamed, suiteNumbered } from "../suite.ts";
import { bindingOf } from "./binding.ts";
import { padContent, type RecordContent } from "./content.ts";

/** Where the fragments of a version go, piece by piece. The core knows no places. */
export interface FragmentSink {
  /** Called once, before the first byte: one entry a fragment, in order. */
  open(fragments: readonly PlannedFragment[]): Promise<void>;
  /** The next bytes of fragment `index`. They are valid only until the promise settles. */
  write(index: number, bytes: Uint8Array): Promise<void>;
}

export interface PlannedFragment {
  /** Its id in hexadecimal: a name that tells nothing. */
  readonly name: string;
  /** Its length, where it is known beforehand. */
  readonly sizeBytes: number;
}

/** Who signs a version: somebody with an identity, or a one-time key. */
export type Author = Identity | Signer;

export interface VersionPlan {
  readonly author: Author;
  readonly suite: "aes-128" | "aes-256";
  /** T: how many of the n fragments may be lost, 0 to n − 2. */
  readonly tolerate: number;
  /** Whether the record's length is hidden by Padmé. */
  readonly padded: boolean;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number;
  readonly content: RecordContent;
  /** Adds a version to this record; a new record otherwise. */
  readonly record?: Uint8Array;
  /** Sees the sealed bytes, in their order, on their way to the cut. They are valid only during the call. */
  readonly onSealedBytes?: (bytes: Uint8Array) => void;
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
  const { entries, shape } = plan.content;
  checkEntries(shape, entries);
  const bytes = contentBytes(entries);
  const recordBytes = plan.padded ? paddedRecordBytes(bytes) : bytes;
  const total = unlocked.wordLength;
  const geometry = planGeometry({ total, needed: total - plan.tolerate, recordBytes });
  const scope = newScope(engine, unlocked, plan);
  const secrets = await versionSecrets(engine, unlocked, scope);

  const fragmentSecret = engine.randomBytes(SECRET_BYTES);
  const marks = await marksOf(engine, await deriveMarkKey(engine, secrets.chartSecret, scope), total);
  const ids = marks.map(() => newId(engine));
  await sink.open(ids.map((id) => ({ name: toHex(id), sizeBytes: geometry.fragmentBytes })));

  const contentKey = await deriveContentKey(engine, secrets, fragmentSecret, scope);
  const messageKey = await newMessageKey(engine, {
    suite: suiteNumbered(scope.suite),
    inputKey: contentKey,
    context: labelled("record", scopeBytes(scope), epochBytes(scope.epoch)),
  });
  const stripes = engine.sealStripes({
    ...messageKey,
    chunkBytes: CHUNK_BYTES,
    shape: geometry,
    leafPrefix: LEAF_PREFIX,
    parity: parityRows(total, geometry.needed),
    data: padContent(plan.content.data, bytes, recordBytes),
  });
  const sealed = watched(stripes, geometry, plan.onSealedBytes);
  const shares = shareSecret(engine, fragmentSecret, geometry);
  const roots = await writeFragments(
    engine,
    { version: scope.version, geometry, marks, shares, sealed },
    sink,
  );
  const fragmentCheck = await fragmentCheckOf(engine, scope, fragmentSecret);
  wipe(contentKey, fragmentSecret, messageKey.key);

  const binding = await bindingOf(engine, unlocked.chart.state);
  const parent = parentOf(unlocked, scope.record);
  const envelope = await signEnvelope(
    engine,
    {
      profile: "locked",
      ...scope,
      parent,
      total,
      needed: geometry.needed,
      recordBytes,
      geometry,
      fragmentCheck,
      places: marks.map((mark, index) => ({ ...mark, id: ids[index]!, root: roots[index]! })),
      card: await sealCard(engine, await deriveCardKey(engine, secrets.readerSecret, scope), scope, {
        binding,
        time: plan.time,
        kind: plan.content.kind,
        author: authorMember(unlocked.chart.state, plan.author),
      }),
      inside: await sealInside(engine, await deriveInsideKey(engine, secrets, scope), scope, {
        binding,
        shape,
        entries,
        metadata: plan.content.metadata,
      }),
    },
    plan.author,
  );
  return { envelope, change: versionChange(envelope) };
}

/** Shows the sealed bytes, which lie in the data fragments, to whoever wants to see them. */
async function* watched(
  sealed: AsyncIterable<SealedStripes>,
  geometry: Geometry,
  see: VersionPlan["onSealedBytes"],
): AsyncGenerator<SealedStripes, void, void> {
  for await (const stripes of sealed) {
    if (see !== undefined) for (const bytes of sealedBytesOf(stripes, geometry)) see(bytes);
    yield stripes;
  }
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

/** SHA-256 that tells a right fragment secret from a wrong one (docs/format.md, section 8). */
export function fragmentCheckOf(
  engine: Engine,
  scope: Scope,
  secret: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return engine.sha256([labelled("fragment-check", scopeBytes(scope), secret)]);
}

function newScope(engine: Engine, { chart }: UnlockedChart, plan: VersionPlan): Scope {
  return {
    suite: suiteNamed(plan.suite).id,
    chart: chart.state.chart,
    record: plan.record ?? newId(engine),
    version: newId(engine),
    epoch: currentEpoch(chart.state)?.number ?? 0,
  };
}

/** The record's last version, erased or not; `NO_ID` for a new record. */
export function parentOf(unlocked: Pick<UnlockedChart, "chart">, record: Uint8Array): Uint8Array {
  return unlocked.chart.state.records.get(toHex(record))?.versions.at(-1)?.version ?? NO_ID;
}

async function versionSecrets(
  engine: Engine,
  unlocked: UnlockedChart,
  scope: Scope,
): Promise<VersionSecrets> {
  const epoch = unlocked.epochs.get(scope.epoch);
  if (epoch === undefined) throw notForYou();
  return {
    readerSecret: await deriveReaderSecret(engine, epoch.chartKey, scope),
    chartSecret: epoch.chartSecret,
  };
}

/** Writes head, blocks and tail of every fragment; gives the roots. */
async function writeFragments(
  engine: Engine,
  version: {
    version: Uint8Array;
    geometry: Geometry;
    marks: readonly Marks[];
    shares: readonly Uint8Array[];
    sealed: AsyncIterable<SealedStripes>;
  },
  sink: FragmentSink,
): Promise<Uint8Array[]> {
  const { geometry, marks, shares } = version;
  const leaves: Uint8Array[][] = marks.map(() => []);
  const toAll = (bytesOf: (index: number) => Uint8Array): Promise<void[]> =>
    Promise.all(marks.map((_, index) => sink.write(index, bytesOf(index))));

  await toAll((index) => fragmentHead({ head: marks[index]!.head, share: shares[index]! }));
  for await (const stripes of version.sealed) {
    stripes.leaves.forEach((some, index) => leaves[index]!.push(...some));
    await toAll((index) => stripes.fragments[index]!);
  }
  await toAll((index) => fragmentTail({ leaves: leaves[index]!, tail: marks[index]!.tail }));

  return Promise.all(
    marks.map((mark, index) => {
      const frame = { ...mark, share: shares[index]!, leaves: leaves[index]! };
      return fragmentRoot(engine, version.version, index, frame, geometry);
    }),
  );
}

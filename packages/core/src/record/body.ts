import type { Engine, SealedStripes } from "@chirograph/engine/interface";
import { deriveContentKey, deriveMarkKey, type VersionSecrets } from "../chart/secrets.ts";
import { fragmentHead, fragmentRoot, fragmentTail } from "../cut/fragment.ts";
import { type Geometry, planGeometry } from "../cut/geometry.ts";
import { type Marks, marksOf } from "../cut/marks.ts";
import { parityRows } from "../cut/reed-solomon.ts";
import { SECRET_BYTES, shareSecret } from "../cut/shamir.ts";
import { sealedBytesOf } from "../cut/stripes.ts";
import { LEAF_PREFIX } from "../cut/tree.ts";
import { toHex, wipe } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import type { LockedEnvelope } from "../envelope/envelope.ts";
import { contentBytes } from "../envelope/inside.ts";
import { paddedRecordBytes } from "../envelope/padding.ts";
import { checkEntries } from "../envelope/path.ts";
import { epochBytes, newId, type Scope, scopeBytes } from "../ids.ts";
import { type MessageKey, newMessageKey } from "../layer1/key.ts";
import { CHUNK_BYTES } from "../layer1/size.ts";
import { suiteNumbered } from "../suite.ts";
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

/** Who a version is for, as far as its fragments go: which one it is, its secrets, and n. */
export interface BodyPlace {
  readonly scope: Scope;
  readonly secrets: VersionSecrets;
  readonly total: number;
}

export interface BodyPlan {
  /** T: how many of the n fragments may be lost, 0 to n − 2. */
  readonly tolerate: number;
  /** Whether the record's length is hidden by Padmé. */
  readonly padded: boolean;
  readonly content: RecordContent;
  /** Sees the sealed bytes, in their order, on their way to the cut. They are valid only during the call. */
  readonly onSealedBytes?: ((bytes: Uint8Array) => void) | undefined;
}

/** What was written of a version, and what its envelope says of that. */
export interface SealedBody extends Pick<
  LockedEnvelope,
  "recordBytes" | "geometry" | "fragmentCheck" | "places"
> {
  readonly scope: Scope;
  readonly secrets: VersionSecrets;
}

/** Seals the content of a version, cuts it and writes its fragments, whose order, ids and roots come back. */
export async function sealBody(
  engine: Engine,
  place: BodyPlace,
  plan: BodyPlan,
  sink: FragmentSink,
): Promise<SealedBody> {
  const { scope, secrets, total } = place;
  const { entries, shape } = plan.content;
  checkEntries(shape, entries);
  const bytes = contentBytes(entries);
  const recordBytes = plan.padded ? paddedRecordBytes(bytes) : bytes;
  const geometry = planGeometry({ total, needed: total - plan.tolerate, recordBytes });

  const fragmentSecret = engine.randomBytes(SECRET_BYTES);
  try {
    const marks = await marksOf(engine, await deriveMarkKey(engine, secrets.chartSecret, scope), total);
    const ids = marks.map(() => newId(engine));
    await sink.open(ids.map((id) => ({ name: toHex(id), sizeBytes: geometry.fragmentBytes })));
    const data = padContent(plan.content.data, bytes, recordBytes);
    const cut = { geometry, marks, fragmentSecret, data, onSealedBytes: plan.onSealedBytes };
    const roots = await sealFragments(engine, place, cut, sink);
    const fragmentCheck = await fragmentCheckOf(engine, scope, fragmentSecret);
    const places = marks.map((mark, index) => ({ ...mark, id: ids[index]!, root: roots[index]! }));
    return { scope, secrets, recordBytes, geometry, fragmentCheck, places };
  } finally {
    wipe(fragmentSecret);
  }
}

/** Fragments under a key that is made for them and forgotten; gives their roots. */
async function sealFragments(
  engine: Engine,
  { scope, secrets, total }: BodyPlace,
  cut: {
    geometry: Geometry;
    marks: readonly Marks[];
    fragmentSecret: Uint8Array;
    data: AsyncIterable<Uint8Array>;
    onSealedBytes: BodyPlan["onSealedBytes"];
  },
  sink: FragmentSink,
): Promise<Uint8Array[]> {
  const { geometry, marks, fragmentSecret } = cut;
  const messageKey = await bodyKey(engine, scope, secrets, fragmentSecret);
  try {
    const stripes = engine.sealStripes({
      ...messageKey,
      chunkBytes: CHUNK_BYTES,
      shape: geometry,
      leafPrefix: LEAF_PREFIX,
      parity: parityRows(total, geometry.needed),
      data: cut.data,
    });
    const shares = shareSecret(engine, fragmentSecret, geometry);
    const sealed = watched(stripes, geometry, cut.onSealedBytes);
    return await writeFragments(engine, { version: scope.version, geometry, marks, shares, sealed }, sink);
  } finally {
    wipe(messageKey.key);
  }
}

async function bodyKey(
  engine: Engine,
  scope: Scope,
  secrets: VersionSecrets,
  fragmentSecret: Uint8Array,
): Promise<MessageKey> {
  const contentKey = await deriveContentKey(engine, secrets, fragmentSecret, scope);
  try {
    return await newMessageKey(engine, {
      suite: suiteNumbered(scope.suite),
      inputKey: contentKey,
      context: labelled("record", scopeBytes(scope), epochBytes(scope.epoch)),
    });
  } finally {
    wipe(contentKey);
  }
}

/** Shows the sealed bytes, which lie in the data fragments, to whoever wants to see them. */
async function* watched(
  sealed: AsyncIterable<SealedStripes>,
  geometry: Geometry,
  see: BodyPlan["onSealedBytes"],
): AsyncGenerator<SealedStripes, void, void> {
  for await (const stripes of sealed) {
    if (see !== undefined) for (const bytes of sealedBytesOf(stripes, geometry)) see(bytes);
    yield stripes;
  }
}

/** SHA-256 that tells a right fragment secret from a wrong one (docs/format.md, section 8). */
export function fragmentCheckOf(
  engine: Engine,
  scope: Scope,
  secret: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return engine.sha256([labelled("fragment-check", scopeBytes(scope), secret)]);
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
  const toAll = (bytesOf: (index: number) => Uint8Array): Promise<void> =>
    toTheirEnd(marks.map((_, index) => sink.write(index, bytesOf(index))));

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

/** What writes were lent is theirs until all of them are over, also where one fails. */
async function toTheirEnd(writes: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(writes)).find((write) => write.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

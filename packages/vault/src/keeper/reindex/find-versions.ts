import {
  admitEnvelope,
  type Chart,
  ChirographError,
  type Envelope,
  type LockedEnvelope,
  parseEnvelope,
  surveyFragments,
  toHex,
} from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import type { Hash, Id, Place } from "../../catalogue.ts";
import { StoredFragment } from "../fragment-sources.ts";
import type { ObjectRow, VersionRow } from "../rows.ts";
import type { Reach } from "../verify/reach.ts";
import type { FragmentIndex, IndexedObject } from "./fragment-index.ts";

/** A version as its chart names it. */
export interface NamedVersion {
  readonly version: Id;
  readonly record: Id;
  readonly chart: Id;
  readonly batch: Id;
  readonly total: number;
  readonly envelopeHash: Hash;
  readonly erased: boolean;
}

/** All versions of a chart; `batchOf` knows the batch of each. */
export function namedVersions({ state }: Chart, batchOf: ReadonlyMap<Id, Id>): NamedVersion[] {
  const chart = toHex(state.chart);
  return [...state.records].flatMap(([record, { versions }]) =>
    versions.map(({ version, total, envelopeHash, erased }) => ({
      version: toHex(version),
      record,
      chart,
      batch: batchOf.get(toHex(version))!,
      total,
      envelopeHash: toHex(envelopeHash),
      erased,
    })),
  );
}

/** The envelope, if it is one of this vault and its chart stands behind it; an erased one is looked for to be deleted. */
export async function admitted(
  engine: Engine,
  chart: Chart,
  bytes: Uint8Array,
): Promise<(Envelope & LockedEnvelope) | undefined> {
  try {
    const envelope = await parseEnvelope(engine, bytes);
    if (envelope.profile !== "locked") return undefined;
    requireAdmitted(chart, envelope);
    return envelope;
  } catch (error) {
    if (error instanceof ChirographError) return undefined;
    throw error;
  }
}

function requireAdmitted({ state }: Chart, envelope: Envelope): void {
  try {
    admitEnvelope(state, envelope);
  } catch (error) {
    if (!(error instanceof ChirographError) || error.code !== "erased") throw error;
  }
}

/** The row of a version whose envelope was found, and of the objects that it is the first to need. */
export async function versionRow(
  engine: Engine,
  reach: Reach,
  fragments: FragmentIndex,
  {
    order,
    named,
    envelope,
  }: {
    /** Stores by the settings' order. */
    readonly order: ReadonlyMap<Id, number>;
    readonly named: NamedVersion;
    readonly envelope: Envelope & LockedEnvelope;
  },
): Promise<{ version: VersionRow; objects: ObjectRow[] }> {
  const objects: ObjectRow[] = [];
  const places: (Place | null)[] = [];
  for (const [index, { id }] of envelope.places.entries()) {
    const claims = fragments
      .placesOf(id)
      .filter(({ lengthBytes }) => lengthBytes === envelope.geometry.fragmentBytes)
      .toSorted(
        (left, right) =>
          order.get(left.store)! - order.get(right.store)! || (left.object < right.object ? -1 : 1),
      );
    const chosen =
      claims.length > 1 ? await firstRight(engine, reach, { envelope, index, claims }) : claims[0];
    const needed = chosen && fragments.need(id, chosen);
    if (needed !== undefined) objects.push(objectRow(needed));
    places.push(chosen ?? null);
  }
  const { version, record, chart, batch, erased } = named;
  return { version: { version, record, chart, batch, envelope: envelope.bytes, places, erased }, objects };
}

function objectRow({ store, name, sizeBytes }: IndexedObject): ObjectRow {
  return { store, name, sizeBytes, kind: "fragment", state: "live", batch: undefined, envelopes: false };
}

/** The row of a version of which nothing but its name in the chart is left. */
export function bareRow({ version, record, chart, batch, erased, total }: NamedVersion): VersionRow {
  const places = Array.from({ length: total }, () => null);
  return { version, record, chart, batch, envelope: undefined, places, erased };
}

/** Of several that claim to be one fragment, the first whose frame is right: a store may claim what it does not have. */
async function firstRight(
  engine: Engine,
  reach: Reach,
  {
    envelope,
    index,
    claims,
  }: { envelope: Envelope & LockedEnvelope; index: number; claims: readonly Place[] },
): Promise<Place> {
  for (const place of claims) {
    const store = reach.store(place.store);
    if (store === undefined) continue;
    const source = new StoredFragment(store, place, reach.signal);
    const { known } = await surveyFragments(engine, envelope, [{ name: "", source }]);
    if (known.some((fragment) => fragment.index === index)) return place;
  }
  return claims[0]!;
}

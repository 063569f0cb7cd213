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
import type { Keeping } from "../keeping.ts";
import type { ObjectRow, VersionRow } from "../rows.ts";
import type { Reach } from "../verify/reach.ts";
import { choosePlaces } from "./choose-places.ts";
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
  { engine, settings }: Pick<Keeping, "engine" | "settings">,
  reach: Reach,
  fragments: FragmentIndex,
  {
    named,
    envelope,
    known,
  }: {
    readonly named: NamedVersion;
    readonly envelope: Envelope & LockedEnvelope;
    /** Where the rows have its fragments already: there they stay. */
    readonly known: readonly (Place | null)[];
  },
): Promise<{ version: VersionRow; objects: ObjectRow[] }> {
  const { fragmentBytes } = envelope.geometry;
  const places = await choosePlaces(settings, {
    needed: envelope.needed,
    claims: envelope.places.map(({ id }, index) => {
      const stays = known[index] ?? null;
      if (stays !== null) return [stays];
      return fragments.placesOf(id).filter(({ lengthBytes }) => lengthBytes === fragmentBytes);
    }),
    isRight: (index, place) => isFragment(engine, reach, { envelope, index, place }),
  });
  const objects = places.flatMap((place, index) => {
    const needed = place && fragments.need(envelope.places[index]!.id, place);
    return needed ? [objectRow(needed)] : [];
  });
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

/** Whether the frame of what lies there is the fragment's: a store may claim what it does not have. */
async function isFragment(
  engine: Engine,
  reach: Reach,
  { envelope, index, place }: { envelope: Envelope & LockedEnvelope; index: number; place: Place },
): Promise<boolean> {
  const store = reach.store(place.store);
  if (store === undefined) return false;
  const source = new StoredFragment(store, place, reach.signal);
  const { known } = await surveyFragments(engine, envelope, [{ name: "", source }]);
  return known.some((fragment) => fragment.index === index);
}

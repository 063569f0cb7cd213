import type { Engine } from "@chirograph/engine/interface";
import { wipe } from "../encoding/bytes.ts";
import type { Signer } from "../identity/identity.ts";
import type { RecordContent } from "./content.ts";
import type { ChartPlace } from "./place.ts";
import type { ContentPlan } from "./seal.ts";
import { sealSmallUnsigned, type UnsignedSmall } from "./small.ts";

/** Small versions of one chart that are sealed together: plain values, which another thread can be given. */
export interface Lot {
  readonly place: ChartPlace;
  /** Who is to sign them: his key stays where it is. */
  readonly author: Pick<Signer, "signing">;
  readonly tolerate: number;
  readonly versions: readonly LotVersion[];
}

export interface LotVersion extends Pick<ContentPlan, "suite" | "time" | "padded"> {
  readonly record: Uint8Array;
  /** See `VersionPlace`. */
  readonly parent: Uint8Array;
  readonly content: Omit<RecordContent, "data">;
  /** The content whole. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** `undefined` for a version that cannot be sealed: whoever seals it by itself is told why. */
export type SealedLot = readonly (UnsignedSmall | undefined)[];

/** Seals a lot, and overwrites its secrets and its contents. */
export async function sealLot(engine: Engine, lot: Lot): Promise<SealedLot> {
  const { chartKey, chartSecret } = lot.place.secrets;
  try {
    return await Promise.all(
      lot.versions.map((version) => sealOne(engine, lot, version).catch(() => undefined)),
    );
  } finally {
    wipe(chartKey, chartSecret, ...lot.versions.map(({ data }) => data));
  }
}

function sealOne(
  engine: Engine,
  { author, tolerate, place }: Lot,
  { record, parent, content, data, ...how }: LotVersion,
): Promise<UnsignedSmall> {
  const plan = { ...how, author, tolerate, content: { ...content, data: once(data) } };
  return sealSmallUnsigned(engine, { ...place, record, parent }, plan);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

import type { Engine } from "@chirograph/engine/interface";
import { wipe } from "../encoding/bytes.ts";
import type { Signer } from "../identity/identity.ts";
import type { RecordContent } from "./content.ts";
import type { ChartPlace } from "./place.ts";
import type { ContentPlan } from "./seal.ts";
import { type SealedSmall, sealSmall } from "./small.ts";

/** Small versions of one chart that are sealed together: plain values, which another thread can be given. */
export interface Lot {
  readonly place: ChartPlace;
  readonly author: Signer;
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
export type SealedLot = readonly (SealedSmall | undefined)[];

/** Seals a lot, and overwrites its secrets and its contents. */
export async function sealLot(engine: Engine, lot: Lot): Promise<SealedLot> {
  const { place, author, versions } = lot;
  try {
    return await Promise.all(
      versions.map((version) => sealOne(engine, lot, version).catch(() => undefined)),
    );
  } finally {
    const { chartKey, chartSecret } = place.secrets;
    wipe(author.signSeed, chartKey, chartSecret, ...versions.map(({ data }) => data));
  }
}

function sealOne(engine: Engine, lot: Lot, version: LotVersion): Promise<SealedSmall> {
  const { author, tolerate, place } = lot;
  const { record, parent, suite, time, padded, data } = version;
  const content = { ...version.content, data: once(data) };
  return sealSmall(
    engine,
    { ...place, record, parent },
    { author, tolerate, suite, time, padded, content },
  );
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

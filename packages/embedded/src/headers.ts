import { fromHex } from "@chirograph/core";
import { type CallOptions, readAll, type Store, StoreError } from "@chirograph/stores";
import { HEADER_NAME, type Id, MOST_HEADER_BYTES } from "@chirograph/vault";
import type { StorePlace, VaultConfig } from "./config.ts";
import { arbitrationOf } from "./places/connections.ts";

/** Before the store's id: magic and format (docs/vault.md, "What lies on a store"). */
const MAGIC = "CHGVAULT";
const ID_AT = 10;

/** Longer than what goes around a store waits for one answer, so that a silent one counts as a failure there. */
const LOOK_MS = 20_000;

/** How the header on a store compares with the one that belongs there. */
export type HeaderState =
  | "right"
  /** A disk that is not mounted, or one that was replaced. */
  | "missing"
  | "damaged"
  /** Of this vault and store, and of newer settings than are known here. */
  | "newer"
  /** It is another store's: repair would destroy it. */
  | "foreign"
  | "unreadable";

/** @throws StoreError */
async function readHeader(store: Store, options?: CallOptions): Promise<Uint8Array> {
  const head = await store.head(HEADER_NAME, options);
  if (head === null) throw new StoreError("not-found", "The store has no header.");
  if (head.sizeBytes > MOST_HEADER_BYTES) throw new StoreError("malformed", "The header is too large.");
  return readAll(store, HEADER_NAME, { offset: 0, lengthBytes: head.sizeBytes }, options);
}

/** The settings with what every store holds under its name, so that it can be put back, and what was found out of it. */
export async function withHeaders(
  { settings, places }: VaultConfig,
  stores: ReadonlyMap<Id, Store>,
): Promise<VaultConfig> {
  const held = places.map(async (place) => {
    const store = stores.get(place.id);
    const arbitration = store && arbitrationOf(store);
    return {
      ...place,
      header: store && (await readHeader(store)),
      ...(arbitration !== undefined && { arbitration }),
    };
  });
  return { settings, places: await Promise.all(held) };
}

/** `current`: the settings are being changed, or were since they were read here, so the store can be read. */
export type HeaderVerdict = "current" | "newer" | "other";

export async function headerState(
  store: Store,
  { id, header }: StorePlace,
  judge?: (id: Id, header: Uint8Array) => Promise<HeaderVerdict>,
): Promise<HeaderState> {
  const signal = AbortSignal.timeout(LOOK_MS);
  try {
    const there = await readHeader(store, { signal });
    if (header !== undefined && Buffer.compare(there, header) === 0) return "right";
    if (Buffer.from(there.subarray(0, MAGIC.length)).toString("latin1") !== MAGIC) return "damaged";
    const isOurs = Buffer.compare(there.subarray(ID_AT, ID_AT + id.length / 2), fromHex(id)!) === 0;
    if (!isOurs) return "foreign";
    if (header === undefined) return "right";
    const verdict = (await judge?.(id, there)) ?? "other";
    if (verdict === "other") return "damaged";
    return verdict === "current" ? "right" : "newer";
  } catch (error) {
    if (error === signal.reason) return "unreadable";
    if (!(error instanceof StoreError)) throw error;
    if (error.code === "not-found") return "missing";
    return error.code === "malformed" ? "damaged" : "unreadable";
  }
}

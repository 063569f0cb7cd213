import { fromHex } from "@chirograph/core";
import { readAll, type Store, StoreError } from "@chirograph/stores";
import { HEADER_NAME, type Id, MOST_HEADER_BYTES } from "@chirograph/vault";
import type { StorePlace } from "./config.ts";

/** Before the store's id: magic and format (docs/vault.md, "What lies on a store"). */
const MAGIC = "CHGVAULT";
const ID_AT = 10;

/** How the header on a store compares with the one that belongs there. */
export type HeaderState =
  | "right"
  /** A disk that is not mounted, or one that was replaced. */
  | "missing"
  | "damaged"
  /** It is another store's: repair would destroy it. */
  | "foreign"
  | "unreadable";

/** Of every store that was reached. */
export async function headerStates(
  stores: ReadonlyMap<Id, Store>,
  places: readonly StorePlace[],
): Promise<ReadonlyMap<Id, HeaderState>> {
  const reached = places.filter(({ id }) => stores.has(id));
  const states = await Promise.all(
    reached.map(async (place) => [place.id, await headerState(stores.get(place.id)!, place)] as const),
  );
  return new Map(states);
}

/** @throws StoreError */
export async function readHeader(store: Store): Promise<Uint8Array> {
  const head = await store.head(HEADER_NAME);
  if (head === null) throw new StoreError("not-found", "The store has no header.");
  if (head.sizeBytes > MOST_HEADER_BYTES) throw new StoreError("malformed", "The header is too large.");
  return readAll(store, HEADER_NAME);
}

async function headerState(store: Store, { id, header }: StorePlace): Promise<HeaderState> {
  try {
    const there = await readHeader(store);
    if (header !== undefined && Buffer.compare(there, header) === 0) return "right";
    if (Buffer.from(there.subarray(0, MAGIC.length)).toString("latin1") !== MAGIC) return "damaged";
    const isOurs = Buffer.compare(there.subarray(ID_AT, ID_AT + id.length / 2), fromHex(id)!) === 0;
    if (!isOurs) return "foreign";
    return header === undefined ? "right" : "damaged";
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.code === "not-found") return "missing";
    return error.code === "malformed" ? "damaged" : "unreadable";
  }
}

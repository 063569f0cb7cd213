import { equalBytes } from "@chirograph/core";
import { readAll, type Store, StoreError } from "@chirograph/stores";
import type { Id } from "../../catalogue.ts";
import { outdated, VaultError } from "../../error.ts";
import type { Finding } from "../findings.ts";
import { callOptions } from "../fragment-sources.ts";
import { HEADER_NAME, MOST_HEADER_BYTES, openHeaderAsKeeper } from "../header.ts";
import type { Keeping } from "../keeping.ts";
import { encodeSettings } from "../settings-format.ts";
import type { Failure, Reach } from "./reach.ts";

export type HeaderState = "right" | Failure;

/** Headers as whoever keeps copies of them knows them, by store. */
export type KnownHeaders = ReadonlyMap<Id, Uint8Array>;

/**
 * How the header of every store of the settings is. Without a copy to compare with, everything is checked but what is
 * wrapped to the owners: that, only they can open.
 * @throws VaultError `outdated` where a store shows newer settings
 */
export async function checkHeaders(
  keeping: Keeping,
  reach: Reach,
  known: KnownHeaders | undefined,
): Promise<Map<Id, HeaderState>> {
  const copies = await rightCopies(keeping, known);
  const states = await Promise.all(
    keeping.settings.stores.map(
      async ({ id }) => [id, await checkHeader(keeping, reach, id, copies.get(id))] as const,
    ),
  );
  return new Map(states);
}

/** The copies that are headers of this vault's stores: a damaged one says nothing about what a store has. */
export async function rightCopies(keeping: Keeping, known: KnownHeaders = new Map()): Promise<KnownHeaders> {
  const right = new Map<Id, Uint8Array>();
  for (const [id, bytes] of known) if (await isRightHeader(keeping, id, bytes)) right.set(id, bytes);
  return right;
}

/**
 * Stores that have their header: only these are written to, and only what these delete is deleted. A store without it
 * may be a disk that is not mounted.
 */
export function storesWithHeader(states: ReadonlyMap<Id, HeaderState>): Set<Id> {
  return new Set([...states].flatMap(([id, state]) => (state === "right" ? [id] : [])));
}

/** A store that is leaving is not asked for its header any more. */
export function headerFindings(states: ReadonlyMap<Id, HeaderState>, leaving: ReadonlySet<Id>): Finding[] {
  return [...states].flatMap(([store, state]): Finding[] => {
    if (state === "right" || leaving.has(store)) return [];
    if (state === "unreachable") return [{ kind: "store unreachable", store }];
    return [{ kind: `header ${state}`, store, object: HEADER_NAME }];
  });
}

async function checkHeader(
  keeping: Keeping,
  reach: Reach,
  id: Id,
  known: Uint8Array | undefined,
): Promise<HeaderState> {
  const bytes = await reach.ask(id, (store) => readHeader(store, reach.signal));
  if (typeof bytes === "string") return bytes;
  const isRight = known === undefined ? await isRightHeader(keeping, id, bytes) : equalBytes(bytes, known);
  if (isRight) return "right";
  await requireNotNewer(keeping, id, bytes);
  return "damaged";
}

/**
 * Whoever knows older settings than a store shows would put an older header in its place.
 * @throws VaultError `outdated`
 */
export async function requireNotNewer(keeping: Keeping, id: Id, bytes: Uint8Array): Promise<void> {
  const shown = await generationShown(keeping, id, bytes);
  if (shown !== undefined && shown > keeping.settings.generation) throw outdated();
}

/** The generation of the settings in a header, if it is this store's of this vault, and its founder's. */
export async function generationShown(
  { engine, catalogueKey, settings }: Pick<Keeping, "engine" | "catalogueKey" | "settings">,
  id: Id,
  bytes: Uint8Array,
): Promise<number | undefined> {
  try {
    const { store, settings: shown } = await openHeaderAsKeeper(engine, bytes, catalogueKey);
    const isOurs =
      store === id &&
      shown.vault === settings.vault &&
      equalBytes(shown.founder.bytes, settings.founder.bytes);
    return isOurs ? shown.generation : undefined;
  } catch (error) {
    if (error instanceof VaultError) return undefined;
    throw error;
  }
}

/** @throws StoreError `not-found` where there is none, `malformed` where it is too large to be one */
export async function readHeader(store: Store, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const options = callOptions(signal);
  const head = await store.head(HEADER_NAME, options);
  if (head === null) throw new StoreError("not-found", "The store has no header.");
  if (head.sizeBytes > MOST_HEADER_BYTES) throw new StoreError("malformed", "The header is too large.");
  return readAll(store, HEADER_NAME, { offset: 0, lengthBytes: head.sizeBytes }, options);
}

/** Whether bytes are the header of this store, with the very settings of the vault. */
export async function isRightHeader(
  { engine, catalogueKey, settings }: Keeping,
  id: Id,
  bytes: Uint8Array,
): Promise<boolean> {
  try {
    const opened = await openHeaderAsKeeper(engine, bytes, catalogueKey);
    return opened.store === id && equalBytes(encodeSettings(opened.settings), encodeSettings(settings));
  } catch (error) {
    if (error instanceof VaultError) return false;
    throw error;
  }
}

import { equalBytes, type Identity, toHex } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import { readAll, type Store, StoreError } from "@chirograph/stores";
import type { Id } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import { HEADER_NAME, MOST_HEADER_BYTES, type OpenedHeader, openHeader } from "../header.ts";
import { encodeSettings } from "../settings-format.ts";
import type { VaultSettings } from "../settings.ts";
import type { ReindexProblem } from "./problems.ts";

export interface FoundVault {
  readonly settings: VaultSettings;
  readonly catalogueKey: Uint8Array<ArrayBuffer>;
  readonly stores: Map<Id, Store>;
  /** Of these stores, the headers as they were read and checked; none of those that show older settings. */
  readonly headers: ReadonlyMap<Id, Uint8Array>;
}

interface ReadHeader extends OpenedHeader {
  readonly bytes: Uint8Array;
}

interface Candidate extends ReadHeader {
  readonly at: number;
  readonly location: Store;
}

/**
 * Which vault the stores hold. Settings that this identity founded are proven by its signature. Anybody can found a
 * vault and name this identity an owner, so without such settings all headers that open must name one founder.
 * Of several vaults of one founder, the one counts that most stores are of; of its settings the newest, which its
 * founder has signed: a store that shows older ones may have been away when others were told, or is rolled back.
 * @throws VaultError `not-owner` where no header opens, `forged` where they contradict each other
 */
export async function readHeaders(
  engine: Engine,
  stores: readonly Store[],
  identity: Identity,
  problems: ReindexProblem[],
): Promise<FoundVault> {
  const opened: Candidate[] = [];
  const read = await Promise.all(stores.map((store) => openAt(engine, store, identity)));
  for (const [at, header] of read.entries()) {
    if (header === undefined) problems.push({ kind: "header", at });
    else opened.push({ ...header, at, location: stores[at]! });
  }
  if (opened.length === 0)
    throw new VaultError("not-owner", "None of the stores has a header that this identity opens.");
  const founded = opened.filter(({ settings }) =>
    equalBytes(settings.founder.bytes, identity.recipient.bytes),
  );
  const founders = new Set(opened.map(({ settings }) => toHex(settings.founder.bytes)));
  if (founded.length === 0 && founders.size > 1) {
    throw new VaultError("forged", "The headers of the stores name different founders.");
  }
  const ofVault = mostOf(
    founded.length > 0 ? founded : opened,
    ({ settings: { vault }, catalogueKey }) => vault + toHex(catalogueKey),
  );
  const newest = newestOf(ofVault);
  const { settings, catalogueKey } = newest[0]!;
  const map = new Map<Id, Candidate>();
  // A copy of a store that shows older settings is no match for the store itself.
  for (const candidate of [...newest, ...opened.filter((one) => !newest.includes(one))]) {
    const { at, store } = candidate;
    const isNamed = settings.stores.some(({ id }) => id === store);
    const isTaken = ofVault.includes(candidate) && isNamed && !map.has(store);
    if (isTaken) map.set(store, candidate);
    if (!isTaken || !newest.includes(candidate)) problems.push({ kind: "header", at, store });
  }
  const inOrder = settings.stores.flatMap(({ id }) => map.get(id) ?? []);
  return {
    settings,
    catalogueKey,
    stores: new Map(inOrder.map(({ store, location }) => [store, location])),
    headers: new Map(inOrder.filter((one) => newest.includes(one)).map(({ store, bytes }) => [store, bytes])),
  };
}

/** Those that show the newest settings. */
function newestOf(candidates: readonly Candidate[]): Candidate[] {
  const generation = Math.max(...candidates.map(({ settings }) => settings.generation));
  const newest = candidates.filter(({ settings }) => settings.generation === generation);
  return mostOf(newest, ({ settings }) => toHex(encodeSettings(settings)));
}

/** The most that are alike. @throws VaultError `forged` where others are as many */
function mostOf(candidates: readonly Candidate[], likeness: (of: Candidate) => string): Candidate[] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = likeness(candidate);
    groups.set(key, [...(groups.get(key) ?? []), candidate]);
  }
  const [first, second] = [...groups.values()].toSorted((left, right) => right.length - left.length);
  if (second !== undefined && second.length === first!.length) {
    throw new VaultError("forged", "The stores are of different vaults, as many of one as of another.");
  }
  return first!;
}

async function openAt(engine: Engine, store: Store, identity: Identity): Promise<ReadHeader | undefined> {
  try {
    const head = await store.head(HEADER_NAME);
    if (head === null || head.sizeBytes > MOST_HEADER_BYTES) return undefined;
    const bytes = await readAll(store, HEADER_NAME, { offset: 0, lengthBytes: head.sizeBytes });
    return { ...(await openHeader(engine, bytes, identity)), bytes };
  } catch (error) {
    if (error instanceof StoreError || error instanceof VaultError) return undefined;
    throw error;
  }
}

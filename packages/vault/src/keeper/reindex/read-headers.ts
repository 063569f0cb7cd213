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
  /** Of these stores, the headers as they were read and checked. */
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
 * Settings that differ all the same (another vault of the same founder) are decided by the most stores.
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
  const chosen = mostOf(founded.length > 0 ? founded : opened);
  const map = new Map<Id, Candidate>();
  for (const candidate of opened) {
    const { at, store } = candidate;
    if (chosen.includes(candidate) && !map.has(store)) map.set(store, candidate);
    else problems.push({ kind: "header", at, store });
  }
  const { settings, catalogueKey } = chosen[0]!;
  const inOrder = settings.stores.flatMap(({ id }) => map.get(id) ?? []);
  return {
    settings,
    catalogueKey,
    stores: new Map(inOrder.map(({ store, location }) => [store, location])),
    headers: new Map(inOrder.map(({ store, bytes }) => [store, bytes])),
  };
}

/** The candidates of the vault that most of them are of. */
function mostOf(candidates: readonly Candidate[]): Candidate[] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = toHex(encodeSettings(candidate.settings)) + toHex(candidate.catalogueKey);
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

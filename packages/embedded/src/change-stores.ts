import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { type Identity, toHex } from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import type { Store } from "@chirograph/stores";
import {
  giveUpResettling,
  type Id,
  type JobOptions,
  renewHeaders,
  requireFounder,
  type ResettleReport,
  resettleVault,
  type StoreSettings,
  VaultError,
} from "@chirograph/vault";
import { formatConfig, parseConfig, type StorePlace, type VaultConfig } from "./config.ts";
import { requireDistinctStores } from "./distinct-stores.ts";
import { EmbeddedError } from "./error.ts";
import { createFile, replaceFile } from "./files/small-file.ts";
import { syncFolder } from "./files/sync.ts";
import { systemCode } from "./files/system-code.ts";
import { requireFreeStores } from "./free-stores.ts";
import { pathsIn } from "./layout.ts";
import { type EmbeddedVault, openEmbedded } from "./open.ts";
import { arbitrationOf, Connections } from "./places/connections.ts";
import type { Location } from "./places/location.ts";
import { usable } from "./places/usable.ts";

const ID_BYTES = 16;

/** A store that is to come. */
export interface NewStore extends Omit<StoreSettings, "id"> {
  readonly location: Location;
}

/** What becomes of the stores of a vault. */
export type StoreChange =
  | { readonly what: "add"; readonly stores: readonly NewStore[] }
  /** `lost`: it has nothing any more, and what it had still to delete is given up. */
  | { readonly what: "remove"; readonly store: Id; readonly lost: boolean };

export interface ChangeStoresPlan extends JobOptions {
  readonly folder: string;
  readonly founder: Identity;
  readonly change: StoreChange;
}

export interface ChangeStoresReport extends Omit<ResettleReport, "headers"> {
  /** As the vault is now. */
  readonly config: VaultConfig;
}

interface Means {
  readonly engine: Engine;
  readonly folder: string;
  readonly connections: Connections;
  readonly vault: EmbeddedVault;
}

/**
 * Adds stores to a vault or takes one out, as its founder. The change is written down in the vault's folder first, with
 * the ids of all that is to come; the file that makes a vault of the folder is replaced last. Cut short anywhere, it
 * goes on when it is run again as it was.
 * @throws EmbeddedError `exists`, `invalid`, `io`; VaultError as `resettleVault`
 */
export async function changeStores(
  engine: Engine,
  { folder, founder, change, ...controls }: ChangeStoresPlan,
): Promise<ChangeStoresReport> {
  return withMeans(engine, folder, async (means) => {
    // Before anything is read or written down.
    requireFounder(means.vault.config.settings, founder);
    const begun = await readBegun(means);
    if (begun !== undefined) requireSame(means.vault.config, begun, change);
    const next = begun ?? (await begin(means, change));
    const { settings } = next;
    const stores = await storesOf(means, next);
    const lost = change.what === "remove" && change.lost;
    const plan = { settings, stores, founder, lost, ...controls };
    const resettled = resettleVault(means.vault.keeping, plan).catch(async (error: unknown) => {
      if (begun === undefined && isRefusal(error)) await giveUp(means, next);
      throw error;
    });
    const { headers, ...report } = await resettled;
    const places = next.places.map((place) => knownPlace(place, headers, stores));
    const config = { settings, places };
    await keep(means, config);
    await endIn(folder);
    return { ...report, config };
  });
}

/**
 * Gives stores that lack it, or show older settings, their header, as the vault's founder.
 * @throws VaultError `not-owner`, `outdated`
 */
export async function renewStores(
  engine: Engine,
  { folder, founder }: Pick<ChangeStoresPlan, "folder" | "founder">,
): Promise<ChangeStoresReport> {
  return withMeans(engine, folder, async (means) => {
    const { config, keeping } = means.vault;
    const { headers, owing } = await renewHeaders(keeping, { founder });
    const places = config.places.map((place) => knownPlace(place, headers, keeping.stores));
    const renewed = { settings: config.settings, places };
    await keep(means, renewed);
    return { config: renewed, owing, writtenStatements: 0 };
  });
}

async function keep({ engine, folder }: Means, config: VaultConfig): Promise<void> {
  await replaceFile(pathsIn(folder).config, await formatConfig(engine, config));
}

/**
 * Leaves the vault as it was before a change that was cut short.
 * @throws EmbeddedError `invalid` where none was; VaultError `busy` where it went too far
 */
export async function giveUpChange(engine: Engine, folder: string): Promise<void> {
  return withMeans(engine, folder, async (means) => {
    const begun = await readBegun(means);
    if (begun === undefined)
      throw new EmbeddedError("invalid", "No change of the vault's stores was cut short.");
    await giveUp(means, begun);
  });
}

/** Whether it would be refused again as it was; a store that does not answer, and a commit that does not end, may. */
function isRefusal(error: unknown): boolean {
  return error instanceof VaultError && !["stores-missing", "busy"].includes(error.code);
}

async function giveUp({ vault, folder }: Means, begun: VaultConfig): Promise<void> {
  await giveUpResettling(vault.keeping, begun.settings);
  await endIn(folder);
}

async function withMeans<Result>(
  engine: Engine,
  folder: string,
  use: (means: Means) => Promise<Result>,
): Promise<Result> {
  const vault = await openEmbedded(engine, folder, "mend");
  const connections = new Connections();
  try {
    return await use({ engine, folder, connections, vault });
  } finally {
    await connections.close();
    await vault.close();
  }
}

/** What an earlier run wrote down and did not end. */
async function readBegun({ engine, folder, vault }: Means): Promise<VaultConfig | undefined> {
  const { nextConfig } = pathsIn(folder);
  if (!existsSync(nextConfig)) return undefined;
  const text = await readFile(nextConfig, "utf8");
  if (text === "") {
    // Where a file system has no links, the name is claimed before the content comes.
    await endIn(folder);
    return undefined;
  }
  const begun = await parseConfig(engine, nextConfig, text);
  if (begun.settings.generation > vault.config.settings.generation) return begun;
  // Only its last step was missing.
  await endIn(folder);
  return undefined;
}

/** @throws EmbeddedError `exists` where the change that was cut short is another one */
function requireSame(before: VaultConfig, begun: VaultConfig, change: StoreChange): void {
  if (describeChange(before, begun) === describeAsked(change)) return;
  throw new EmbeddedError("exists", "Another change of the vault's stores was cut short.", {
    hint: "Run that one again as it was, or give it up: chirograph store give-up.",
  });
}

/** What comes, by all that is asked of it, and who goes; ids of what comes are random and no part of it. */
function describeChange(before: VaultConfig, { settings, places }: VaultConfig): string {
  const known = new Set(before.settings.stores.map(({ id }) => id));
  const left = new Set(settings.stores.map(({ id }) => id));
  const added = settings.stores.flatMap(({ id, ...terms }, index) =>
    known.has(id) ? [] : [describeStore({ ...terms, location: places[index]!.location })],
  );
  return JSON.stringify([added, [...known].filter((id) => !left.has(id))]);
}

function describeAsked(change: StoreChange): string {
  return JSON.stringify(
    change.what === "add" ? [change.stores.map(describeStore), []] : [[], [change.store]],
  );
}

function describeStore({
  location,
  kind,
  provider,
  region,
  weight,
}: Omit<StoreSettings, "id"> & { readonly location: Location | undefined }): readonly unknown[] {
  return [location, kind, provider, region, weight];
}

/** Checks all that can be wrong with it, and writes it down. */
async function begin(means: Means, change: StoreChange): Promise<VaultConfig> {
  const { engine, folder, vault } = means;
  const { settings, places } = vault.config;
  const generation = settings.generation + 1;
  let next: VaultConfig;
  if (change.what === "add") {
    await requireUsable(means, change.stores);
    const added = change.stores.map(({ location, ...store }) => ({
      store: { id: newId(engine), ...store },
      location,
    }));
    next = {
      settings: { ...settings, generation, stores: [...settings.stores, ...added.map(({ store }) => store)] },
      places: [
        ...places,
        ...added.map(({ store: { id }, location }) => ({ id, location, header: undefined })),
      ],
    };
  } else {
    const stays = ({ id }: { readonly id: Id }): boolean => id !== change.store;
    next = {
      settings: { ...settings, generation, stores: settings.stores.filter(stays) },
      places: places.filter(stays),
    };
  }
  try {
    await createFile(pathsIn(folder).nextConfig, await formatConfig(engine, next));
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
    throw new EmbeddedError("exists", "Another change of the vault's stores has just begun.", {
      hint: "Run this again when it has ended.",
      cause: error,
    });
  }
  return next;
}

/** New stores are no vault's, and no two of all are one place. */
async function requireUsable({ connections, vault }: Means, added: readonly NewStore[]): Promise<void> {
  const locations = added.map(({ location }) => location);
  const known = locations.find((location) =>
    vault.config.places.some((place) => place.location === location),
  );
  if (known !== undefined)
    throw new EmbeddedError("exists", `The store ${known} is one of the vault's already.`);
  await requireFreeStores(connections, locations);
  const stores = new Map<Location, Store>();
  for (const location of locations) {
    stores.set(location, await usable(location, () => connections.make(location)));
  }
  const there = new Map<Location, Store>();
  for (const { id, location } of vault.config.places) {
    const store = vault.keeping.stores.get(id);
    if (store !== undefined && location !== undefined) there.set(location, store);
  }
  await requireDistinctStores(stores, there);
}

/** Those that are at hand of the stores that are to be. */
async function storesOf({ connections, vault }: Means, next: VaultConfig): Promise<Map<Id, Store>> {
  const known = new Set(vault.config.places.map(({ id }) => id));
  const stores = new Map<Id, Store>();
  for (const { id, location, arbitration } of next.places) {
    const store = known.has(id)
      ? vault.keeping.stores.get(id)
      : await usable(location!, () => connections.open(location!, arbitration));
    if (store !== undefined) stores.set(id, store);
  }
  return stores;
}

function knownPlace(
  place: StorePlace,
  headers: ReadonlyMap<Id, Uint8Array>,
  stores: ReadonlyMap<Id, Store>,
): StorePlace {
  const store = stores.get(place.id);
  const arbitration = (store && arbitrationOf(store)) ?? place.arbitration;
  return { ...place, header: headers.get(place.id), ...(arbitration !== undefined && { arbitration }) };
}

async function endIn(folder: string): Promise<void> {
  await rm(pathsIn(folder).nextConfig, { force: true });
  await syncFolder(folder);
}

function newId(engine: Engine): Id {
  return toHex(engine.randomBytes(ID_BYTES));
}

import { existsSync, realpathSync, statSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { createSqliteRows } from "@chirograph/catalogue/sqlite";
import { type Identity, type Recipient, toHex } from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import type { Store } from "@chirograph/stores";
import { createFileStore, openFileStore } from "@chirograph/stores/file";
import {
  CATALOGUE_KEY_BYTES,
  createVault,
  encodeSettings,
  HEADER_NAME,
  type Id,
  requirePolicy,
  type VaultSettings,
} from "@chirograph/vault";
import type { Context } from "../commands/command.ts";
import { Failure } from "../failure.ts";
import { createFile } from "../outputs/small-file.ts";
import { PRIVATE_FOLDER, writeFolder } from "../outputs/staging.ts";
import { syncFolder } from "../outputs/sync.ts";
import { requireFreeFolder } from "../outputs/target.ts";
import { showName } from "../terminal/name.ts";
import { formatConfig, parseConfig, type VaultConfig } from "./config.ts";
import { readHeader } from "./headers.ts";
import { formatKeyFile, readKeyFile } from "./key-file.ts";
import { pathsIn } from "./layout.ts";
import { folderOf, type Location } from "./location.ts";
import type { VaultPlan } from "./policy-file.ts";

const ID_BYTES = 16;

export interface NewVault extends VaultPlan {
  readonly founder: Identity;
  /** Beside the founder. */
  readonly owners: readonly Recipient[];
  /** Of the stores, in their order. */
  readonly locations: readonly Location[];
}

/**
 * The place where a vault's folder is to be: free, or left by an `init` that did not end.
 * @throws Failure `exists`
 */
export function requireFree(path: string): string {
  const { config, unfinishedConfig } = pathsIn(path);
  if (existsSync(config)) {
    throw new Failure("exists", `${showName(path)} holds a vault already.`, {
      hint: "Name a folder that is new or empty.",
    });
  }
  return existsSync(unfinishedConfig) ? realpathSync(path) : requireFreeFolder(path);
}

/**
 * Makes a vault: first its folder, with the ids and the key of all that is to come; then the stores' headers; last the
 * file that makes a vault of the folder. Cut short anywhere, it goes on when it is run again as it was.
 */
export async function createVaultFolder(
  context: Context,
  folder: string,
  vault: NewVault,
): Promise<VaultConfig> {
  const { engine } = context;
  const paths = pathsIn(folder);
  const isBegun = existsSync(paths.unfinishedConfig);
  const begun = isBegun
    ? await resume(engine, paths.unfinishedConfig, vault)
    : await begin(context, folder, vault);

  const stores = await makeStores(begun);
  const catalogueKey = readKeyFile(paths.key);
  await createVault(engine, { settings: begun.settings, stores, founder: vault.founder, catalogueKey });

  const config = await withHeaders(begun, stores);
  // Of an earlier try; nothing is in it yet.
  await rm(paths.catalogue, { force: true });
  await (await createSqliteRows(paths.catalogue)).close();
  await createFile(paths.config, await formatConfig(engine, config));
  await rm(paths.unfinishedConfig);
  await syncFolder(folder);
  return config;
}

/** Checks all that can be wrong, and makes the folder, there whole or not at all. */
async function begin(
  { engine, unfinished }: Context,
  folder: string,
  { founder, owners, stores, policy, locations }: NewVault,
): Promise<VaultConfig> {
  const settings: VaultSettings = {
    vault: newId(engine),
    founder: founder.recipient,
    owners: distinct([founder.recipient, ...owners]),
    stores: stores.map((store) => ({ id: newId(engine), ...store })),
    policy,
  };
  // Refuses settings that are none.
  encodeSettings(settings);
  requirePolicy(settings);
  await requireFreeStores(locations);

  const places = settings.stores.map(({ id }, index) => ({
    id,
    location: locations[index]!,
    header: undefined,
  }));
  const config = { settings, places };
  await writeFolder(unfinished, folder, PRIVATE_FOLDER, async (draft) => {
    const paths = pathsIn(draft);
    await createFile(paths.key, formatKeyFile(engine.randomBytes(CATALOGUE_KEY_BYTES)));
    await createFile(paths.unfinishedConfig, await formatConfig(engine, config));
  });
  return config;
}

/** What an earlier `init` has begun, if it is the same one. */
async function resume(engine: Engine, file: string, vault: NewVault): Promise<VaultConfig> {
  const config = await parseConfig(engine, file, await readFile(file, "utf8"));
  const { settings, places } = config;
  const owners = distinct([vault.founder.recipient, ...vault.owners]);
  const asked = termsOf({ ...vault, owners });
  const locations = places.map(({ location }) => location);
  if (asked === termsOf({ ...settings, locations })) return config;
  throw new Failure("exists", `Another init was interrupted in ${showName(dirname(file))}.`, {
    hint: "Run that one again as it was, or remove the folder, and the object vault from each of its stores.",
  });
}

/** All that is asked of a vault; ids are random and no part of it. */
function termsOf(
  vault: Omit<NewVault, "founder" | "locations"> & { readonly locations: readonly (Location | undefined)[] },
): string {
  const { owners, policy, stores, locations } = vault;
  return JSON.stringify([
    owners.map(({ member }) => toHex(member)),
    [policy.tolerate, policy.publicBelowNeeded, policy.regions],
    stores.map(({ kind, provider, region }, index) => [locations[index], kind, provider, region]),
  ]);
}

/**
 * A store's folder may be new; what it is to stand in may not.
 * @throws Failure `exists` when a store belongs to a vault, `usage` when two of them are one
 */
async function requireFreeStores(locations: readonly Location[]): Promise<void> {
  const folders = new Set<string>();
  for (const location of locations) {
    const folder = folderOf(location);
    if (!existsSync(folder)) {
      requireAround(location, dirname(folder));
      continue;
    }
    const real = realpathSync(folder);
    if (!statSync(real).isDirectory()) throw new Failure("badData", `The store ${location} is no folder.`);
    if (folders.has(real)) throw new Failure("usage", `The store ${location} is named twice.`);
    folders.add(real);
    const store = await openFileStore(folder);
    if ((await store.head(HEADER_NAME)) === null) continue;
    throw new Failure("exists", `The store ${location} belongs to a vault already.`, {
      hint: "If its catalogue is lost, chirograph reindex makes it again.",
    });
  }
}

function requireAround(location: Location, parent: string): void {
  if (existsSync(parent)) return;
  throw new Failure("io", `There is no folder ${showName(parent)} for the store ${location}.`, {
    hint: "Make it first; chirograph makes the last part of a path only.",
  });
}

async function makeStores({ places }: VaultConfig): Promise<Map<Id, Store>> {
  const stores = places.map(
    async ({ id, location }) => [id, await createFileStore(folderOf(location!))] as const,
  );
  return new Map(await Promise.all(stores));
}

/** The settings with what every store holds under its name, so that it can be put back. */
export async function withHeaders(
  { settings, places }: VaultConfig,
  stores: ReadonlyMap<Id, Store>,
): Promise<VaultConfig> {
  const held = places.map(async (place) => {
    const store = stores.get(place.id);
    return { ...place, header: store && (await readHeader(store)) };
  });
  return { settings, places: await Promise.all(held) };
}

function distinct(owners: readonly Recipient[]): Recipient[] {
  return [...new Map(owners.map((owner) => [toHex(owner.member), owner])).values()];
}

function newId(engine: Engine): Id {
  return toHex(engine.randomBytes(ID_BYTES));
}

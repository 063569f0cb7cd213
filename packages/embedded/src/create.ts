import { existsSync, realpathSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { createSqliteRows } from "@chirograph/catalogue/sqlite";
import { type Identity, type Recipient, toHex } from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import type { Store } from "@chirograph/stores";
import {
  CATALOGUE_KEY_BYTES,
  createVault,
  encodeSettings,
  type Id,
  requirePolicy,
  type VaultSettings,
} from "@chirograph/vault";
import { formatConfig, parseConfig, type VaultConfig } from "./config.ts";
import { EmbeddedError } from "./error.ts";
import { showName } from "./files/name.ts";
import { createFile } from "./files/small-file.ts";
import { PRIVATE_FOLDER, writeFolder } from "./files/staging.ts";
import { syncFolder } from "./files/sync.ts";
import { requireFreeFolder } from "./files/target.ts";
import { Unfinished } from "./files/unfinished.ts";
import { withHeaders } from "./headers.ts";
import { formatKeyFile, readKeyFile } from "./key-file.ts";
import { pathsIn } from "./layout.ts";
import { requireFreeStores } from "./free-stores.ts";
import { Connections } from "./places/connections.ts";
import type { Location } from "./places/location.ts";
import { usable } from "./places/usable.ts";
import type { VaultPlan } from "./plan.ts";

const ID_BYTES = 16;

/** A vault that is to be. */
export interface EmbeddedPlan extends VaultPlan {
  /** Where its own folder is to be: new, or empty. */
  readonly folder: string;
  readonly founder: Identity;
  /** Beside the founder. */
  readonly owners: readonly Recipient[];
  /** Of the stores, in their order. */
  readonly locations: readonly Location[];
}

/**
 * The place where a vault's folder is to be: free, or left by an `init` that did not end.
 * @throws EmbeddedError `exists`
 */
export function requireFree(path: string): string {
  const { config, unfinishedConfig } = pathsIn(path);
  if (existsSync(config)) {
    throw new EmbeddedError("exists", `${showName(path)} holds a vault already.`, {
      hint: "Name a folder that is new or empty.",
    });
  }
  return existsSync(unfinishedConfig) ? realpathSync(path) : requireFreeFolder(path);
}

/**
 * Makes a vault: first its folder, with the ids and the key of all that is to come; then the stores' headers; last the
 * file that makes a vault of the folder. Cut short anywhere, it goes on when it is run again as it was.
 * @param unfinished takes away what is not complete, should the process end meanwhile
 * @throws EmbeddedError `exists`, `invalid`, `io`; VaultError for settings or stores that make no vault
 */
export async function createEmbedded(
  engine: Engine,
  plan: EmbeddedPlan,
  unfinished: Unfinished = new Unfinished(),
): Promise<VaultConfig> {
  const connections = new Connections();
  try {
    return await create({ engine, connections, unfinished }, plan);
  } finally {
    await connections.close();
  }
}

interface Means {
  readonly engine: Engine;
  readonly connections: Connections;
  readonly unfinished: Unfinished;
}

async function create(means: Means, plan: EmbeddedPlan): Promise<VaultConfig> {
  const { engine, connections } = means;
  const folder = requireFree(plan.folder);
  const paths = pathsIn(folder);
  const isBegun = existsSync(paths.unfinishedConfig);
  const begun = isBegun
    ? await resume(engine, paths.unfinishedConfig, plan)
    : await begin(means, { ...plan, folder });

  const stores = await makeStores(connections, begun);
  const catalogueKey = readKeyFile(paths.key);
  await createVault(engine, { settings: begun.settings, stores, founder: plan.founder, catalogueKey });

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
  { engine, connections, unfinished }: Means,
  { folder, founder, owners, stores, policy, locations }: EmbeddedPlan,
): Promise<VaultConfig> {
  const settings: VaultSettings = {
    vault: newId(engine),
    generation: 1,
    founder: founder.recipient,
    owners: distinct([founder.recipient, ...owners]),
    stores: stores.map((store) => ({ id: newId(engine), ...store })),
    policy,
  };
  // Refuses settings that are none.
  encodeSettings(settings);
  requirePolicy(settings);
  await requireFreeStores(connections, locations);

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
async function resume(engine: Engine, file: string, plan: EmbeddedPlan): Promise<VaultConfig> {
  const config = await parseConfig(engine, file, await readFile(file, "utf8"));
  const { settings, places } = config;
  const owners = distinct([plan.founder.recipient, ...plan.owners]);
  const asked = termsOf({ ...plan, owners });
  const locations = places.map(({ location }) => location);
  if (asked === termsOf({ ...settings, locations })) return config;
  throw new EmbeddedError("exists", `Another init was interrupted in ${showName(dirname(file))}.`, {
    hint: "Run that one again as it was, or remove the folder, and the object vault from each of its stores.",
  });
}

/** All that is asked of a vault; ids are random and no part of it. */
function termsOf(
  vault: Omit<EmbeddedPlan, "folder" | "founder" | "locations"> & {
    readonly locations: readonly (Location | undefined)[];
  },
): string {
  const { owners, policy, stores, locations } = vault;
  return JSON.stringify([
    owners.map(({ member }) => toHex(member)),
    [policy.tolerate, policy.publicBelowNeeded, policy.regions],
    [policy.providerBelowNeeded, policy.tolerateProviders],
    stores.map(({ kind, provider, region, weight }, index) => [
      locations[index],
      kind,
      provider,
      region,
      weight,
    ]),
  ]);
}

async function makeStores(connections: Connections, { places }: VaultConfig): Promise<Map<Id, Store>> {
  const stores = places.map(
    async ({ id, location }) => [id, await usable(location!, () => connections.make(location!))] as const,
  );
  return new Map(await Promise.all(stores));
}

function distinct(owners: readonly Recipient[]): Recipient[] {
  return [...new Map(owners.map((owner) => [toHex(owner.member), owner])).values()];
}

function newId(engine: Engine): Id {
  return toHex(engine.randomBytes(ID_BYTES));
}

import { readFile } from "node:fs/promises";
import { openSqliteRows } from "@chirograph/catalogue/sqlite";
import {
  type Id,
  type Keeper,
  type Keeping,
  openKeeper,
  openVault,
  type Vault,
  VaultError,
} from "@chirograph/vault";
import type { Context } from "../commands/command.ts";
import { Failure, systemCode } from "../failure.ts";
import { inputFailure } from "../inputs/text-input.ts";
import { showName } from "../terminal/name.ts";
import { parseConfig, type VaultConfig } from "./config.ts";
import type { VaultSource } from "./find.ts";
import { type HeaderState, headerStates } from "./headers.ts";
import { readKeyFile } from "./key-file.ts";
import { openSeen } from "./seen.ts";
import { type AwayStore, openStores, type StoresAtHand } from "./stores.ts";

/** A vault that is open: the keeper's side of it, and the client's. */
export interface OpenVault {
  readonly config: VaultConfig;
  readonly keeping: Keeping;
  readonly keeper: Keeper;
  readonly client: Vault;
  readonly away: readonly AwayStore[];
  /** The header that belongs on each store, as far as it is known. */
  readonly knownHeaders: ReadonlyMap<Id, Uint8Array>;
  /** Where a store is, for people. */
  readonly locate: (store: Id) => string;
}

/**
 * What a vault is opened for: `work` finishes first what others left undone, and uses stores only that are known by
 * their headers; `look` changes nothing; `mend` also uses stores whose header is lost or damaged, `repair` puts it back.
 */
export type Purpose = "work" | "look" | "mend";

/**
 * Opens a vault for `use`, and closes it again. Stores that are away are named on stderr, and by their locations in
 * errors.
 */
export async function withVault<Result>(
  context: Context,
  source: VaultSource,
  purpose: Purpose,
  use: (vault: OpenVault) => Promise<Result>,
): Promise<Result> {
  const { engine, terminal } = context;
  const config = await readConfig(context, source);
  const catalogueKey = readKeyFile(source.paths.key);
  const reached = await openStores(config.places);
  const headers = await headerStates(reached.stores, config.places);
  const { stores, away } = leaveUnsure(config, reached, (id) => {
    const state = headers.get(id)!;
    return purpose === "mend" && isRepairable(state) ? "right" : state;
  });
  const locate = (store: Id): string =>
    config.places.find(({ id }) => id === store)?.location ?? `store ${store}, whose place is not known`;
  for (const { id, problem } of away) terminal.warn(`${locate(id)} ${problem}.`);

  const rows = await openRows(source.paths.catalogue);
  const keeping: Keeping = { engine, rows, settings: config.settings, stores, catalogueKey, now: Date.now };
  try {
    const keeper = openKeeper(keeping);
    if (purpose === "work") await keeper.recover();
    const client = openVault({
      engine,
      catalogue: keeper,
      stores,
      seen: openSeen(),
      settings: config.settings,
      now: Date.now,
    });
    const knownHeaders = new Map(
      config.places.flatMap(({ id, header }) => (header === undefined ? [] : [[id, header] as const])),
    );
    return await use({ config, keeping, keeper, client, away, knownHeaders, locate });
  } catch (error) {
    throw nameStores(error, locate);
  } finally {
    await rows.close();
  }
}

/** What `vault.json` says. */
export async function readConfig({ engine }: Context, { paths }: VaultSource): Promise<VaultConfig> {
  const text = await readFile(paths.config, "utf8").catch((error: unknown) => {
    throw inputFailure(paths.config, systemCode(error) ?? "unknown", error);
  });
  return parseConfig(engine, paths.config, text);
}

async function openRows(file: string): Promise<Keeping["rows"]> {
  try {
    return await openSqliteRows(file);
  } catch (error) {
    if (error instanceof VaultError && error.code === "busy") throw error;
    throw new Failure("badData", `${showName(file)} is not a catalogue that can be opened.`, {
      hint: "chirograph reindex makes it again, from the stores and an owner's identity.",
      cause: error,
    });
  }
}

const headerProblems: Readonly<Record<Exclude<HeaderState, "right">, string>> = {
  missing: "has lost its header: is it the right folder? If it is, chirograph repair puts it back",
  damaged: "has a damaged header; chirograph repair puts it right",
  foreign: "is another store than vault.json says: put the right folder there, or mend its location",
  unreadable: "does not let its header be read",
};

function isRepairable(state: HeaderState): boolean {
  return state === "missing" || state === "damaged";
}

/** Without its header nobody knows that a folder is the store it should be. */
function leaveUnsure(
  { places }: VaultConfig,
  { stores, away }: StoresAtHand,
  stateOf: (store: Id) => HeaderState,
): StoresAtHand {
  const unsure = places.flatMap(({ id }) => {
    const state = stores.has(id) ? stateOf(id) : "right";
    return state === "right" ? [] : [{ id, problem: headerProblems[state] }];
  });
  const leave = new Set(unsure.map(({ id }) => id));
  return { stores: new Map([...stores].filter(([id]) => !leave.has(id))), away: [...away, ...unsure] };
}

/** Ids of stores say nothing to people. */
function nameStores(error: unknown, locate: OpenVault["locate"]): unknown {
  if (!(error instanceof VaultError) || error.stores.length === 0) return error;
  const locations = error.stores.map(locate).join(", ");
  return new VaultError(error.code, `${error.message} (${locations})`, {
    stores: error.stores,
    cause: error,
  });
}

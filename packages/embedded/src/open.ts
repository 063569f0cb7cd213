import { openSqliteRows } from "@chirograph/catalogue/sqlite";
import type { Engine } from "@chirograph/engine";
import {
  generationShown,
  type Id,
  type Keeper,
  type Keeping,
  openKeeper,
  VaultError,
} from "@chirograph/vault";
import { readConfig, type VaultConfig } from "./config.ts";
import { EmbeddedError } from "./error.ts";
import { showName } from "./files/name.ts";
import type { HeaderVerdict } from "./headers.ts";
import { readKeyFile } from "./key-file.ts";
import { pathsIn } from "./layout.ts";
import { Connections, type StoreReading } from "./places/connections.ts";
import { type AwayStore, findStores, StoresAtHand } from "./stores.ts";

/**
 * What a vault is opened for: `work` finishes first what others left undone, and uses stores only that are known by
 * their headers; `look` changes nothing; `mend` also uses stores whose header is lost or damaged, `repair` puts it back.
 */
export type Purpose = "work" | "look" | "mend";

/** A vault on this machine that is open, as whoever keeps it sees it. */
export interface EmbeddedVault {
  readonly config: VaultConfig;
  /** Its `stores` is one map, which `refresh` brings up to date. */
  readonly keeping: Keeping;
  readonly keeper: Keeper;
  /** Stores that could not be used when they were last looked at. */
  readonly away: readonly AwayStore[];
  /** The header that belongs on each store, as far as it is known. */
  readonly knownHeaders: ReadonlyMap<Id, Uint8Array>;
  /** Where a store is, for people. */
  readonly locate: (store: Id) => string;
  /**
   * Looks again which stores are there and known by their headers: folders go away, come back, or come back empty.
   * @returns those that are away now
   */
  refresh(): Promise<readonly AwayStore[]>;
  /** The same with the stores as they are now, those too whose header is lost or damaged: for verify and repair. */
  mendable(): Promise<Keeping>;
  /** What the requests to a store on another machine tell of it; `undefined` for a folder, and before it is open. */
  reading(store: Id): Promise<StoreReading | undefined>;
  close(): Promise<void>;
}

/** @throws EmbeddedError, ChirographError or VaultError for a folder that holds no sound vault, or one that is busy */
export async function openEmbedded(engine: Engine, folder: string, purpose: Purpose): Promise<EmbeddedVault> {
  const connections = new Connections();
  try {
    return await open({ engine, connections }, folder, purpose);
  } catch (error) {
    await connections.close();
    throw error;
  }
}

async function open(
  { engine, connections }: { readonly engine: Engine; readonly connections: Connections },
  folder: string,
  purpose: Purpose,
): Promise<EmbeddedVault> {
  const paths = pathsIn(folder);
  const config = await readConfig(engine, folder);
  const catalogueKey = readKeyFile(paths.key);
  const looking = purpose === "look";
  const rows = await openRows(paths.catalogue);
  const judge = (id: Id, header: Uint8Array): Promise<HeaderVerdict> =>
    verdictOn({ engine, rows, settings: config.settings, catalogueKey }, id, header);
  const use = { connections, looking, judge };
  const atHand = new StoresAtHand(config.places, { ...use, mending: purpose === "mend" });
  await closingOnFailure(rows, () => atHand.refresh());
  const { stores } = atHand;
  const keeping: Keeping = { engine, rows, settings: config.settings, stores, catalogueKey, now: Date.now };
  const keeper = openKeeper(keeping);
  if (purpose === "work") await closingOnFailure(rows, () => keeper.recover());
  return {
    config,
    keeping,
    keeper,
    get away() {
      return atHand.away;
    },
    knownHeaders: headersOf(config),
    locate: (store) => locationOf(config, store),
    refresh: () => atHand.refresh(),
    async mendable() {
      const found = await findStores(config.places, { ...use, mending: true });
      return { ...keeping, stores: found.stores };
    },
    async reading(store) {
      const place = config.places.find(({ id }) => id === store);
      return place?.location === undefined ? undefined : connections.reading(place.location);
    },
    async close() {
      await rows.close();
      await connections.close();
    },
  };
}

async function openRows(file: string): Promise<Keeping["rows"]> {
  try {
    return await openSqliteRows(file);
  } catch (error) {
    if (error instanceof VaultError && error.code === "busy") throw error;
    throw new EmbeddedError("malformed", `${showName(file)} is not a catalogue that can be opened.`, {
      hint: "chirograph reindex makes it again, from the stores and an owner's identity.",
      cause: error,
    });
  }
}

async function closingOnFailure(rows: Keeping["rows"], work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await rows.close();
    throw error;
  }
}

/** A store shows newer settings while they change, which the catalogue knows then; or this folder is an old copy. */
async function verdictOn(
  keeping: Pick<Keeping, "engine" | "rows" | "settings" | "catalogueKey">,
  id: Id,
  header: Uint8Array,
): Promise<HeaderVerdict> {
  const { generation } = keeping.settings;
  const shown = await generationShown(keeping, id, header);
  if (shown === undefined || shown <= generation) return "other";
  return (await keeping.rows.gate()).generation > generation ? "current" : "newer";
}

function headersOf({ places }: VaultConfig): ReadonlyMap<Id, Uint8Array> {
  return new Map(places.flatMap(({ id, header }) => (header === undefined ? [] : [[id, header] as const])));
}

function locationOf({ places }: VaultConfig, store: Id): string {
  return places.find(({ id }) => id === store)?.location ?? `store ${store}, whose place is not known`;
}

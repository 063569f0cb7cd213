import { type Store, StoreError, type StoreErrorCode } from "@chirograph/stores";
import type { S3Arbitration } from "@chirograph/stores/s3";
import type { Id } from "@chirograph/vault";
import type { StorePlace } from "./config.ts";
import { EmbeddedError } from "./error.ts";
import { type HeaderState, headerState, type HeaderVerdict } from "./headers.ts";
import { Pauses } from "./pauses.ts";
import { type Location, placeOf } from "./places/location.ts";
import type { Connections } from "./places/connections.ts";

/** A store that cannot be used now. */
export interface AwayStore {
  readonly id: Id;
  /** Goes on after its location: "is not there". */
  readonly problem: string;
}

interface FoundStores {
  readonly stores: ReadonlyMap<Id, Store>;
  readonly away: readonly AwayStore[];
}

/** Which stores may be used: to mend a vault, also those whose header is lost or damaged. */
interface StoreUse {
  readonly connections: Connections;
  readonly mending: boolean;
  /** How the header of a store is to be taken that is not the one that belongs there. */
  readonly judge?: (id: Id, header: Uint8Array) => Promise<HeaderVerdict>;
  /** Nothing is written: then no bucket is asked what it makes of several writers, which takes some forty writes. */
  readonly looking: boolean;
}

/** The least that a bucket may be trusted with. */
const LEAST: S3Arbitration = { put: "ignored", complete: "ignored" };

const accessProblems: Partial<Record<StoreErrorCode, string>> = {
  unavailable: "is not there",
  denied: "may not be used by you",
};

const headerProblems: Readonly<Record<Exclude<HeaderState, "right">, string>> = {
  missing: "has lost its header: is it the right folder? If it is, chirograph repair puts it back",
  damaged: "has a damaged header; chirograph repair puts it right",
  newer:
    "shows newer settings than this folder has: use the newer folder, or make one with chirograph reindex",
  foreign: "is another store than vault.json says: put the right folder there, or mend its location",
  unreadable: "does not let its header be read",
};

/** So long a bucket or a container that answers every request need not be asked again whether it is the right one. */
const SURE_MS = 60_000;

/** The stores of a vault that can be used, in one map that follows what happens to them. */
export class StoresAtHand {
  readonly #places: readonly StorePlace[];
  readonly #use: StoreUse;
  readonly #stores = new Map<Id, Store>();
  /** When a store was last seen to be the right one. */
  readonly #seen = new Map<Id, number>();
  readonly #pauses = new Pauses();
  #away: readonly AwayStore[] = [];
  #looking: Promise<readonly AwayStore[]> | undefined;

  constructor(places: readonly StorePlace[], use: StoreUse) {
    this.#places = places;
    this.#use = use;
  }

  get stores(): ReadonlyMap<Id, Store> {
    return this.#stores;
  }

  get away(): readonly AwayStore[] {
    return this.#away;
  }

  /** Looks where they all are; whoever asks while that is under way gets its answer. */
  async refresh(): Promise<readonly AwayStore[]> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<readonly AwayStore[]> {
    const sure = await Promise.all(this.#places.map((place) => this.#isSure(place)));
    const asked = this.#places.filter(({ id }, index) => !sure[index] && !this.#pauses.isOn(id));
    const { stores, away } = await findStores(asked, this.#use);
    for (const { id } of away) this.#stores.delete(id);
    for (const [id, store] of stores) {
      this.#seen.set(id, Date.now());
      // One that was there all the time stays the same object: it knows what it has made durable.
      if (!this.#stores.has(id)) this.#stores.set(id, store);
    }
    const ids = new Set(asked.map(({ id }) => id));
    this.#away = this.#inOrder([...this.#away.filter(({ id }) => !ids.has(id)), ...away]);
    for (const { id, location } of asked) {
      if (stores.has(id)) this.#pauses.forget(id);
      // A folder is looked for each time: that costs nothing.
      else if (location?.startsWith("file:") === false) this.#pauses.begin(id);
    }
    return this.#away;
  }

  #inOrder(away: readonly AwayStore[]): readonly AwayStore[] {
    const known = new Map(away.map((each) => [each.id, each]));
    return this.#places.flatMap(({ id }) => known.get(id) ?? []);
  }

  async #isSure({ id, location }: StorePlace): Promise<boolean> {
    const isLong = Date.now() - (this.#seen.get(id) ?? 0) > SURE_MS;
    if (location === undefined || isLong || !this.#stores.has(id)) return false;
    // Behind a folder of a server another disk may come up, or none: it answers all the same.
    if (!["s3", "azblob"].includes(placeOf(location).kind)) return false;
    const reading = await this.#use.connections.reading(location);
    return reading?.health.failures === 0;
  }
}

/** Every store that can be reached and is known to be the one that it should be; the others are named. */
export async function findStores(places: readonly StorePlace[], use: StoreUse): Promise<FoundStores> {
  const found = await Promise.all(
    places.map(async (place) => ({ id: place.id, store: await findStore(place, use) })),
  );
  const stores = new Map<Id, Store>();
  const away: AwayStore[] = [];
  for (const { id, store } of found) {
    if (typeof store === "string") away.push({ id, problem: store });
    else stores.set(id, store);
  }
  return { stores, away };
}

/** Without its header nobody knows that a folder is the store it should be. */
async function findStore(
  place: StorePlace,
  { connections, mending, looking, judge }: StoreUse,
): Promise<Store | string> {
  const arbitration = place.arbitration ?? (looking ? LEAST : undefined);
  const store = await openStore(connections, place.location, arbitration);
  if (typeof store === "string") return store;
  const state = await headerState(store, place, judge);
  if (state === "right" || (mending && isRepairable(state))) return store;
  return headerProblems[state];
}

function isRepairable(state: HeaderState): boolean {
  return state === "missing" || state === "damaged";
}

/** The store, or why it cannot be used. */
export async function openStore(
  connections: Connections,
  location: Location | undefined,
  arbitration?: S3Arbitration,
): Promise<Store | string> {
  if (location === undefined) return "is to be written into vault.json as its location";
  try {
    return await connections.open(location, arbitration);
  } catch (error) {
    // Credentials of one store that are missing or no good take nothing from the others.
    if (!(error instanceof StoreError || error instanceof EmbeddedError)) throw error;
    if (error instanceof EmbeddedError || !location.startsWith("file:"))
      return `cannot be used now: ${error.message.replace(/\.$/, "")}`;
    return accessProblems[error.code] ?? `does not answer (${error.code})`;
  }
}

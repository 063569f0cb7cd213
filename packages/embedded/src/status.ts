import { monthlyCost, type MeterReading, type StoreHealth } from "@chirograph/stores/around";
import { type Id, latencies, leavingStores, type Totals } from "@chirograph/vault";
import type { EmbeddedVault } from "./open.ts";
import type { StoreReading } from "./places/connections.ts";
import { type PriceList, pricesOf } from "./prices.ts";

/** A store that takes longer is said to give no answer. */
const PATIENCE_MS = 5000;

/** How a vault and its stores are. */
export interface EmbeddedStatus extends Omit<Totals, "stores"> {
  /** Commits that were begun and not finished. */
  readonly unfinished: number;
  /** What costs are told in; `null` without prices. */
  readonly currency: string | null;
  /** In the order of the settings' stores. */
  readonly stores: readonly StatusOfStore[];
}

export interface StatusOfStore extends StoreTotals {
  /** Why it cannot be used now, to go on after its name; `null`: it can. */
  readonly problem: string | null;
  /** Nothing new comes to it. */
  readonly isLeaving: boolean;
  /** How long it takes now to say that its header is there, in milliseconds; `null`: no answer. */
  readonly latencyMs: number | null;
  /** `null` for a folder, and for what could not be opened yet. */
  readonly traffic: Traffic | null;
  /** How its requests go, see `StoreHealth`; `null` as traffic is. */
  readonly health: StoreHealth["state"] | null;
  /** An estimate; `null` where no price is known. */
  readonly monthlyCost: number | null;
  /** Whether requests and transfers are in the cost too, as they went so far. */
  readonly costsTraffic: boolean;
}

/** What went between this process and a store since it was opened. */
export interface Traffic {
  readonly requests: number;
  /** Requests that ended with an error. */
  readonly errors: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

type StoreTotals = Totals["stores"][number];

/** What the catalogue tells, how quickly each store answers now, and what each costs. */
export async function statusOf(vault: EmbeddedVault, prices: PriceList | undefined): Promise<EmbeddedStatus> {
  const { keeping, away } = vault;
  const { rows, settings } = keeping;
  const [{ stores: held, ...totals }, intents, leaving, latency] = await Promise.all([
    rows.totals(),
    rows.intents(),
    leavingStores(rows),
    latencies(keeping, { signal: AbortSignal.timeout(PATIENCE_MS) }),
  ]);
  // Only now: the question just asked tells of their health too.
  const readings = await Promise.all(settings.stores.map(({ id }) => vault.reading(id)));
  return {
    ...totals,
    unfinished: intents.length,
    currency: prices?.currency ?? null,
    stores: settings.stores.map(({ id, provider }, index) => {
      const counts = countsOf(
        id,
        held.find(({ store }) => store === id),
      );
      const reading = readings[index];
      const { location } = vault.config.places[index]!;
      return {
        ...counts,
        problem: away.find((store) => store.id === id)?.problem ?? null,
        isLeaving: leaving.has(id),
        latencyMs: latency.get(id) ?? null,
        traffic: reading === undefined ? null : trafficOf(reading.meter),
        health: reading?.health.state ?? null,
        ...costOf(prices && pricesOf(prices, { location, provider }), counts, reading),
      };
    }),
  };
}

function countsOf(store: Id, totals: StoreTotals | undefined): StoreTotals {
  return { objects: 0, sizeBytes: 0, fragments: 0, owed: 0, condemned: 0, ...totals, store };
}

function trafficOf({ requests, readBytes, writtenBytes }: MeterReading): Traffic {
  const kinds = Object.values(requests);
  return {
    requests: kinds.reduce((sum, { count }) => sum + count, 0),
    errors: kinds.flatMap(({ errors }) => Object.values(errors)).reduce((sum, count) => sum + count, 0),
    readBytes,
    writtenBytes,
  };
}

function costOf(
  prices: ReturnType<typeof pricesOf>,
  { sizeBytes }: StoreTotals,
  reading: StoreReading | undefined,
): Pick<StatusOfStore, "monthlyCost" | "costsTraffic"> {
  if (prices === undefined) return { monthlyCost: null, costsTraffic: false };
  const use = { storedBytes: sizeBytes, reading: reading?.meter, until: Date.now() };
  const { total, traffic } = monthlyCost(prices, use);
  return { monthlyCost: total, costsTraffic: traffic !== undefined };
}

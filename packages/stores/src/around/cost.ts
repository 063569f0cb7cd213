import { StoreError } from "../error.ts";
import type { MeterReading } from "./meter.ts";
import type { RequestKind } from "./wrapped.ts";

const GIGABYTE = 1e9;
/** A twelfth of 365.25 days. */
const MONTH_MS = (365.25 / 12) * 86_400_000;
/** What went on for less time than this says nothing about a month. */
const WATCHED_MS = 600_000;

/** What a provider asks, as its price list says: data of whoever runs the vault. */
export interface Prices {
  /** A label, such as EUR: nothing is converted. */
  readonly currency: string;
  /** For 10⁹ bytes stored, a month. */
  readonly perGigabyteMonth: number;
  /** For a thousand requests of each kind; providers put kinds together in classes of one price. */
  readonly perThousandRequests: Readonly<Record<RequestKind, number>>;
  /** For 10⁹ bytes read out. */
  readonly perGigabyteOut: number;
}

export interface Cost {
  readonly currency: string;
  readonly storage: number;
  /** Requests and what is read out; `undefined` where nobody has watched them for ten minutes. */
  readonly traffic: { readonly requests: number; readonly out: number } | undefined;
  readonly total: number;
}

/** What a store holds, and what went on with it in a span of time. */
export interface Use {
  readonly storedBytes: number;
  /** `undefined`: nobody has counted. */
  readonly reading: MeterReading | undefined;
  /** When it was read: milliseconds since 1970-01-01 UTC. */
  readonly until: number;
}

/**
 * An estimate for a month, in which as much is stored all the time, and requests go on as they did while they were
 * counted, if that was for ten minutes at least.
 * @throws StoreError `invalid` for a price that is no number from 0
 */
export function monthlyCost(prices: Prices, { storedBytes, reading, until }: Use): Cost {
  checkPrices(prices);
  const { currency } = prices;
  const storage = (storedBytes / GIGABYTE) * prices.perGigabyteMonth;
  if (reading === undefined || until - reading.since < WATCHED_MS)
    return { currency, storage, traffic: undefined, total: storage };
  const months = (until - reading.since) / MONTH_MS;
  const requests = requestCost(prices, reading) / months;
  const out = ((reading.readBytes / GIGABYTE) * prices.perGigabyteOut) / months;
  return { currency, storage, traffic: { requests, out }, total: storage + requests + out };
}

function requestCost({ perThousandRequests }: Prices, { requests }: MeterReading): number {
  return Object.entries(requests)
    .map(([kind, { count }]) => (count / 1000) * perThousandRequests[kind as RequestKind])
    .reduce((sum, cost) => sum + cost, 0);
}

function checkPrices({ perGigabyteMonth, perThousandRequests, perGigabyteOut }: Prices): void {
  const { put, get, head, list, delete: remove } = perThousandRequests;
  for (const price of [perGigabyteMonth, perGigabyteOut, put, get, head, list, remove]) {
    if (!(Number.isFinite(price) && price >= 0)) {
      throw new StoreError("invalid", "A price is a number from 0; every kind of request has one.");
    }
  }
}

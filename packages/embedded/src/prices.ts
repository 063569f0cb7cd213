import { readFile } from "node:fs/promises";
import type { Prices, RequestKind } from "@chirograph/stores/around";
import type { StoreSettings } from "@chirograph/vault";
import { EmbeddedError } from "./error.ts";
import { showName } from "./files/name.ts";
import { systemCode } from "./files/system-code.ts";
import { unreadable } from "./files/unreadable.ts";
import { pathsIn } from "./layout.ts";
import { type Location, parseLocation } from "./places/location.ts";
import type { PolicyFile } from "./plan.ts";
import { fields, mapOf, optional, type Read, readJson, textLike } from "./strict-json.ts";

/** What stores cost, as whoever runs the vault was told by his providers: none is built in. */
export interface PriceList {
  /** A label such as EUR. */
  readonly currency: string;
  /** By store, and by provider in lower case. */
  readonly ofStores: ReadonlyMap<Location, Prices>;
  readonly ofProviders: ReadonlyMap<string, Prices>;
}

const DEAREST = 1_000_000;

type Price = Omit<Prices, "currency">;

interface PriceDocument {
  readonly gigabyteMonth: number;
  readonly thousandRequests: Price["perThousandRequests"] | undefined;
  readonly gigabyteOut: number | undefined;
}

interface PriceListDocument {
  readonly currency: string;
  readonly stores: ReadonlyMap<string, Price> | undefined;
  readonly providers: ReadonlyMap<string, Price> | undefined;
}

const readNumber: Read<number> = (value, place) =>
  typeof value === "number" && value >= 0 && value <= DEAREST
    ? value
    : place.refuse(`is no price: a number from 0 to ${DEAREST}`);

const readKinds = fields<{ readonly [Kind in RequestKind]: number | undefined }>({
  put: optional(readNumber),
  get: optional(readNumber),
  head: optional(readNumber),
  list: optional(readNumber),
  delete: optional(readNumber),
});

/** One price for all, or one for each kind; kinds that are left out cost nothing. */
const readRequests: Read<Price["perThousandRequests"]> = (value, place) => {
  if (typeof value !== "object") return ofAllKinds(readNumber(value, place));
  const { put = 0, get = 0, head = 0, list = 0, delete: remove = 0 } = readKinds(value, place);
  return { put, get, head, list, delete: remove };
};

const readWhole = fields<PriceDocument>({
  gigabyteMonth: readNumber,
  thousandRequests: optional(readRequests),
  gigabyteOut: optional(readNumber),
});

/** A number is for what is kept; requests and transfers cost nothing then. */
const readPrice: Read<Price> = (value, place) => {
  const { gigabyteMonth, thousandRequests, gigabyteOut } =
    typeof value === "number"
      ? readWhole({ gigabyteMonth: readNumber(value, place) }, place)
      : readWhole(value, place);
  return {
    perGigabyteMonth: gigabyteMonth,
    perThousandRequests: thousandRequests ?? ofAllKinds(0),
    perGigabyteOut: gigabyteOut ?? 0,
  };
};

const readList: Read<PriceListDocument> = fields<PriceListDocument>({
  currency: textLike(/^[\p{L}\p{Sc}]{1,8}$/u, "a currency, such as EUR"),
  stores: optional(mapOf(readPrice)),
  providers: optional(mapOf(readPrice)),
});

/** @throws EmbeddedError `malformed`, naming the key; `invalid` for what names no store */
export function parsePrices({ path, text }: PolicyFile): PriceList {
  const { currency, stores = new Map(), providers = new Map() } = readJson(path, text, readList);
  const named = (prices: ReadonlyMap<string, Price>, keyOf: (name: string) => string): Map<string, Prices> =>
    once(path, prices, { currency, keyOf });
  return {
    currency,
    ofStores: named(stores, parseLocation),
    ofProviders: named(providers, (name) => name.toLowerCase()),
  };
}

/** `prices.json` in a vault's folder, if it is there. @throws EmbeddedError as `parsePrices` */
export async function readPrices(folder: string): Promise<PriceList | undefined> {
  const path = pathsIn(folder).prices;
  try {
    return parsePrices({ path, text: await readFile(path, "utf8") });
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw unreadable(path, error);
  }
}

/** What a store asks, or else its provider; `undefined` where neither has a price. */
export function pricesOf(
  { ofStores, ofProviders }: PriceList,
  { location, provider }: Pick<StoreSettings, "provider"> & { readonly location: Location | undefined },
): Prices | undefined {
  const own = location === undefined ? undefined : ofStores.get(location);
  return own ?? ofProviders.get(provider.toLowerCase());
}

function ofAllKinds(price: number): Price["perThousandRequests"] {
  return { put: price, get: price, head: price, list: price, delete: price };
}

function once(
  path: string,
  prices: ReadonlyMap<string, Price>,
  { currency, keyOf }: { readonly currency: string; readonly keyOf: (name: string) => string },
): Map<string, Prices> {
  const byKey = new Map<string, Prices>();
  for (const [name, price] of prices) {
    const key = keyOf(name);
    if (byKey.has(key))
      throw new EmbeddedError("malformed", `${showName(path)}: ${showName(name)} has two prices.`);
    byKey.set(key, { currency, ...price });
  }
  return byKey;
}

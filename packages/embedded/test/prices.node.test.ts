import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createEmbedded, parseLocation, parsePrices, pathsIn, readPrices } from "../src/index.ts";
import { pricesOf } from "../src/prices.ts";
import { Bench } from "./bench.ts";

const read = (document: object): ReturnType<typeof parsePrices> =>
  parsePrices({ path: "prices.json", text: JSON.stringify(document) });
const all = (price: number): object => ({ put: price, get: price, head: price, list: price, delete: price });

describe("prices", () => {
  const list = read({
    currency: "€",
    stores: { "file:/a": 0.01 },
    providers: {
      Somebody: { gigabyteMonth: 0.02, thousandRequests: 0.005, gigabyteOut: 0.09 },
      other: { gigabyteMonth: 1, thousandRequests: { put: 0.3, get: 0.1 } },
    },
  });
  const of = (location: string, provider: string): unknown =>
    pricesOf(list, { location: parseLocation(location), provider });

  test("are a store's own, or its provider's however that is written, or not known", () => {
    const kept = { currency: "€", perGigabyteMonth: 0.01, perThousandRequests: all(0), perGigabyteOut: 0 };
    expect(of("file:/a", "somebody")).toEqual(kept);
    expect(of("file:/b", "SOMEBODY")).toEqual({
      currency: "€",
      perGigabyteMonth: 0.02,
      perThousandRequests: all(0.005),
      perGigabyteOut: 0.09,
    });
    expect(of("file:/b", "other")).toEqual({
      currency: "€",
      perGigabyteMonth: 1,
      perThousandRequests: { put: 0.3, get: 0.1, head: 0, list: 0, delete: 0 },
      perGigabyteOut: 0,
    });
    expect(of("file:/b", "nobody")).toBeUndefined();
    expect(pricesOf(list, { location: undefined, provider: "other" })?.perGigabyteMonth).toBe(1);
  });

  test.each<[string, object, RegExp]>([
    ["no currency", {}, /currency/],
    ["a currency that is none", { currency: "two words" }, /currency is not a currency/],
    ["a price below 0", { currency: "EUR", stores: { "file:/a": -1 } }, /stores\.\S*a is no price/],
    ["a text for a price", { currency: "EUR", providers: { a: "1" } }, /providers\.a is no object/],
    ["no price of what is kept", { currency: "EUR", providers: { a: {} } }, /gigabyteMonth is no price/],
    [
      "a key that is not known",
      { currency: "EUR", providers: { a: { gigabyteMonth: 1, gigabyteIn: 1 } } },
      /gigabyteIn is not known/,
    ],
    [
      "a kind that is not known",
      { currency: "EUR", providers: { a: { gigabyteMonth: 1, thousandRequests: { copy: 1 } } } },
      /thousandRequests\.copy is not known/,
    ],
    ["no store", { currency: "EUR", stores: { "gopher:a": 1 } }, /names no store/],
    ["a provider twice", { currency: "EUR", providers: { a: 1, A: 2 } }, /A has two prices/],
  ])("with %s are refused", (_, document, says) => {
    expect(() => read(document)).toThrow(says);
  });
});

describe("prices.json", () => {
  const bench = new Bench();

  test("need not be there; where it is, it is read as strictly", async () => {
    await createEmbedded(bench.engine, bench.plan("vault", ["s1", "s2"]));
    const folder = bench.path("vault");
    expect(await readPrices(folder)).toBeUndefined();
    writeFileSync(pathsIn(folder).prices, `{"currency": "EUR", "stores": {"file:/a": 1}}`);
    expect((await readPrices(folder))?.currency).toBe("EUR");
    writeFileSync(pathsIn(folder).prices, `{"stores": {}}`);
    await expect(readPrices(folder)).rejects.toMatchObject({ code: "malformed" });
  });
});

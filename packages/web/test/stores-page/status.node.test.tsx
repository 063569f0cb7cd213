import type { ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Loss } from "../../src/stores-page/Loss.tsx";
import { Remarks } from "../../src/stores-page/Remarks.tsx";
import { storeColumns, storeRows } from "../../src/stores-page/store-rows.tsx";
import type { StatusView, VaultView } from "../../src/worker/contract.ts";

type Store = StatusView["stores"][number];

const vault: VaultView = {
  vault: "v",
  tolerate: 1,
  publicBelowNeeded: false,
  regions: 1,
  providerBelowNeeded: false,
  tolerateProviders: 0,
  stores: ["a", "b"].map((id) => ({
    id,
    name: `cloud ${id}`,
    kind: "public",
    provider: "somebody",
    region: "north",
    weight: 1,
  })),
  hasChanged: false,
};
const folder: Omit<Store, "store"> = {
  problem: null,
  isLeaving: false,
  latencyMs: 3,
  traffic: null,
  health: null,
  objects: 2,
  sizeBytes: 1_200_000,
  fragments: 4,
  owed: 0,
  condemned: 0,
  monthlyCost: null,
  costsTraffic: false,
};
const traffic = { requests: 1200, errors: 3, readBytes: 5_000_000, writtenBytes: 700 };

function statusOf(first: Partial<Store>, whole: Partial<StatusView> = {}): StatusView {
  return {
    charts: 1,
    records: 1,
    versions: 1,
    erased: 0,
    unfinished: 0,
    losses: { incomplete: 0, tooFew: 0 },
    currency: null,
    stores: [
      { ...folder, store: "a", ...first },
      { ...folder, store: "b" },
    ],
    ...whole,
  };
}

/** What is to be read, with " | " for every boundary of an element. */
function textOf(element: ReactElement | null): string {
  return renderToStaticMarkup(element)
    .replaceAll(/<svg.*?<\/svg>/g, "")
    .replaceAll(/(?:<[^>]*>)+/g, " | ");
}

/** A store's cells, by the label of their column. */
function cellsOf(first: Partial<Store>, whole: Partial<StatusView> = {}, of = vault): Record<string, string> {
  const status = statusOf(first, whole);
  const [row] = storeRows(of, status);
  return Object.fromEntries(
    storeColumns(of, status).map(({ label, cell }) => [label, textOf(<div>{cell(row!)}</div>)]),
  );
}

describe("a store's row", () => {
  it("of a folder has no traffic and no cost", () => {
    const cells = cellsOf({});
    expect(Object.keys(cells)).toHaveLength(6);
    expect(cells).not.toHaveProperty("Requests");
    expect(cells["Size"]).toContain("1.2 MB");
    expect(cells["Fragments"]).toMatch(/4.*in 2 objects/);
    expect(cells["Kind and region"]).toMatch(/Public cloud.*north/);
    expect(cells["State"]).toMatch(/Answers.*in 3 ms/);
    expect(cells["Store"]).not.toContain("weight");
  });

  it("tells traffic and cost where there are any", () => {
    const cells = cellsOf({ traffic, health: "closed", monthlyCost: 0.123 }, { currency: "EUR" });
    expect(cells["Requests"]).toMatch(/1,200.*3 failed.*5\.0 MB read.*700 bytes written/);
    expect(cells["Size and cost"]).toMatch(/1\.2 MB.*0\.12 EUR a month/);
    expect(cellsOf({ monthlyCost: 0.001 }, { currency: "EUR" })["Size and cost"]).toContain("under 0.01 EUR");
    expect(cellsOf({}, { currency: "EUR" })["Size and cost"]).not.toContain("EUR");
  });

  it.each<[string, Partial<Store>, RegExp]>([
    ["is away", { problem: "It is not there.", latencyMs: null }, /Away.*It is not there\./],
    ["is leaving", { isLeaving: true }, /Answers.*Leaving/],
    ["is left alone", { health: "open" }, /Left alone for a while/],
    ["is tried again", { health: "half-open", latencyMs: null }, /To be tried again/],
    ["does not answer in time", { latencyMs: null }, /No answer now/],
  ])("says that it %s", (_, store, says) => {
    expect(cellsOf(store)["State"]).toMatch(says);
  });

  it("tells weights where they are not all the same", () => {
    const [first, second] = vault.stores;
    const stores = [{ ...first!, weight: 3 }, second!];
    expect(cellsOf({}, {}, { ...vault, stores })["Store"]).toContain("somebody, weight 3");
  });
});

function lossOf(of: Partial<VaultView>, status: Partial<StatusView> = {}): string {
  return textOf(<Loss vault={{ ...vault, ...of }} status={statusOf({}, status)} />);
}

function remarksOf(first: Partial<Store>, whole: Partial<StatusView> = {}): string {
  return textOf(<Remarks status={statusOf(first, whole)} />);
}

describe("what may be lost", () => {
  it("tells the rules of the policy, and no others", () => {
    const rules: [Partial<VaultView>, string][] = [
      [{ providerBelowNeeded: true }, "No provider alone"],
      [{ tolerateProviders: 1 }, "Any one provider may be lost"],
      [{ stores: vault.stores.map((store, index) => ({ ...store, weight: 1 + index })) }, "by their weights"],
    ];
    for (const [rule, says] of rules) {
      expect(lossOf(rule)).toContain(says);
      expect(lossOf({})).not.toContain(says);
    }
  });

  it("counts a store that gives no answer as one that is away, whatever is known of it", () => {
    expect(lossOf({})).toContain("All of them answer now.");
    const silent = statusOf({ latencyMs: null });
    expect(textOf(<Loss vault={vault} status={silent} />)).toContain("One does not answer now.");
  });

  it("tells the versions at risk, that there are none, or that they are being counted", () => {
    expect(lossOf({})).toContain("Every version has all its fragments");
    expect(lossOf({}, { losses: null })).toContain("still being counted");
    const text = lossOf({}, { losses: { incomplete: 1, tooFew: 2 } });
    expect(text).toContain("1 version lacks fragments and still opens");
    expect(text).toContain("2 versions have fewer known fragments");
    expect(text).not.toContain("Every version has");
  });
});

describe("what stands below the table", () => {
  it("is nothing without prices and traffic", () => {
    expect(remarksOf({})).toBe("");
  });

  it("sums what is known of the costs, and says what is in them", () => {
    const priced = { monthlyCost: 2.5 };
    expect(remarksOf(priced, { currency: "EUR" })).toMatch(
      /About 2\.50 EUR a month for what is kept, without 1 store of no known price\. Requests and transfers are not in it\./,
    );
    const watched = { ...priced, costsTraffic: true, traffic };
    expect(remarksOf(watched, { currency: "EUR" })).toMatch(
      /in it for 1 store, as they went since the server began\. Requests are those from/,
    );
  });
});

import { defaultPolicy } from "@chirograph/vault";
import { expect, test } from "vitest";
import { showStatus } from "../../src/commands/vault/status-view.ts";
import type { StoreStatus, VaultStatus } from "../../src/vault/open-vault.ts";

function storeOf(more: Partial<StoreStatus>): StoreStatus {
  return {
    store: "0".repeat(32),
    location: "cloud 1",
    kind: "public",
    provider: "somebody",
    region: "north",
    weight: 1,
    problem: null,
    isLeaving: false,
    latencyMs: 12,
    traffic: null,
    health: null,
    objects: 1,
    sizeBytes: 2048,
    fragments: 3,
    owed: 0,
    condemned: 0,
    monthlyCost: null,
    costsTraffic: false,
    ...more,
  };
}

function linesOf(store: Partial<StoreStatus>, more: Partial<VaultStatus> = {}): string[] {
  return showStatus({
    vault: "0".repeat(32),
    charts: 1,
    records: 1,
    versions: 1,
    erased: 0,
    unfinished: 0,
    losses: { incomplete: 0, tooFew: 0 },
    currency: null,
    policy: defaultPolicy(2),
    stores: [storeOf(store), storeOf({ location: "cloud 2" })],
    ...more,
  });
}

test.each<[string, Partial<StoreStatus>, string]>([
  ["answers", {}, "cloud 1  1 object, 3 fragments, 2.0 KiB, answers in 12 ms"],
  [
    "is behind a server",
    { traffic: { requests: 120, errors: 3, readBytes: 2048, writtenBytes: 1 }, health: "closed" },
    "cloud 1  1 object, 3 fragments, 2.0 KiB, 120 requests (3 failed), 2.0 KiB read and 1 byte written since the server began, answers in 12 ms",
  ],
  [
    "is left alone",
    { latencyMs: null, health: "open", isLeaving: true },
    "cloud 1  1 object, 3 fragments, 2.0 KiB, leaving, left alone for a while",
  ],
  [
    "is away",
    { latencyMs: null, health: "half-open", problem: "is not there" },
    "cloud 1  1 object, 3 fragments, 2.0 KiB, to be tried again, is not there",
  ],
])("a store that %s", (_, store, line) => {
  expect(linesOf(store)[1]).toBe(line);
});

test("costs say what is in them", () => {
  const priced = { monthlyCost: 1.25 };
  expect(linesOf(priced, { currency: "EUR" }).at(-1)).toBe(
    "About 1.25 EUR a month for what is kept, without 1 store of no known price; requests and transfers are not in it.",
  );
  expect(linesOf({ ...priced, costsTraffic: true }, { currency: "EUR" }).at(-1)).toMatch(
    /; requests and transfers are in it for 1 store, as they went since the server began\.$/,
  );
});

test("versions at risk are counted, or said to be still under way", () => {
  const text = linesOf({}, { losses: { incomplete: 2, tooFew: 1 } }).join("\n");
  expect(text).toContain("1 version with fewer fragments known than are needed");
  expect(text).toContain("2 versions without all fragments");
  expect(linesOf({}, { losses: null }).join("\n")).toContain("still being counted");
  expect(linesOf({}).join("\n")).not.toMatch(/fragments known|all fragments|counted/);
});

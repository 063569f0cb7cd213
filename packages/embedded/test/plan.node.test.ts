import { readFileSync } from "node:fs";
import { defaultPolicy, type Policy } from "@chirograph/vault";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../src/config.ts";
import { createEmbedded, parseLocations, pathsIn, planVault } from "../src/index.ts";
import { Bench } from "./bench.ts";

const locations = parseLocations(["file:/a", "file:/b", "file:/c", "file:/d"]);
const standard = defaultPolicy(4);

function policyOf(document: object, preset?: string): Policy {
  return planVault(locations, { preset, file: fileOf(document) }).policy;
}

function fileOf(document: object): { path: string; text: string } {
  return { path: "policy.json", text: JSON.stringify(document) };
}

const clouds = {
  "file:/a": { kind: "public", provider: "a", weight: 3 },
  "file:/b": { kind: "private-hosted", provider: "b" },
};

describe("a planned vault", () => {
  test("has what is written, and defaults", () => {
    expect(planVault(locations, {})).toEqual({
      policy: standard,
      stores: locations.map(() => ({ kind: "private-on-premise", provider: "", region: "", weight: 1 })),
    });
    const rules = { tolerate: 2, regions: 2, providerBelowNeeded: true, tolerateProviders: 1 };
    const { policy, stores } = planVault(locations, { file: fileOf({ ...rules, stores: clouds }) });
    expect(policy).toEqual({ ...standard, ...rules });
    expect(stores.map(({ kind, weight }) => [kind, weight])).toEqual([
      ["public", 3],
      ["private-hosted", 1],
      ["private-on-premise", 1],
      ["private-on-premise", 1],
    ]);
  });

  test("has the rules of its presets, of the line and of the file, and what the file adds", () => {
    expect(policyOf({ stores: clouds }, "hybrid")).toEqual({ ...standard, publicBelowNeeded: true });
    expect(policyOf({ preset: "hybrid", tolerate: 2, stores: clouds }, "multi-cloud")).toEqual({
      ...standard,
      tolerate: 2,
      publicBelowNeeded: true,
      providerBelowNeeded: true,
      tolerateProviders: 1,
    });
    expect(policyOf({ preset: "hybrid", publicBelowNeeded: true, stores: clouds }).publicBelowNeeded).toBe(
      true,
    );
  });

  test.each<[string, object, string | undefined, RegExp]>([
    [
      "contradicts its preset",
      { preset: "hybrid", publicBelowNeeded: false, stores: clouds },
      undefined,
      /hybrid/,
    ],
    ["has no public store for one that needs some", {}, "hybrid", /none of these is one/],
    ["has a preset that there is not", { stores: clouds }, "cloudy", /is no preset/],
    ["has nothing outside the house", {}, "multi-cloud", /on premise/],
    ["names no provider", { stores: { "file:/a": { kind: "public" } } }, "multi-cloud", /names one/],
    ["loses more providers than can be planned for", { tolerateProviders: 2 }, undefined, /from 0 to 1/],
    ["weighs a store with nothing", { stores: { "file:/a": { weight: 0 } } }, undefined, /from 1 to 100/],
  ])("that %s is refused", (_, document, preset, says) => {
    expect(() => policyOf(document, preset)).toThrow(says);
  });
});

describe("vault.json", () => {
  const bench = new Bench();

  test("of the first format is read: stores weigh the same, no rule speaks of providers", async () => {
    await createEmbedded(bench.engine, bench.plan("vault", ["a1", "a2"]));
    const text = readFileSync(pathsIn(bench.path("vault")).config, "utf8");
    const first = text
      .replace("chirograph-vault-3", "chirograph-vault-1")
      .replaceAll(/,\s*"(?:generation|weight|providerBelowNeeded|tolerateProviders)": \w+/g, "");
    expect(first).not.toMatch(/generation|weight|rovider(?:s|Below)/);
    const config = await parseConfig(bench.engine, "vault.json", text);
    expect(await parseConfig(bench.engine, "vault.json", first)).toEqual(config);
    const mixed = text.replace("chirograph-vault-3", "chirograph-vault-1");
    await expect(parseConfig(bench.engine, "vault.json", mixed)).rejects.toThrow(/is not known/);
    const later = first.replace("chirograph-vault-1", "chirograph-vault-2");
    await expect(parseConfig(bench.engine, "vault.json", later)).rejects.toThrow(
      /policy\.providerBelowNeeded is neither true nor false/,
    );
  });

  test("of the second format is read: it is of the first generation", async () => {
    await createEmbedded(bench.engine, bench.plan("second", ["b1", "b2"]));
    const text = readFileSync(pathsIn(bench.path("second")).config, "utf8");
    const config = await parseConfig(bench.engine, "vault.json", text);
    const second = text
      .replace("chirograph-vault-3", "chirograph-vault-2")
      .replace(/,\s*"generation": 1/, "");
    expect(await parseConfig(bench.engine, "vault.json", second)).toEqual(config);
    const mixed = text.replace("chirograph-vault-3", "chirograph-vault-2");
    await expect(parseConfig(bench.engine, "vault.json", mixed)).rejects.toThrow(/generation is not known/);
  });
});

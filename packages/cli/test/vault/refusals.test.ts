import { mkdirSync, statSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { Bench, opening } from "../chirograph.ts";
import { VaultBench } from "./vault-bench.ts";

const bench = new VaultBench();
const NONE = "0".repeat(32);
let before: string[];

beforeAll(async () => {
  await bench.found();
  bench.write("scan", "a scan");
  bench.write("bad-word", "Adk 1234\n");
  bench.write("unknown.json", `{ "tolerate": 1, "stores": { "file:new": { "sort": "public" } } }`);
  bench.write("not.json", "tolerate: 1");
  bench.write("foreign.json", `{ "stores": { "file:elsewhere": {} } }`);
  bench.write("greedy.json", `{ "regions": 2 }`);
  bench.write("heavy.json", `{ "stores": { "file:new": { "weight": 101 } } }`);
  bench.write("mixed.json", `{ "publicBelowNeeded": false, "stores": { "file:n0": { "kind": "public" } } }`);
  bench.write("odd.json", `{ "preset": "cloudy" }`);
  bench.write("public.json", `{ "preset": "hybrid", "stores": { "file:n0": { "kind": "public" } } }`);
  bench.write("untold.json", `{ "stores": { "file:n0": { "kind": "public" } } }`);
  bench.write(
    "two.json",
    `{ "stores": { "file:n0": { "kind": "public", "provider": "a" }, "file:n1": { "kind": "public", "provider": "b" } } }`,
  );
  bench.write(
    "few.json",
    `{ "tolerate": 2, "stores": {
      "file:n0": { "kind": "public" }, "file:n1": { "kind": "public" }, "file:n2": { "kind": "public" } } }`,
  );
  mkdirSync(bench.path("full"));
  bench.write("full/something", "");
  before = bench.names();
});

async function expectExit(code: number, line: string, says: RegExp): Promise<void> {
  const end = await bench.run(line);
  expect(end).toMatchObject({ code, stdout: "" });
  expect(end.stderr).toMatch(says);
  expect(bench.names()).toEqual(before);
}

const eight = Array.from({ length: 8 }, (_, index) => `file:n${index}`).join(" ");

describe.concurrent("64: usage", () => {
  test.for([
    ["no store", "init new --identity me.key", /--store/],
    ["a store of no known kind", "init new --store ftp:host --identity me.key", /names no store/],
    ["a store named twice", "init new --store file:a file:./a --identity me.key", /twice/],
    ["a store named twice, by reindex", "reindex new --store file:s1 file:./s1 --identity me.key", /twice/],
    ["a bare percent sign", "init new --store file:50% --identity me.key", /%25/],
    ["no id", `put scan --chart scan ${opening}`, /32 hexadecimal/],
    ["two presets", "init new --store file:n0 --identity me.key --policy hybrid multi-cloud", /one preset/],
    ["two policy files", "init new --store file:n0 --identity me.key --policy two.json few.json", /one file/],
    [
      "a preset that no store fits",
      "init new --store file:n0 --identity me.key --policy hybrid",
      /none of these is/,
    ],
    [
      "a preset that asks for private stores",
      "init new --store file:n0 --identity me.key --policy public.json",
      /needs private stores/,
    ],
    [
      "a preset about providers, with none named",
      "init new --store file:n0 file:n1 --identity me.key --policy multi-cloud untold.json",
      /not every store outside the house names one/,
    ],
    ["no reference", `get scan -o out ${opening}`, /version's id or number/],
    ["no range", `get ${NONE} -o out --range 9-1 ${opening}`, /FIRST-LAST/],
    ["two subjects", `share --chart ${NONE} --record ${NONE} --to ward.pub ${opening}`, /Either/],
    ["no subject", `revoke --to ward.pub ${opening}`, /Either/],
    ["rights that do not exist", `share --chart ${NONE} --to ward.pub --can fly ${opening}`, /read, write/],
    ["rights in one record", `share --record ${NONE} --to ward.pub --can read ${opening}`, /--can/],
    ["two sources for one record", `put scan word --chart ${NONE} --record ${NONE} ${opening}`, /one source/],
    ["a word without an identity", `list --chart ${NONE} --sequence-key-file word`, /--identity/],
    ["keys for all charts at once", `list ${opening}`, /--chart/],
    ["a word and a standing unlock", `get ${NONE} -o out ${opening} --standing`, /--standing/],
    [
      "a date that is over",
      `standing allow --chart ${NONE} --to ward.pub --until 2001-01-01 ${opening}`,
      /to come/,
    ],
  ] as const)("%s", ([, line, says]) => expectExit(64, line, says));

  test("JSON and a record on one output", async () => {
    const { code, stdout } = await bench.run(`get ${NONE} -o - --json ${opening}`);
    expect(code).toBe(64);
    expect(JSON.parse(stdout)).toMatchObject({ error: { exit: 64 } });
  });

  test("no vault is named", async () => {
    const plain = new Bench();
    const end = await plain.run("status");
    expect(end).toMatchObject({ code: 64, stdout: "" });
    expect(end.stderr).toMatch(/--vault DIR or in \$CHIROGRAPH_VAULT/);
  });
});

describe.concurrent("66: an input is missing", () => {
  test.for([
    ["the vault", `status --vault full`, /holds no vault/],
    ["the source", `put gone --chart ${NONE} ${opening}`, /gone does not exist/],
    ["the identity", `get ${NONE} -o out --identity gone --sequence-key-file word`, /gone does not exist/],
    ["the policy", "init full --store file:a --identity me.key --policy gone", /gone does not exist/],
  ] as const)("%s", ([, line, says]) => expectExit(66, line, says));
});

describe.concurrent("73: would overwrite", () => {
  test.for([
    ["a vault", `init vault --store ${eight} --identity me.key`, /holds a vault already/],
    ["a folder that is not empty", `init full --store ${eight} --identity me.key`, /not empty/],
    [
      "a store of another vault",
      "init new --store file:n0 file:s1 --identity me.key",
      /s1 belongs to a vault/,
    ],
    ["an output", `get ${NONE} -o scan ${opening}`, /scan is there already/],
    ["a vault, by reindex", "reindex vault --store file:s1 --identity me.key", /is not empty|already/],
  ] as const)("%s", ([, line, says]) => expectExit(73, line, says));
});

describe.concurrent("65: bad input data", () => {
  test.for([
    [
      "a policy with an unknown key",
      `init new --store file:new --identity me.key --policy unknown.json`,
      /stores\.file:new\.sort is not known/,
    ],
    ["a policy that is no JSON", `init new --store file:new --identity me.key --policy not.json`, /not JSON/],
    [
      "a policy for another store",
      `init new --store file:new --identity me.key --policy foreign.json`,
      /elsewhere is none/,
    ],
    [
      "a policy that cannot hold",
      `init new --store ${eight} --identity me.key --policy greedy.json`,
      /asks for 2 regions/,
    ],
    [
      "a weight that is none",
      "init new --store file:new --identity me.key --policy heavy.json",
      /stores\.file:new\.weight is not a whole number from 1 to 100/,
    ],
    [
      "a preset that is none",
      "init new --store file:new --identity me.key --policy odd.json",
      /preset is none of hybrid, multi-cloud/,
    ],
    [
      "a preset and a file that contradict each other",
      "init new --store file:n0 file:n1 --identity me.key --policy hybrid mixed.json",
      /publicBelowNeeded is false, and the preset hybrid makes it true/,
    ],
    [
      "a preset that cannot hold: too few private stores",
      "init new --store file:n0 file:n1 file:n2 file:n3 file:n4 --identity me.key --policy hybrid few.json",
      /"publicBelowNeeded" cannot hold: any 2 of the 5 .* the 2 private ones are/,
    ],
    [
      "a preset that cannot hold: two providers alone",
      "init new --store file:n0 file:n1 --identity me.key --policy multi-cloud two.json",
      /"providerBelowNeeded" cannot hold: .* third provider/,
    ],
    [
      "a store that is a file",
      "init new --store file:new-1 file:scan --identity me.key",
      /scan is no folder/,
    ],
    ["a chart that is not there", `put scan --chart ${NONE} ${opening}`, /\n?hint: /],
    ["a record that is not there", `get ${NONE} -o out ${opening}`, /\n?hint: /],
    ["a word that breaks rules", "chart new --identity me.key --sequence-key-file bad-word", /not valid/],
  ] as const)("%s", ([, line, says]) => expectExit(65, line, says));
});

describe("a vault's folder", () => {
  test("holds private files, and a key that others may read is not used: 65", async () => {
    expect(statSync(bench.path("vault")).mode & 0o777).toBe(0o700);
    for (const name of ["vault.json", "catalogue.key"])
      expect(statSync(bench.path(`vault/${name}`)).mode & 0o777).toBe(0o600);
    bench.chmod("vault/catalogue.key", 0o640);
    const end = await bench.run("status");
    bench.chmod("vault/catalogue.key", 0o600);
    expect(end).toMatchObject({ code: 65, stdout: "" });
    expect(end.stderr).toMatch(/chmod 600/);
    await bench.succeed("status");
  });

  test.each([
    [
      "a key that is not known",
      (text: string) => text.replace('"format"', '"colour": 1, "format"'),
      /colour is not known/,
    ],
    [
      "another format",
      (text: string) => text.replace("chirograph-vault-3", "chirograph-vault-9"),
      /format is none of/,
    ],
    [
      "a policy that is no number",
      (text: string) => text.replace(/"tolerate": 2/, '"tolerate": "2"'),
      /policy\.tolerate is not a whole number/,
    ],
    [
      "a store twice",
      (text: string) => text.replaceAll(/"id": "\w+"/g, `"id": "${"1".repeat(32)}"`),
      /one id twice/,
    ],
    [
      "a location that is none",
      (text: string) => text.replace("file:///", "ftp://"),
      /stores\[0\]\.location/,
    ],
    ["nothing", () => "", /is not JSON/],
  ] as const)("with settings that have %s is refused: 65", async (_, change, says) => {
    const settings = bench.read("vault/vault.json").toString();
    bench.write("vault/vault.json", change(settings));
    try {
      await expectExit(65, "status", says);
    } finally {
      bench.write("vault/vault.json", settings);
    }
  });

  test("with a damaged key or catalogue is refused: 65, and names reindex", async () => {
    for (const name of ["catalogue.key", "catalogue.sqlite"]) {
      const bytes = bench.read(`vault/${name}`);
      bench.write(
        `vault/${name}`,
        "not what it should be, but long enough to look like something".repeat(99),
      );
      await expectExit(65, "status", /reindex/);
      bench.write(`vault/${name}`, bytes);
    }
  });
});

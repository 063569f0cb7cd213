// What whoever runs the vault does, without any reader's key.
import { readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { opening } from "../chirograph.ts";
import { locations, STORES, VaultBench } from "./vault-bench.ts";

const bench = new VaultBench();
let chart: string;
let record: string;

beforeAll(async () => {
  await bench.found();
  chart = await bench.newChart();
  bench.write("scan", "a scan".repeat(20_000));
  bench.write("note", "a note");
  [record] = (await bench.put("scan", chart)) as [string];
});

/** Runs a command line while no identity and no word exists anywhere. */
async function keyless<Result>(work: () => Promise<Result>): Promise<Result> {
  const names = ["me.key", "ward.key", "word", "other-word"];
  return bench.without(names, work);
}

describe("stores that are away", () => {
  test("any two may be: put and get go on", async () => {
    for (const away of [
      ["s1", "s2"],
      ["s3", "s8"],
    ]) {
      await bench.without(away, async () => {
        const end = await bench.succeed(`get ${record} -o again-${away.join("-")} ${opening}`);
        // Each of them once.
        for (const store of away)
          expect(end.stderr.match(new RegExp(`/${store}\\b.*`, "g"))).toEqual([`/${store} is not there.`]);
      });
      expect(bench.read(`again-${away.join("-")}`).equals(bench.read("scan"))).toBe(true);
    }
  });

  test("three may not, and are named: 69", async () => {
    const away = ["s2", "s4", "s7"];
    const end = await bench.without(away, () => bench.run(`get ${record} -o out ${opening}`));
    expect(end).toMatchObject({ code: 69, stdout: "" });
    for (const store of away) expect(end.stderr).toContain(`${bench.folder}/${store}`);
    expect(bench.names()).not.toContain("out");
    const found = await bench.without(away, () => keyless(() => bench.run("verify")));
    expect(found.code).toBe(69);
    expect(found.stdout).toMatch(
      new RegExp(`^beyond repair: record ${record}, version \\w+: 3 × fragment unreachable`, "m"),
    );
    expect(found.stderr).toMatch(/may be whole again when/);
  });
});

describe("without a key", () => {
  test("verify finds nothing in a sound vault: 0", async () => {
    const end = await keyless(() => bench.run("verify --json"));
    expect(end.code).toBe(0);
    expect(JSON.parse(end.stdout)).toMatchObject({ repairable: [], lost: [] });
    expect((await keyless(() => bench.run(`verify --sample 2`))).code).toBe(0);
  });

  test("what is deleted, cut short and changed on two stores is found, and repaired byte for byte", async () => {
    for (const name of bench.files("s1").slice(0, 2)) rmSync(bench.path(join("s1", name)));
    for (const name of bench.files("s4").filter((each) => !each.endsWith("vault"))) {
      const path = bench.path(join("s4", name));
      const bytes = bench.read(join("s4", name));
      if (bytes.length % 2) truncateSync(path, bytes.length - 1);
      else writeFileSync(path, bytes.fill(bytes[9]! ^ 1, 9, 10));
    }
    const found = await keyless(() => bench.run("verify"));
    expect(found).toMatchObject({ code: 65 });
    expect(found.stdout).toMatch(/\/s1[^]*\/s4|\/s4[^]*\/s1/);
    expect((await keyless(() => bench.run("repair"))).code).toBe(0);
    expect((await keyless(() => bench.run("verify"))).code).toBe(0);
    // The repaired fragments count: two other stores may be away now.
    await bench.without(["s2", "s3"], () => bench.succeed(`get ${record} -o repaired ${opening}`));
    expect(bench.read("repaired").equals(bench.read("scan"))).toBe(true);
  });

  test("a store that was replaced by an empty folder is filled again, header and all", async () => {
    for (const name of readdirSync(bench.path("s6"))) rmSync(bench.path(`s6/${name}`), { recursive: true });
    expect((await keyless(() => bench.run("status"))).stdout).toMatch(/\/s6 .*has lost its header/);
    const found = await keyless(() => bench.run("verify"));
    expect(found).toMatchObject({ code: 65 });
    expect(found.stdout).toMatch(/header missing on \S*\/s6/);
    await keyless(() => bench.succeed("repair"));
    expect((await keyless(() => bench.run("verify"))).code).toBe(0);
  });

  test("status, policy and list tell how things are", async () => {
    const { stdout } = await keyless(() => bench.succeed("status --json"));
    const status = JSON.parse(stdout) as {
      charts: number;
      stores: { problem: string | null; objects: number }[];
    };
    expect(status).toMatchObject({ charts: 1, records: 1, versions: 1, unfinished: 0 });
    expect(status.stores).toHaveLength(8);
    for (const store of status.stores) expect(store).toMatchObject({ problem: null, owed: 0, condemned: 0 });
    const away = await bench.without(["s3"], () => keyless(() => bench.succeed("status")));
    expect(away.stdout).toMatch(/s3 .*is not there/);
    const policy = await keyless(() => bench.succeed("policy explain --length 8"));
    expect(policy.stdout).toMatch(/Any 2 stores of the 8 may be lost/);
    expect(policy.stdout).toContain(`file://${bench.folder}/s1`);
    expect(policy.stdout).toMatch(/^any stores +8 +8 +yes, 6 of them$/m);
    expect((await keyless(() => bench.succeed("list"))).stdout).toContain(chart);
  });

  test("a put that a store did not take is owed to it, and repair pays", async () => {
    const put = await bench.without(["s5"], () => bench.run(`put note --chart ${chart} ${opening}`));
    expect(put.code).toBe(0);
    expect((await keyless(() => bench.run("verify"))).code).toBe(65);
    await keyless(() => bench.succeed("repair"));
    expect((await keyless(() => bench.run("verify"))).code).toBe(0);
  });
});

describe("erasing", () => {
  test("takes a version from every store, and says so; neighbours stay", async () => {
    bench.write("first", "first".repeat(999));
    bench.write("second", "second".repeat(999));
    const [erased, kept] = await bench.put("first note", chart);
    await bench.put("second", chart, ` --record ${erased}`);
    const end = await bench.succeed(`erase ${erased}@1 ${opening}`);
    for (const store of STORES) expect(end.stdout).toContain(`${bench.folder}/${store}`);
    const [gone] = await Promise.all([
      bench.run(`get ${erased}@1 -o out ${opening}`),
      bench.succeed(`get ${erased} -o still ${opening}`),
    ]);
    expect(gone.code).toBe(65);
    await bench.succeed(`erase ${erased} ${opening}`);
    const [last] = await Promise.all([
      bench.run(`get ${erased} -o out ${opening}`),
      bench.succeed(`get ${kept} -o neighbour ${opening}`),
    ]);
    expect(last.code).toBe(65);
    expect(bench.read("neighbour").equals(bench.read("note"))).toBe(true);
    expect((await keyless(() => bench.run("verify"))).code).toBe(0);
  });

  test("a store that is away confirms later, without any key", async () => {
    const [erased] = await bench.put("note", chart);
    const end = await bench.without(["s2"], () => bench.run(`erase ${erased} ${opening}`));
    expect(end.code).toBe(69);
    expect(end.stderr + end.stdout).toContain(`${bench.folder}/s2`);
    const later = await keyless(() => bench.run("erase"));
    expect(later.code).toBe(0);
  });
});

describe("the catalogue is a cache", () => {
  test("an owner makes it again from the stores; a stranger does not: 77", async () => {
    const stranger = await bench.run(`reindex again --store ${locations()} --identity ward.key`);
    expect(stranger).toMatchObject({ code: 77, stdout: "" });
    expect(bench.names()).not.toContain("again");
    await bench.succeed(`reindex again --store ${locations()} --identity me.key`);
    await bench.succeed(`get ${record} --vault again -o reindexed ${opening}`);
    expect(bench.read("reindexed").equals(bench.read("scan"))).toBe(true);
    // What a store that was away is still owed was not on it to be found.
    await bench.succeed("repair --vault again");
    expect((await bench.succeed("verify --vault again")).stdout).toContain("all is whole");
  });

  test("what is damaged is named with its store, and what too few stores show is not called the newest", async () => {
    const object = join(
      "s4",
      bench.files("s4").find((each) => !each.endsWith("vault"))!,
    );
    const before = bench.read(object);
    writeFileSync(bench.path(object), before.subarray(1));
    const some = locations(STORES.slice(0, 5));
    const { stderr } = await bench.succeed(`reindex some --store ${some} --identity me.key`);
    writeFileSync(bench.path(object), before);
    expect(stderr).toContain(`object damaged on file://${bench.folder}/s4`);
    expect(stderr).toContain("Newest seen, not proven");
  });

  test("two catalogues over the same stores make two sides, and merge joins them", async () => {
    const elsewhere = { env: { CHIROGRAPH_STATE: bench.path("elsewhere") } };
    await bench.succeed(`reindex beside --store ${locations()} --identity me.key`, elsewhere);
    const [here] = await bench.put("note", chart);
    const there = await bench.succeed(`put scan --chart ${chart} --vault beside ${opening}`, elsewhere);
    // Each side sees its own until somebody reads the stores.
    expect((await bench.run(`get ${here} --vault beside -o out ${opening}`, elsewhere)).code).toBe(65);
    await bench.succeed(`reindex joined --store ${locations()} --identity me.key`, elsewhere);
    await bench.succeed(`merge --chart ${chart} --vault joined ${opening}`, elsewhere);
    const again = await bench.succeed(`merge --chart ${chart} --vault joined ${opening} --json`, elsewhere);
    expect(JSON.parse(again.stdout)).toMatchObject({ merged: false });
    await bench.succeed(`get ${here} --vault joined -o this-side ${opening}`, elsewhere);
    await bench.succeed(`get ${there.stdout.trim()} --vault joined -o that-side ${opening}`, elsewhere);
    expect(bench.read("this-side").equals(bench.read("note"))).toBe(true);
    expect(bench.read("that-side").equals(bench.read("scan"))).toBe(true);
  });

  test("a catalogue that shows less than this machine has seen is refused: 65", async () => {
    renameSync(bench.path("vault"), bench.path("newer"));
    await bench.succeed(`reindex vault --store ${locations()} --identity me.key`);
    const [late] = await bench.put("note", chart, " --vault newer");
    const end = await bench.run(`put note --chart ${chart} ${opening}`);
    expect(end).toMatchObject({ code: 65, stdout: "" });
    expect(end.stderr).toContain("hint:");
    expect((await bench.run(`get ${late} -o out ${opening}`)).code).toBe(65);
  });
});

// What moves and tidies in a vault, without any reader's key.
import { rmSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { opening } from "../chirograph.ts";
import { VaultBench } from "./vault-bench.ts";

const bench = new VaultBench();
let record: string;

beforeAll(async () => {
  // One store more than a version has fragments.
  await bench.found(" --store file:s9");
  const chart = await bench.newChart();
  bench.write("scan", "a scan".repeat(20_000));
  for (let note = 0; note < 8; note++) {
    bench.write(`note-${note}`, `note ${note}`);
    await bench.put(`note-${note}`, chart);
  }
  [record] = (await bench.put("scan", chart)) as [string];
});

/** Runs a command line while no identity and no word exists anywhere. */
async function keyless<Result>(work: () => Promise<Result>): Promise<Result> {
  return bench.without(["me.key", "ward.key", "word", "other-word"], work);
}

interface Status {
  readonly losses: object;
  readonly currency: string | null;
  readonly monthlyCost: number | null;
  readonly stores: {
    readonly store: string;
    readonly location: string;
    readonly isLeaving: boolean;
    readonly latencyMs: number;
    readonly fragments: number;
    readonly sizeBytes: number;
    readonly traffic: object | null;
    readonly monthlyCost: number | null;
  }[];
}

async function status(more = ""): Promise<Status> {
  return JSON.parse((await bench.succeed(`status --json${more}`)).stdout) as Status;
}

test("compact puts small objects together, and everything is whole", async () => {
  const end = await keyless(() => bench.succeed("compact --json"));
  const report = JSON.parse(end.stdout) as {
    rewrittenObjects: number;
    readBytes: number;
    writtenBytes: number;
  };
  // A store has eight of the nine versions, or all.
  expect(report.rewrittenObjects).toBeGreaterThanOrEqual(8);
  expect(report.readBytes * report.writtenBytes).toBeGreaterThan(0);
  expect((await keyless(() => bench.succeed("compact"))).stdout).toMatch(/^0 objects written again/m);
  expect((await keyless(() => bench.succeed("verify"))).stdout).toContain("all is whole");
});

describe("evacuate", () => {
  test("a store that is there: by its location, without a key; nothing is needed from it any more", async () => {
    const end = await keyless(() => bench.succeed("evacuate file:s3"));
    expect(end.stdout).toMatch(/\d+ fragments copied, 0 made again.*read,.*written\.$/m);
    expect(end.stdout).toMatch(/Nothing is needed from \S*\/s3 any more\.$/m);
    expect(bench.files("s3").filter((name) => !name.endsWith("vault"))).toEqual([]);
    expect((await keyless(() => bench.succeed("verify"))).stdout).toContain("all is whole");
    expect((await bench.succeed("status")).stdout).toMatch(/\/s3 .*leaving/);
    await bench.without(["s3", "s5", "s7"], () => bench.succeed(`get ${record} -o again ${opening}`));
    expect(bench.read("again").equals(bench.read("scan"))).toBe(true);
  });

  test("one more: refused, with the reason; partly, what stays is named: 65", async () => {
    const refused = await keyless(() => bench.run("evacuate file:s4"));
    expect(refused).toMatchObject({ code: 65, stdout: "" });
    expect(refused.stderr).toMatch(
      /\/s4 stays\.[^]*may lie on no other store[^]*Nothing was moved[^]*--partly/,
    );
    const { store } = (await status()).stores[3]!;
    const partly = await keyless(() => bench.run(`evacuate ${store.slice(0, 8)} --partly`));
    expect(partly.code).toBe(65);
    expect(partly.stdout).toMatch(/still there: .*fragment not moved on \S*\/s4/);
    expect((await keyless(() => bench.succeed("evacuate file:s4 --undo"))).stdout).toContain(
      "takes new fragments",
    );
  });

  test("taken back, and rebalanced: the store has its share again", async () => {
    await keyless(() => bench.succeed("evacuate file:s3 --undo"));
    await keyless(() => bench.succeed("repair"));
    const end = await keyless(() => bench.succeed("rebalance"));
    expect(end.stdout).toMatch(/\/s3 {2}.* of fragments, before 0 bytes$/m);
    expect((await keyless(() => bench.succeed("rebalance"))).stdout).toMatch(/^0 fragments moved/m);
    expect((await status()).stores[2]).toMatchObject({ isLeaving: false });
    await keyless(() => bench.succeed("compact"));
    await keyless(() => bench.succeed("repair"));
    expect((await keyless(() => bench.succeed("verify"))).stdout).toContain("all is whole");
  });

  test("a store that is lost: made again from the others", async () => {
    rmSync(bench.path("s6"), { recursive: true });
    const end = await keyless(() => bench.succeed("evacuate file:s6"));
    expect(end.stdout).toMatch(/^0 fragments copied, [1-9]\d* made again/m);
    expect(end.stdout).toMatch(/Nothing is needed from \S*\/s6/);
    await bench.without(["s1", "s2"], () => bench.succeed(`get ${record} -o still ${opening}`));
    expect(bench.read("still").equals(bench.read("scan"))).toBe(true);
  });

  test.each([
    ["none", "file:s99", /names none of the vault's stores/],
    ["a short prefix", "5e", /names none/],
  ])("%s of its stores: 65", async (_, named, text) => {
    const end = await bench.run(["evacuate", named]);
    expect(end).toMatchObject({ code: 65, stdout: "" });
    expect(end.stderr).toMatch(text);
    expect(end.stderr).toContain("hint: Its stores are file://");
  });
});

test("sweep deletes nothing at the first look, and leaves alone what is not the vault's", async () => {
  writeFileSync(bench.path("s1/readme"), "mine");
  const end = await keyless(() => bench.succeed("sweep"));
  expect(end.stdout).toMatch(/objects listed, 0 deleted/);
  expect(end.stderr + end.stdout).not.toContain("Nothing was deleted");
  expect(bench.files("s1")).toContain("readme");
  expect((await bench.run("sweep --grace-hours 23")).code).toBe(64);
});

test("status tells latency, losses and what the stores cost, with prices that were given", async () => {
  const before = await status();
  expect(before).toMatchObject({ losses: { incomplete: 0, tooFew: 0 }, currency: null, monthlyCost: null });
  expect(before.stores[0]).toMatchObject({ traffic: null, health: null, monthlyCost: null });
  expect(before.stores[0]!.latencyMs).toBeGreaterThanOrEqual(0);
  expect(before.stores[0]!.fragments).toBeGreaterThan(0);
  bench.write("prices.json", `{"currency": "EUR", "stores": {"file:s1": 1000, "file:s2": 0}}`);
  const priced = await status(" --prices prices.json");
  const [first, second, third] = priced.stores;
  expect(first!.monthlyCost).toBeCloseTo(first!.sizeBytes / 1_000_000, 9);
  expect(second!.monthlyCost).toBe(0);
  expect(third!.monthlyCost).toBeNull();
  expect(priced.monthlyCost).toBe(first!.monthlyCost);
  const { stdout } = await bench.succeed("status --prices prices.json");
  expect(stdout).toMatch(
    /EUR a month for what is kept, without 7 stores of no known price; requests and transfers are not in it/,
  );
  for (const wrong of [
    `{"stores": {}}`,
    `{"currency": "EUR", "stores": {"file:s1": -1}}`,
    `{"currency": "\\u0007"}`,
  ]) {
    bench.write("wrong.json", wrong);
    expect(await bench.run("status --prices wrong.json")).toMatchObject({ code: 65, stdout: "" });
  }
  expect((await bench.run("status --prices nowhere.json")).code).toBe(66);
});

test("prices beside the vault count where none are given, and wrong ones are named: 65", async () => {
  const price = { gigabyteMonth: 500, thousandRequests: 1, gigabyteOut: 1 };
  bench.write("vault/prices.json", JSON.stringify({ currency: "CHF", stores: { "file:s1": price } }));
  const beside = await status();
  expect(beside.currency).toBe("CHF");
  expect(beside.monthlyCost).toBeCloseTo(beside.stores[0]!.sizeBytes / 2_000_000, 9);
  expect(await status(" --prices prices.json")).toMatchObject({ currency: "EUR" });
  bench.write(
    "vault/prices.json",
    `{"currency": "CHF", "stores": {"file:s1": {"gigabyteMonth": 1, "each": 1}}}`,
  );
  const wrong = await bench.run("status");
  expect(wrong).toMatchObject({ code: 65, stdout: "" });
  expect(wrong.stderr).toMatch(/prices\.json: stores.*each is not known/);
  rmSync(bench.path("vault/prices.json"));
});

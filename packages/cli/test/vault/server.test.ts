// The command line on a vault that a server keeps.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { opening } from "../chirograph.ts";
import { ServerBench } from "./server-bench.ts";

const bench = new ServerBench();
let chart: string;
let record: string;

beforeAll(async () => {
  await Promise.all(["me", "ward"].map((name) => bench.identity(name)));
  bench.write("scan", "a scan".repeat(20_000));
  bench.write("note", "a note");
  await bench.start();
  chart = await bench.newChart();
  [record] = (await bench.put("scan", chart)) as [string];
});

function bytes(name: string): Buffer {
  return readFileSync(bench.path(name));
}

async function countRecords(): Promise<number> {
  const { stdout } = await bench.succeed("status --json");
  return (JSON.parse(stdout) as { records: number }).records;
}

describe("what is put through a server", () => {
  test("is listed, told of and comes back; neither needs the vault's folder", async () => {
    expect((await bench.succeed("list")).stdout).toContain(chart);
    expect((await bench.succeed(`list --chart ${chart} ${opening}`)).stdout).toContain("scan");
    expect((await bench.succeed(`show ${record} ${opening}`)).stdout).toContain(`in chart ${chart}`);
    expect((await bench.succeed(`history ${record}`)).stdout).toMatch(/^1 {2}/);
    await bench.succeed(`get ${record} -o again ${opening}`);
    expect(bytes("again").equals(bytes("scan"))).toBe(true);
  });

  test("comes back with two stores away, which are named", async () => {
    await bench.withoutClouds([2, 5], async () => {
      expect((await bench.succeed("status")).stdout).toMatch(/cloud 2 .*is not there[^]*2 cannot be reached/);
      const end = await bench.succeed(`get ${record} -o without-two ${opening}`);
      expect(end.stderr).toMatch(/cloud 2 is not there\.\n.*cloud 5 is not there\.\n/);
      expect(bytes("without-two").equals(bytes("scan"))).toBe(true);
    });
    expect((await bench.succeed("status")).stdout).toContain("All can be reached.");
  });

  test("is not put twice when the same put is run again after it was cut short", async () => {
    const names = Array.from({ length: 6 }, (_, index) => `cut-${index}`);
    for (const name of names) bench.write(name, name.repeat(300_000));
    const line = `put ${names.join(" ")} --chart ${chart} ${opening}`;
    const before = await countRecords();
    await bench.run(line, {
      watch(child) {
        const timer = setInterval(() => {
          const puts = bench.path("state/puts");
          const hasBegun =
            existsSync(puts) &&
            readdirSync(puts).some((name) => readFileSync(join(puts, name)).length > 2 * 130);
          if (hasBegun) child.kill("SIGKILL");
        }, 2);
        child.on("close", () => clearInterval(timer));
      },
    });
    const records = (await bench.succeed(line)).stdout.trimEnd().split("\n");
    expect(new Set(records).size).toBe(names.length);
    expect(await countRecords()).toBe(before + names.length);
    await bench.succeed(`get ${records[5]} -o cut-back ${opening}`);
    expect(bytes("cut-back").equals(bytes("cut-5"))).toBe(true);
  });
});

test("status tells of a server's stores what it tells of a folder's", async () => {
  const { stdout } = await bench.succeed("status --json");
  const status = JSON.parse(stdout) as { stores: { latencyMs: number }[] };
  expect(status).toMatchObject({ losses: { incomplete: 0, tooFew: 0 }, currency: null, monthlyCost: null });
  expect(status.stores).toHaveLength(8);
  for (const store of status.stores) {
    expect(store).toMatchObject({ isLeaving: false, traffic: null, health: null, monthlyCost: null });
    expect(store.latencyMs).toBeGreaterThanOrEqual(0);
  }
  expect((await bench.succeed("status")).stdout).toMatch(/cloud 1 {2}.*answers in .*ms$/m);
  bench.write("prices.json", `{"currency": "EUR"}`);
  const refused = await bench.run("status --prices prices.json");
  expect(refused).toMatchObject({ code: 64, stdout: "" });
  expect(refused.stderr).toMatch(/by its own prices[^]*hint: .*prices\.json/);
});

describe("people", () => {
  test("are let in and taken out", async () => {
    await bench.succeed(`share --chart ${chart} --to ward.pub ${opening}`);
    await bench.succeed(`get ${record} -o ward --identity ward.key --sequence-key-file word`);
    await bench.succeed(`revoke --chart ${chart} --to ward.pub ${opening}`);
    const [late] = await bench.put("note", chart);
    const shut = await bench.run(`get ${late} -o shut --identity ward.key --sequence-key-file word`);
    expect(shut).toMatchObject({ code: 77, stdout: "" });
  });

  test("change the word of a chart", async () => {
    const other = await bench.newChart();
    const [note] = await bench.put("note", other);
    await bench.succeed(`word change --chart ${other} --new-sequence-key-file other-word ${opening}`);
    await bench.succeed(`get ${note} -o changed --identity me.key --sequence-key-file other-word`);
    expect(bytes("changed").equals(bytes("note"))).toBe(true);
    expect((await bench.run(`get ${note} -o shut ${opening}`)).code).toBe(77);
  });
});

describe("what the server's keeper does", () => {
  test("a store that lost objects is found out and made whole", async () => {
    const objects = readdirSync(bench.cloud(3), {
      recursive: true,
      encoding: "utf8",
      withFileTypes: true,
    }).filter((entry) => entry.isFile() && entry.name !== "vault");
    for (const { parentPath, name } of objects) rmSync(join(parentPath, name));
    const found = await bench.run("verify");
    expect(found.code).toBe(65);
    expect(found.stdout).toMatch(/repairable: .*fragment/);
    const repaired = await bench.succeed("repair");
    expect(repaired.stdout).toMatch(/^[1-9]\d* fragments?, .*written again\.$/m);
    expect((await bench.succeed("verify --json")).stdout).toMatch(/"repairable": ?\[\]/);
  });

  test("a record is erased from every store, and each is named", async () => {
    const [gone] = await bench.put("note", chart);
    const end = await bench.succeed(`erase ${gone} ${opening}`);
    for (let cloud = 1; cloud <= 8; cloud++)
      expect(end.stdout).toMatch(new RegExp(`^cloud ${cloud}  confirmed: `, "m"));
    expect(end.stdout).toMatch(/1 version erased/);
    expect((await bench.run(`get ${gone} -o gone ${opening}`)).code).toBe(65);
  });

  test("the whole vault, or nothing: 64", async () => {
    const end = await bench.run(`verify ${record}`);
    expect(end).toMatchObject({ code: 64, stdout: "" });
    expect(end.stderr).toContain("the whole of its vault");
  });

  test("what moves and tidies runs where the vault's folder is: 64", async () => {
    const [first] = (
      JSON.parse((await bench.succeed("status --json")).stdout) as { stores: { store: string }[] }
    ).stores;
    for (const command of [`evacuate ${first!.store}`, "rebalance", "compact", "sweep"]) {
      const end = await bench.run(command);
      expect(end).toMatchObject({ code: 64, stdout: "" });
      expect(end.stderr).toContain("runs where the vault's folder is");
    }
  });
});

describe("a server's owner", () => {
  test("is known by a token, from a file or standard input: another one is refused, 77", async () => {
    const unset = { env: { CHIROGRAPH_TOKEN: "" } };
    await bench.succeed("status --token-file token", unset);
    await bench.succeed("status --token-file -", { ...unset, stdin: bench.token });
    const end = await bench.run("status", { env: { CHIROGRAPH_TOKEN: "another-token" } });
    expect(end).toMatchObject({ code: 77, stdout: "" });
    expect(end.stderr).toMatch(/refuses the token[^]*hint: /);
    expect(end.stderr).not.toContain("another-token");
    const none = await bench.run("status", unset);
    expect(none).toMatchObject({ code: 64, stdout: "" });
    expect((await bench.run("status --token-file gone", unset)).code).toBe(66);
  });

  test("never sends it where others could read it, nor has it among the arguments: 64", async () => {
    for (const [address, says] of [
      ["http://vault.example", /unencrypted/],
      ["http://localhost.example:8420", /unencrypted/],
      ["ftp://localhost", /no address/],
      [`${bench.origin}/elsewhere`, /goes on after its host/],
      [`${bench.origin}/#token=${bench.token}`, /may be a secret/],
      [`http://owner:${bench.token}@localhost`, /may be a secret/],
    ] as const) {
      const end = await bench.run(["status", "--server", address]);
      expect(end).toMatchObject({ code: 64, stdout: "" });
      expect(end.stderr).toMatch(says);
    }
  });

  test("names one vault: 64", async () => {
    const both = await bench.run(`status --vault vault --server ${bench.origin}`);
    expect(both).toMatchObject({ code: 64, stdout: "" });
    const inEnvironment = await bench.run("status", { env: { CHIROGRAPH_VAULT: bench.path("vault") } });
    expect(inEnvironment).toMatchObject({ code: 64, stdout: "" });
    // An option counts more.
    const option = await bench.run("status --vault nowhere");
    expect(option).toMatchObject({ code: 66 });
  });
});

test("completion knows how to name a server", async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { stdout } = await bench.succeed(`completion ${shell}`);
    for (const option of ["server", "token-file"]) expect(stdout).toContain(option);
  }
});

test("where something else answers, it is told so: 65", async () => {
  const stranger = createServer((_, response) => response.end("<html>hello</html>"));
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const { port } = stranger.address() as AddressInfo;
  const end = await bench.run(`status --server http://127.0.0.1:${port} --json`);
  stranger.close();
  expect(end.code).toBe(65);
  expect(JSON.parse(end.stdout)).toMatchObject({ error: { exit: 65, hint: expect.any(String) } });
});

test("where nobody answers, nobody is waited for: 69", async () => {
  await bench.stop();
  const end = await bench.run(`get ${record} -o out ${opening}`);
  expect(end).toMatchObject({ code: 69, stdout: "" });
  expect(end.stderr).toMatch(/does not answer[^]*hint: /);
  expect(end.stderr).not.toContain("trying again");
  // What was put before is there when the server is.
  await bench.start();
  await bench.succeed(`get ${record} -o after ${opening}`);
  expect(bytes("after").equals(bytes("scan"))).toBe(true);
});

// Stores that come to a vault and go: on its folder, and below a server that runs meanwhile.
import { beforeAll, describe, expect, test } from "vitest";
import { opening } from "../chirograph.ts";
import { ServerBench } from "./server-bench.ts";
import { VaultBench } from "./vault-bench.ts";

describe("a vault in a folder", () => {
  const bench = new VaultBench();
  let record: string;

  beforeAll(async () => {
    await bench.found();
    const chart = await bench.newChart();
    bench.write("scan", "a scan".repeat(20_000));
    for (let number = 0; number < 5; number++) {
      [record] = (await bench.put("scan", chart)) as [string];
    }
  });

  interface Status {
    readonly stores: readonly { readonly location: string; readonly fragments: number }[];
  }

  async function fragments(): Promise<Map<string, number>> {
    const { stores } = JSON.parse((await bench.succeed("status --json")).stdout) as Status;
    return new Map(stores.map((store) => [store.location.replace(/^.*\//, ""), store.fragments]));
  }

  test("takes a store in and gives it its share", async () => {
    const end = await bench.succeed("store add file:s9 --identity me.key --weight 2");
    expect(end.stdout).toMatch(
      /\/s9 is one of the vault's stores\.\n6 statements written; chirograph rebalance/,
    );
    expect(end.stderr).toContain("Any 2 stores of 9 may be lost.");
    await bench.succeed("rebalance");
    await bench.succeed("repair");
    expect((await fragments()).get("s9")).toBeGreaterThan(0);
    expect((await bench.succeed("verify")).stdout).toContain("all is whole");
    await bench.without(["s1", "s2"], () => bench.succeed(`get ${record} -o again ${opening}`));
    expect(bench.read("again").equals(bench.read("scan"))).toBe(true);
  });

  test("lets a store go that was evacuated, and no other", async () => {
    const refused = await bench.run("store remove file:s3 --identity me.key");
    expect(refused).toMatchObject({ code: 65, stdout: "" });
    expect(refused.stderr).toMatch(/The store cannot go: it was not evacuated[^]*hint: chirograph evacuate/);
    await bench.succeed("evacuate file:s3");
    const end = await bench.succeed("store remove file:s3 --identity me.key --json");
    expect(JSON.parse(end.stdout)).toMatchObject({ generation: 3, owing: [] });
    expect([...(await fragments()).keys()]).not.toContain("s3");
    expect((await bench.succeed("verify")).stdout).toContain("all is whole");
    await bench.without(["s1", "s9"], () => bench.succeed(`get ${record} -o still ${opening}`));
    expect(bench.read("still").equals(bench.read("scan"))).toBe(true);
  });

  test("is made again from the stores that it has now; the one that went is named", async () => {
    const left = [1, 2, 4, 5, 6, 7, 8, 9].map((number) => `file:s${number}`).join(" ");
    const end = await bench.succeed(`reindex again-vault --store ${left} file:s3 --identity me.key --json`);
    const report = JSON.parse(end.stdout) as { proven: boolean; versions: number; problems: object[] };
    expect(report).toMatchObject({ proven: true, versions: 5 });
    expect(report.problems).toHaveLength(1);
    expect(JSON.stringify(report.problems)).toContain("/s3");
  });

  test.each([
    ["that is there already", "store add file:s4 --identity me.key", 73, /one of the vault's already/],
    ["as somebody else than the founder", "store add file:s10 --identity ward.key", 77, /by its founder/],
    ["of no kind that there is", "store add file:s10 --identity me.key --kind rented", 64, /private-hosted/],
    ["of no weight", "store add file:s10 --identity me.key --weight 0", 64, /from 1 to 100/],
    [
      "that is none, to go",
      "store remove file:s99 --identity me.key",
      65,
      /names none of the vault's stores/,
    ],
    ["when nothing was begun, given up", "store give-up", 64, /was cut short/],
  ])("a store %s: refused", async (_, line, code, text) => {
    const end = await bench.run(line);
    expect({ code: end.code, stdout: end.stdout }).toEqual({ code, stdout: "" });
    expect(end.stderr).toMatch(text);
    expect((await bench.succeed("verify")).stdout).toContain("all is whole");
  });
});

describe("a vault that a server keeps meanwhile", () => {
  const bench = new ServerBench();

  test("is read on; writing goes on once the server was started again", async () => {
    await bench.identity("me");
    bench.write("note", "a note");
    await bench.start();
    const chart = await bench.newChart();
    const [record] = (await bench.put("note", chart)) as [string];
    const folder = { env: { CHIROGRAPH_SERVER: "", CHIROGRAPH_TOKEN: "" } };
    await bench.succeed("store add file:s9 --vault home/vault --identity home/owner.key", folder);

    const refused = await bench.run(`put note --chart ${chart} ${opening}`);
    expect(refused).toMatchObject({ code: 74, stdout: "" });
    expect(refused.stderr).toMatch(/stores of the vault were changed[^]*a server has to be started again/);
    await bench.succeed(`get ${record} -o again ${opening}`);
    expect(await bench.run("repair")).toMatchObject({ code: 74, stdout: "" });

    await bench.stop();
    await bench.start();
    await bench.put("note", chart);
    await bench.succeed("repair");
    expect((await bench.succeed("verify")).stdout).toContain("2 versions checked");
  });
});

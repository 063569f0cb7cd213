import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { VaultBench } from "./vault-bench.ts";

const golden = join(import.meta.dirname, "../../../../golden/v1-vault");
const keys = "--identity identity.txt --sequence-key-file word.txt";

test("a vault whose settings have the first format opens, and is explained with what it had", async () => {
  const bench = new VaultBench();
  cpSync(golden, bench.folder, { recursive: true });
  await bench.succeed(
    "reindex vault --store file:stores/1 file:stores/2 file:stores/3 --identity identity.txt",
  );
  const { stdout } = await bench.succeed("list --json");
  const { charts } = JSON.parse(stdout) as { charts: { chart: string }[] };
  const [{ chart }] = charts as [{ chart: string }];
  const listed = await bench.succeed(`list --chart ${chart} ${keys} --json`);
  const { records } = JSON.parse(listed.stdout) as { records: { record: string }[] };
  await bench.succeed(`get ${records[0]!.record} -o out.txt ${keys}`);
  expect(bench.read("out.txt")).toEqual(readFileSync(join(golden, "content/note.txt")));

  const explained = await bench.succeed("policy explain --length 8 --json");
  expect(JSON.parse(explained.stdout)).toMatchObject({
    policy: {
      tolerate: 1,
      publicBelowNeeded: true,
      regions: 2,
      providerBelowNeeded: false,
      tolerateProviders: 0,
    },
    presets: ["hybrid"],
    stores: [
      { kind: "public", provider: "a cloud", region: "north", weight: 1 },
      { weight: 1 },
      { weight: 1 },
    ],
  });

  await bench.succeed(`put content/note.txt --chart ${chart} ${keys}`);
});

// Processes that are ended where it hurts, and run again.
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { opening } from "../chirograph.ts";
import { locations, VaultBench } from "./vault-bench.ts";

const bench = new VaultBench();
const FILES = 12;
/** Large enough to be stored one after the other. */
const REPEATS = 110_000;
let chart: string;

beforeAll(async () => {
  await bench.found();
  chart = await bench.newChart();
});

/** Ends a put when a part of it is in the vault. */
async function interrupt(
  line: string,
  signal: NodeJS.Signals,
): Promise<{ code: number | null; stderr: string }> {
  let timer: NodeJS.Timeout | undefined;
  const end = await bench.run(line, {
    watch(child) {
      timer = setInterval(() => {
        const journals = existsSync(bench.path("state/puts")) ? readdirSync(bench.path("state/puts")) : [];
        if (!journals.some((name) => bench.read(`state/puts/${name}`).length > 5 * 130)) return;
        // A second signal would end it at once.
        clearInterval(timer);
        child.kill(signal);
      }, 2);
    },
  });
  clearInterval(timer);
  return end;
}

describe.each([
  ["SIGKILL", { code: null, says: /^$/ }],
  ["SIGINT", { code: 130, says: /Interrupted[^]*Run the same command again/ }],
] as const)("a put that %s ends", (signal, ending) => {
  const names = Array.from({ length: FILES }, (_, index) => `${signal}-${String(index).padStart(2, "0")}`);
  const line = (): string => `put ${names.join(" ")} --chart ${chart} ${opening}`;

  test("goes on when it is run again: every source once, ids in order", async () => {
    for (const name of names) bench.write(name, name.repeat(REPEATS));
    const before = await countRecords();
    const cut = await interrupt(line(), signal);
    expect(cut.code).toBe(ending.code);
    expect(cut.stderr).toMatch(ending.says);
    const journal = readdirSync(bench.path("state/puts")).map((name) => bench.read(`state/puts/${name}`));
    expect(journal).toHaveLength(1);
    for (const text of [names[0]!, bench.folder]) expect(journal[0]!.includes(text)).toBe(false);
    const again = await bench.succeed(line());
    expect(again.stderr).toMatch(/^[1-9]\d* records? of 12 went in before/m);
    const records = again.stdout.trimEnd().split("\n");
    expect(new Set(records).size).toBe(FILES);
    expect(await countRecords()).toBe(before + FILES);
    const getBack = async (index: number): Promise<void> => {
      await bench.succeed(`get ${records[index]} -o ${names[index]}-again ${opening}`);
      expect(bench.read(`${names[index]}-again`).equals(bench.read(names[index]!))).toBe(true);
    };
    await Promise.all([0, 7, FILES - 1].map(getBack));
    expect(readdirSync(bench.path("state/puts"))).toEqual([]);
    expect((await bench.run("repair")).code).toBe(0);
    expect((await bench.run("verify")).code).toBe(0);
  });
});

test("an init that was cut short goes on when it is run again as it was", async () => {
  const line = `init fresh --store ${locations(["new-1", "new-2", "new-3"])} --identity me.key`;
  await bench.succeed(line);
  // As it is when the last store has not got its header yet.
  renameSync(bench.path("fresh/vault.json"), bench.path("fresh/vault.unfinished.json"));
  rmSync(bench.path("fresh/catalogue.sqlite"));
  rmSync(bench.path("new-3"), { recursive: true });

  expect((await bench.run("status --vault fresh")).code).toBe(66);
  expect((await bench.run(`init fresh --store file:elsewhere --identity me.key`)).code).toBe(73);
  await bench.succeed(line);
  expect((await bench.succeed("status --vault fresh")).stdout).toContain("All can be reached.");
  await bench.succeed(`chart new --vault fresh ${opening}`);
});

async function countRecords(): Promise<number> {
  const { stdout } = await bench.succeed(`list --chart ${chart} --json`);
  return (JSON.parse(stdout) as { records: unknown[] }).records.length;
}

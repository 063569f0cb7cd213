import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chartA } from "../../vault/test/rows-samples.ts";
import { createSqliteRows, openSqliteRows } from "../src/sqlite/sqlite-rows.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "chirograph-rows-"));
  file = join(folder, "catalogue.sqlite");
  await (await createSqliteRows(file)).close();
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function start(
  name: string,
  ...args: string[]
): ChildProcess & { stdout: NonNullable<ChildProcess["stdout"]> } {
  const program = fileURLToPath(new URL(`children/${name}.ts`, import.meta.url));
  const flags = ["--disable-warning=ExperimentalWarning"];
  return spawn(process.execPath, [...flags, program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

test("of eight processes that race for one chart, exactly one begins in each round", async () => {
  const rounds = 40;
  const racers = Array.from({ length: 8 }, (_, self) => start("racer", file, String(rounds), String(self)));
  const ends = racers.map((racer) => once(racer, "exit"));
  const said = await Promise.all(racers.map((racer) => text(racer.stdout)));
  expect((await Promise.all(ends)).map(([code]) => code as number)).toEqual(racers.map(() => 0));
  const won = said.flatMap((lines) => lines.split("\n").filter((line) => line !== ""));
  expect(won.map(Number).toSorted((left, right) => left - right)).toEqual(
    Array.from({ length: rounds }, (_, at) => at + 1),
  );
  const rows = await openSqliteRows(file);
  expect(await rows.links(chartA)).toHaveLength(rounds);
  expect(await rows.intents()).toEqual([]);
  await rows.close();
});

test("a writer killed at any moment loses nothing that was acknowledged", async () => {
  let [begun, finished] = [0, 0];
  for (let round = 0; round < 50; round++) {
    const writer = start("writer", file);
    const said = text(writer.stdout);
    const end = once(writer, "exit");
    await once(writer.stdout, "data");
    await sleep(Math.random() * 40);
    writer.kill("SIGKILL");
    expect((await end)[1]).toBe("SIGKILL");
    for (const line of (await said).split("\n")) {
      const number = Number(line.split(" ")[1]);
      if (line.startsWith("begun")) begun = number;
      if (line.startsWith("finished")) finished = number;
    }
    await expectWhole({ begun, finished });
  }
  expect(finished).toBeGreaterThan(50);
});

/** Nothing that was said is missing; and at most one more of each was done and not said. */
async function expectWhole(acknowledged: { begun: number; finished: number }): Promise<void> {
  const rows = await openSqliteRows(file);
  const finished = (await rows.links(chartA)).length;
  const begun = finished + (await rows.intents()).length;
  expect(finished).toBeGreaterThanOrEqual(acknowledged.finished);
  expect(begun).toBeGreaterThanOrEqual(acknowledged.begun);
  expect(begun - acknowledged.begun).toBeLessThanOrEqual(1);
  const { versions, stores } = await rows.totals();
  expect(versions).toBe(finished);
  for (const { fragments, objects } of stores) expect([fragments, objects]).toEqual([finished, finished]);
  await rows.close();

  const database = new DatabaseSync(file);
  expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  expect(database.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
  database.close();
}

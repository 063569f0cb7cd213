import type { ChildProcess } from "node:child_process";
import { type FSWatcher, truncateSync, watch } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { Bench, type Ended, opening, sealing } from "./chirograph.ts";

const bench = new Bench();

beforeAll(async () => {
  await bench.identity("me");
  bench.write("small", "");
  truncateSync(bench.path("small"), 16 * 1_048_576);
  bench.write("large", "");
  truncateSync(bench.path("large"), 4016 * 1_048_576);
  await bench.succeed(`seal small -o sealed ${sealing}`);
});

/** Sends a signal as soon as something is being written. */
async function interrupt(line: string, signal: NodeJS.Signals): Promise<Ended> {
  let watcher: FSWatcher | undefined;
  const end = await bench.run(line, {
    watch(child: ChildProcess) {
      watcher = watch(bench.folder, () => child.kill(signal));
    },
  });
  watcher?.close();
  return end;
}

test.for([
  ["seal", "SIGINT", `seal large -o out ${sealing}`],
  ["open", "SIGINT", `open sealed -o out ${opening}`],
  ["open", "SIGTERM", `open sealed -o out ${opening}`],
  ["open", "SIGHUP", `open sealed -o out ${opening}`],
] as const)("%s leaves nothing behind after %s: 130", async ([, signal, line]) => {
  const before = bench.names();
  const end = await interrupt(line, signal);
  expect(end).toMatchObject({ code: 130, stdout: "" });
  expect(end.stderr).toContain("Interrupted");
  expect(bench.names()).toEqual(before);
});

// Kills a process that works on a vault, with SIGKILL: before, during and after every write to a store and to the
// catalogue, and at random. After every death everything acknowledged must open, nothing half may be visible, and a
// repaired vault must verify clean. `main.ts [--every N] [--random N] [--only OPERATION…] [--seed N]`: every Nth point,
// N random deaths.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { check } from "./check.ts";
import { storeFolders } from "../folders-vault/folders-vault.ts";
import { createFixture } from "./fixture.ts";
import { type Entry, readEntries } from "./journal.ts";
import { type Operation, operations } from "./operations.ts";

const DEATHS_IN_A_SERIES = 20;
const OPERATIONS_IN_A_LIFE = 6;
const LONGEST_LIFE_MS = 2_500;
/** No operation takes so long; a child that does has hung. */
const CHILD_TIMEOUT_MS = 120_000;

const { values } = parseArgs({
  options: {
    every: { type: "string", default: "1" },
    random: { type: "string", default: "200" },
    only: { type: "string", multiple: true, default: [...operations] },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const folder = mkdtempSync(join(tmpdir(), "chirograph-crash-"));
const base = join(folder, "base");
/** The same with a colleague in the chart, whom one can revoke. */
const shared = join(folder, "shared");
const failures: string[] = [];
try {
  await createFixture(base);
  cpSync(base, shared, { recursive: true });
  await runChild(shared, 0, "shared", ["share"]);
  await killAtEveryPoint(Number(values.every));
  await killAtRandom(Number(values.random), Number(values.seed));
} finally {
  rmSync(folder, { recursive: true });
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length === 0 ? 0 : 1;

async function killAtEveryPoint(every: number): Promise<void> {
  let [points, deaths] = [0, 0];
  for (const operation of operations.filter((one) => values.only.includes(one))) {
    const whole = await live(`${operation}-whole`, 0, operation);
    const passed = whole.find((entry) => entry.said === "points")?.passed;
    if (passed === undefined) throw new Error(`"${operation}" does not finish, even when nobody kills it`);
    const chosen = Array.from({ length: passed }, (_, index) => index + 1).filter(
      (point) => point % every === 0,
    );
    await inParallel(chosen, (point) => live(`${operation}-${point}`, point, operation));
    console.log(`${operation}: ${passed} points, killed at ${chosen.length}`);
    points += passed;
    deaths += chosen.length;
  }
  console.log(`before, during and after every write: ${points} points, ${deaths} deaths`);
}

/** One life over a fresh copy of the fixture, and the check of what it left. */
async function live(name: string, killAt: number, operation: Operation): Promise<Entry[]> {
  const copy = join(folder, name);
  cpSync(operation === "revoke" ? shared : base, copy, { recursive: true });
  if (operation === "repair") for (const number of [1, 4]) loseObjects(storeFolders(copy)[number]!);
  const said = await runChild(copy, killAt, name, [operation]);
  for (const problem of await check(copy, said)) failures.push(`${operation}, point ${killAt}: ${problem}`);
  rmSync(copy, { recursive: true });
  return said;
}

async function killAtRandom(deaths: number, seed: number): Promise<void> {
  const random = seeded(seed);
  const series = Array.from({ length: Math.ceil(deaths / DEATHS_IN_A_SERIES) }, (_, index) => index);
  const plans = series.map((index) =>
    Array.from({ length: Math.min(DEATHS_IN_A_SERIES, deaths - index * DEATHS_IN_A_SERIES) }, () => ({
      afterMs: Math.floor(random() * LONGEST_LIFE_MS),
      todo: Array.from(
        { length: OPERATIONS_IN_A_LIFE },
        () => operations[Math.floor(random() * operations.length)]!,
      ),
    })),
  );
  let [killed, acknowledged] = [0, 0];
  await inParallel(series, async (index) => {
    const copy = join(folder, `random-${index}`);
    cpSync(base, copy, { recursive: true });
    const said: Entry[] = [];
    for (const [life, { afterMs, todo }] of plans[index]!.entries()) {
      said.push(...(await runChild(copy, 0, `${index}-${life}`, todo, afterMs)));
      killed += 1;
      for (const problem of await check(copy, said))
        failures.push(`seed ${seed}, series ${index}, death ${life}: ${problem}`);
    }
    acknowledged += said.filter((entry) => entry.said === "ack").length;
    rmSync(copy, { recursive: true });
  });
  console.log(`at random (seed ${seed}): ${killed} deaths, ${acknowledged} acknowledged steps`);
}

/** What the child said before it ended, by itself or killed. */
async function runChild(
  copy: string,
  killAt: number,
  mark: string,
  todo: readonly Operation[],
  afterMs?: number,
): Promise<Entry[]> {
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "child.ts"),
      copy,
      String(killAt),
      mark,
      ...todo,
    ],
    { stdio: ["ignore", "pipe", "pipe"], timeout: CHILD_TIMEOUT_MS },
  );
  let [output, complaint] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const timer = afterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), afterMs);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearTimeout(timer);
  if (code !== null && code !== 0) failures.push(`${mark}: the child failed by itself: ${complaint.trim()}`);
  return readEntries(output);
}

/** A store that lost everything but its header. */
function loseObjects(store: string): void {
  for (const entry of readdirSync(store)) {
    if (!readdirSync(join(store, entry)).includes("vault")) rmSync(join(store, entry), { recursive: true });
  }
}

async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const waiting = items.values();
  const workers = Array.from({ length: availableParallelism() }, async () => {
    for (const item of waiting) await work(item);
  });
  await Promise.all(workers);
}

/** Mulberry32: a seed that failed can be run again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

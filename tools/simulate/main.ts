// Simulates histories of a vault: the product's own keeper and clients over stores, rows, processes and time that are
// simulated, everything from a seed. `main.ts [--seeds N] [--from SEED] [--workers N] [--break NAME]` runs so many
// histories, `--seed SEED [--without 3,5] [--break NAME]` tells one, `--breaks` sees every deliberate break caught.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { breakNames, type BreakName, describeBreak, isBreak } from "./breaks.ts";
import { Crew } from "./crew.ts";
import { addTally, emptyTally, type Failure, type Tally } from "./tally.ts";

const SEEDS = 10_000;
/** By so many seeds every break is caught. */
const SEEDS_FOR_BREAK = 1000;
const REPORTS = 10;
const MOST_FAILURES = 10;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: String(SEEDS) },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    without: { type: "string", default: "" },
    workers: { type: "string", default: String(availableParallelism()) },
    break: { type: "string" },
    breaks: { type: "boolean", default: false },
  },
});
const workers = wholeNumber("--workers", values.workers, 1);
const broken = chosenBreak();
if (values.breaks) await catchBreaks();
else if (values.seed !== undefined) await tellOne(wholeNumber("--seed", values.seed, 0));
else await simulate(wholeNumber("--seeds", values.seeds, 1), wholeNumber("--from", values.from, 0));

/** Many histories: what they were made of, and every promise that was broken. */
async function simulate(seeds: number, from: number): Promise<void> {
  const started = performance.now();
  const tally = emptyTally();
  const crew = new Crew(workers, broken);
  let reported = 0;
  await crew.run({ from, seeds, stopsAtFailure: false }, (part) => {
    addTally(tally, part);
    for (const failure of part.failures) printFailure(failure);
    if (tally.histories * REPORTS < (reported + 1) * seeds) return tally.failures.length < MOST_FAILURES;
    reported = Math.floor((tally.histories * REPORTS) / seeds);
    console.log(`${tally.histories} histories, ${tally.failures.length} violations, ${seconds(started)} s`);
    return tally.failures.length < MOST_FAILURES;
  });
  await crew.end();
  printTally(tally, started);
  if (tally.failures.length > 0) process.exitCode = 1;
}

/** One history, told group by group. */
async function tellOne(seed: number): Promise<void> {
  const crew = new Crew(1, broken);
  const without =
    values.without === "" ? [] : values.without.split(",").map((one) => wholeNumber("--without", one, 0));
  const told = await crew.tell(seed, without);
  await crew.end();
  told.story.forEach((line) => console.log(line));
  if (told.violation === undefined)
    return console.log(`seed ${seed}: every promise kept, ${told.events} events`);
  console.error(`seed ${seed}: ${told.violation.kind}: ${told.violation.message}`);
  process.exitCode = 1;
}

/** A simulation that finds nothing in a broken product finds nothing at all. */
async function catchBreaks(): Promise<void> {
  for (const name of breakNames) {
    const started = performance.now();
    const tally = emptyTally();
    const crew = new Crew(workers, name);
    await crew.run({ from: 1, seeds: SEEDS_FOR_BREAK, stopsAtFailure: true }, (part) => {
      addTally(tally, part);
      return tally.failures.length === 0;
    });
    await crew.end();
    const [failure] = tally.failures.toSorted((one, other) => one.seed - other.seed);
    if (failure === undefined) {
      console.error(`${name} (${describeBreak(name)}): not caught by ${tally.histories} histories`);
      process.exitCode = 1;
      continue;
    }
    const { seed, kind, message } = failure;
    console.log(
      `${name} (${describeBreak(name)}): caught by seed ${seed}, ${seconds(started)} s: ${kind}: ${message}`,
    );
  }
}

function printFailure({ seed, kind, message, without, story }: Failure): void {
  const replay = ["--seed", seed, ...(without.length > 0 ? ["--without", without.join()] : [])];
  if (broken !== undefined) replay.push("--break", broken);
  console.error(`\nseed ${seed}: ${kind}: ${message}`);
  for (const line of story) console.error(`  ${line}`);
  console.error(`  replay: npm run simulate -- ${replay.join(" ")}`);
}

function printTally({ histories, repeated, events, cpuMs, counts, failures }: Tally, started: number): void {
  const perHistory = (cpuMs / histories).toFixed(1);
  console.log(
    `\n${histories} histories, ${events} events, ${failures.length} violations; ${repeated} run twice and alike; ` +
      `${seconds(started)} s, ${perHistory} ms of processor a history`,
  );
  const lines = Object.entries(counts).toSorted(([, one], [, other]) => other - one);
  for (const [what, count] of lines) console.log(`  ${String(count).padStart(9)}  ${what}`);
}

function chosenBreak(): BreakName | undefined {
  const name = values.break;
  if (name === undefined || isBreak(name)) return name;
  throw new Error(`--break takes one of ${breakNames.join(", ")}, not "${name}"`);
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`${option} takes a whole number from ${least}, not "${text}"`);
}

function seconds(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(0);
}

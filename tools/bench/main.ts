// `npm run bench`: how long we take beside others who do less, interleaved, on this machine. docs/performance.md says
// what is measured and under what conditions.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { parseArguments, type Plan, USAGE, UsageError } from "./arguments.ts";
import { CommandFailed } from "./command.ts";
import { lookAtMachine } from "./machine.ts";
import { compileNative } from "./native.ts";
import { roomFor, runParts } from "./parts/run-parts.ts";
import { Progress } from "./progress.ts";
import { judge } from "./report/acceptance.ts";
import { writeDocs } from "./report/docs.ts";
import { claimsOf, describeMachine } from "./report/report.ts";
import { asText, type Table } from "./report/table.ts";
import { comparisonTable, microTable, rangeTable } from "./report/tables.ts";
import type { Comparison, MicroFigure, RangeFigures, Results } from "./results.ts";
import { Chirograph } from "./tools/chirograph.ts";
import { findPeers } from "./tools/installed.ts";
import { chooseParent, Workplace } from "./workplace.ts";

const WRONG_USE = 64;
const INTERRUPTED = 130;

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => ending.abort());

try {
  const plan = parseArguments(process.argv.slice(2));
  if (plan === undefined) console.log(USAGE);
  else await bench(plan);
} catch (error) {
  if (ending.signal.aborted) {
    console.error("\nInterrupted; nothing is left behind.");
    process.exitCode = INTERRUPTED;
  } else if (error instanceof UsageError) {
    console.error(error.message);
    process.exitCode = WRONG_USE;
  } else if (error instanceof CommandFailed) {
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  } else throw error;
}

async function bench(plan: Plan): Promise<void> {
  if (plan.json !== undefined && !existsSync(dirname(plan.json))) {
    throw new UsageError(`The folder for ${plan.json} is not there: make it first.`);
  }
  const workplace = new Workplace(chooseParent(plan.folder, roomFor(plan)));
  // Folders in memory often let no program run.
  const programs = new Workplace(tmpdir());
  try {
    const results = await measure(plan, workplace, programs);
    for (const table of claimsOf(results)) console.log(asText(table));
    if (plan.json !== undefined)
      writeFileSync(plan.json, `${JSON.stringify({ ...results, claims: judge(results) }, undefined, 2)}\n`);
    if (plan.docs) writeDocs(results);
  } finally {
    workplace.close();
    programs.close();
  }
}

async function measure(plan: Plan, workplace: Workplace, programs: Workplace): Promise<Results> {
  mkdirSync(workplace.at("secrets"), { mode: 0o700 });
  const native = compileNative(programs);
  const peers = findPeers(workplace);
  const machine = lookAtMachine(workplace.folder, peers.versions);
  const running = { measure: native.measure, signal: ending.signal };
  const chirograph = new Chirograph(workplace, running);
  const { rounds } = plan;
  console.log(`${describeMachine(machine)}\nIn ${workplace.folder}; rounds: ${rounds}.`);
  if (native.measure === undefined) console.log(`Memory and CPU are not measured: ${native.absent}.`);
  console.log();

  const progress = new Progress();
  const show = (table: Table): void => {
    progress.clear();
    console.log(asText(table));
  };
  const comparisons: Comparison[] = [];
  let range: RangeFigures | undefined;
  let micro: readonly MicroFigure[] = [];
  const tell = (text: string): void => progress.tell(text);
  await chirograph.begin();
  await runParts({ workplace, running, rounds, chirograph, native, peers, tell }, plan, {
    onComparison(comparison) {
      comparisons.push(comparison);
      show(comparisonTable(comparison));
    },
    onRange(figures) {
      range = figures;
      show(rangeTable(figures));
    },
    onMicro(figures) {
      micro = figures;
      show(microTable(figures));
    },
  });
  return { machine, rounds, comparisons, range, micro };
}

import { requireAbsent } from "@chirograph/embedded/files";
import {
  type Combination,
  differenceOf,
  encodeMatrix,
  type EncryptedMatrix,
  meanOf,
  multipleOf,
  parseMatrix,
  shiftOf,
  sumOf,
  valuesIn,
} from "@chirograph/schemes/paillier";
import { type Command, InvalidArgumentError } from "commander";
import { Failure } from "../../failure.ts";
import { refuseStdout } from "../../outputs/stdout.ts";
import { readWhole, writePrivate } from "../../paillier/files.ts";
import { findPublicKey } from "../../paillier/key-files.ts";
import { parseWeights } from "../../paillier/series.ts";
import { withPaillier } from "../../paillier/work.ts";
import { addCommand, type Context, type Outcome, type Perform, teach } from "../command.ts";
import { describeMatrix } from "./show.ts";

interface ComputeOptions {
  readonly output: string;
  readonly to: string;
  readonly by?: number;
  readonly weights?: string;
  readonly within?: boolean;
}

export function addComputeCommands(paillier: Command, perform: Perform): void {
  const add = (
    usage: string,
    summary: string,
    compute: (matrices: readonly EncryptedMatrix[], options: ComputeOptions) => Combination | Total,
  ): Command =>
    addCommand(paillier, usage, summary)
      .requiredOption("-o, --output <file>", "where to write the result; never over something")
      .requiredOption("--to <file>", "the public key that the matrices are under")
      .action(
        perform((context: Context, named: string | readonly string[], ...rest: unknown[]) => {
          const others = rest.filter((value): value is string => typeof value === "string");
          const options = rest.find((value) => typeof value === "object") as ComputeOptions;
          return computeCommand(context, [named, others].flat(), options, (matrices) =>
            compute(matrices, options),
          );
        }),
      );

  add("add <matrices...>", "the sum of encrypted matrices, value by value", (matrices) => sumOf(matrices));
  add("subtract <matrix> <other>", "the difference of two, such as two scans", (matrices) =>
    differenceOf(matrices[0]!, matrices[1]!),
  );
  add("multiply <matrix>", "every value times a whole number", ([matrix], { by }) =>
    multipleOf(matrix!, by!),
  ).requiredOption("--by <n>", "the number", parseWhole);
  add("shift <matrix>", "every value plus an amount, such as a change of brightness", ([matrix], { by }) =>
    shiftOf(matrix!, by!),
  ).requiredOption("--by <n>", "the amount, in units of the last decimal", parseWhole);
  add("rerandomise <matrix>", "the same values under fresh noise", ([matrix]) => sumOf([matrix!]));
  const sum = add("sum <series>", "the sum of the numbers within one series", ([series], options) =>
    totalOf(series!, options, false),
  ).option("--weights <list>", "whole numbers with commas between, one for each number");
  const mean = add(
    "mean <matrices...>",
    "the mean of a cohort, or within one series",
    (matrices, options) => {
      if (options.within !== true) return meanOf(matrices, weightsOf(options, matrices.length));
      if (matrices.length !== 1) throw new Failure("usage", "--within takes one series.");
      return totalOf(matrices[0]!, options, true);
    },
  )
    .option("--weights <list>", "whole numbers with commas between, one for each matrix or number")
    .option("--within", "the mean of the numbers within one series");
  teach(
    sum,
    "The series must have been encrypted with --per-ciphertext 1: numbers that share a ciphertext do not add up.",
  );
  teach(
    mean,
    `The result is a sum that says what it is to be divided by; whoever holds the key divides.`,
    `Examples:
  $ chirograph paillier mean a b c -o mean --to study.pub
  $ chirograph paillier mean --within glucose --weights 1,2,4 -o mean --to study.pub`,
  );
}

/** A sum over the values of one matrix. */
interface Total {
  readonly series: EncryptedMatrix;
  readonly weights: readonly number[];
  readonly isMean: boolean;
}

async function computeCommand(
  context: Context,
  paths: readonly string[],
  options: ComputeOptions,
  compute: (matrices: readonly EncryptedMatrix[]) => Combination | Total,
): Promise<Outcome> {
  refuseStdout(options.output);
  const to = await findPublicKey(context.engine, options.to);
  const files = await Promise.all(paths.map(readWhole));
  to.requirePresent();
  const target = requireAbsent(options.output);

  const key = await to.read();
  const matrices = files.map((file) => parseMatrix(file));
  const task = compute(matrices);
  const work = "series" in task ? "summing" : "computing";
  const result = await withPaillier(context, work, matrices[0]!, (paillier, onProgress) =>
    "series" in task
      ? paillier.total(key, task.series, task, onProgress)
      : paillier.combine(key, task, onProgress),
  );
  await writePrivate(context, target, encodeMatrix(result));
  return { lines: [options.output], document: { output: options.output, ...describeMatrix(result) } };
}

function totalOf(series: EncryptedMatrix, options: ComputeOptions, isMean: boolean): Total {
  return { series, weights: weightsOf(options, valuesIn(series.shape)), isMean };
}

function weightsOf({ weights }: ComputeOptions, count: number): number[] {
  return weights === undefined ? Array.from({ length: count }, () => 1) : parseWeights(weights);
}

function parseWhole(text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a whole number.");
}

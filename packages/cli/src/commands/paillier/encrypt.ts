import { encodeMatrix, type EncryptionPlan, matrixSize, plannedHeader } from "@chirograph/schemes/paillier";
import { readPixels } from "@chirograph/clinical/pixels";
import { requireAbsent } from "@chirograph/embedded/files";
import { type Command, InvalidArgumentError } from "commander";
import { Failure } from "../../failure.ts";
import { refuseStdout } from "../../outputs/stdout.ts";
import { readWhole, requireReadable, writePrivate } from "../../paillier/files.ts";
import { aboutImage, rangeOf, shapeOf } from "../../paillier/image-form.ts";
import { findPublicKey } from "../../paillier/key-files.ts";
import { restOf } from "../../paillier/rest.ts";
import { parseSeries } from "../../paillier/series.ts";
import { withPaillier } from "../../paillier/work.ts";
import { addCommand, type Context, type Outcome, type Perform, teach } from "../command.ts";
import { describeMatrix } from "./show.ts";

interface EncryptOptions {
  readonly output: string;
  readonly to: string;
  readonly rest?: string;
  readonly series?: boolean;
  readonly range?: { readonly min: string; readonly max: string };
  readonly perCiphertext?: number;
  readonly guardBits?: number;
}

export function addEncryptCommand(paillier: Command, perform: Perform): void {
  const encrypt = addCommand(paillier, "encrypt", "encrypt the pixels of an image, or a series of numbers")
    .argument("<source>", "a PNG, JPEG or DICOM image; with --series, a text of numbers")
    .requiredOption("-o, --output <file>", "where to write the encrypted matrix; never over something")
    .requiredOption("--to <file>", "the public key of whoever is to open it, or what is computed from it")
    .option("--rest <file>", "write here what the image file holds besides its pixels; it is not encrypted")
    .option("--series", "the source is numbers such as 5.4, one a line or with commas between")
    .option("--range <min..max>", "of a series: what its numbers can be, such as 0..50.0", parseRange)
    .option("--per-ciphertext <n>", "values in one ciphertext (default: as many as fit)", parseCount)
    .option("--guard-bits <n>", "room that each value has to be computed on (default: 16)", parseCount)
    .action(perform(encryptCommand));
  teach(
    encrypt,
    `The matrix says how large the image is and between which bounds its values lie, and nothing else. By itself it is
not protected from being altered: put it into a chart, together with the rest.`,
    `The numbers of a series are --range at most; whoever sees the matrix sees that range. To add the numbers of one
series to each other, give --per-ciphertext 1.`,
    `Examples:
  $ chirograph paillier encrypt scan.dcm -o scan/pixels --rest scan/rest --to study.pub
  $ chirograph paillier encrypt glucose.csv --series --range 0..500.0 --per-ciphertext 1 -o glucose --to study.pub`,
  );
}

async function encryptCommand(context: Context, source: string, options: EncryptOptions): Promise<Outcome> {
  refuseStdout(options.output);
  checkUsage(options);
  const to = await findPublicKey(context.engine, options.to);
  const file = await readWhole(source);
  to.requirePresent();
  const target = requireAbsent(options.output);
  const restTarget = options.rest === undefined ? undefined : requireAbsent(options.rest);

  const key = await to.read();
  const { values, plan, rest } =
    options.series === true ? seriesOf(file, options) : await imageOf(file, options);
  const { perCiphertext, guardBits } = options;
  const fullPlan: EncryptionPlan = {
    ...plan,
    ...(perCiphertext !== undefined && { perCiphertext }),
    ...(guardBits !== undefined && { guardBits }),
  };
  const header = plannedHeader(key, fullPlan);
  requireReadable(matrixSize(header));
  const matrix = await withPaillier(context, "encrypting", header, (paillier, onProgress) =>
    paillier.encrypt(key, values, fullPlan, onProgress),
  );
  if (restTarget !== undefined && rest !== undefined) await writePrivate(context, restTarget, rest);
  await writePrivate(context, target, encodeMatrix(matrix));
  return { lines: [options.output], document: { output: options.output, ...describeMatrix(matrix) } };
}

interface Source {
  readonly values: ArrayLike<number>;
  readonly plan: EncryptionPlan;
  readonly rest?: Buffer;
}

async function imageOf(file: Buffer, { rest }: EncryptOptions): Promise<Source> {
  const pixels = await readPixels(new Uint8Array(file));
  const plan = { shape: shapeOf(pixels), bounds: rangeOf(pixels), about: aboutImage(pixels) };
  return { values: pixels.data, plan, ...(rest !== undefined && { rest: await restOf(file, pixels) }) };
}

function seriesOf(file: Buffer, { range }: EncryptOptions): Source {
  const { min = "", max = "" } = range ?? {};
  // The range counts as two more numbers, so that all have as many decimals.
  const { values: all, decimals } = parseSeries(`${min} ${max} ${file.toString("utf8")}`);
  const [low, high, ...values] = all as [number, number, ...number[]];
  if (values.length === 0) throw new Failure("badData", "The series holds no numbers.");
  if (values.some((value) => value < low || value > high)) {
    throw new Failure("badData", "The series holds a number outside the range that was given.");
  }
  const shape = { frames: 1, rows: 1, columns: values.length, samples: 1 };
  const about = new TextEncoder().encode("series");
  return { values, plan: { shape, bounds: { min: low, max: high }, decimals, about } };
}

function checkUsage({ series = false, range, rest }: EncryptOptions): void {
  if (series && range === undefined) {
    throw new Failure("usage", "A series needs --range: bounds that everybody may see.", {
      hint: "Name what such numbers can be at all, for example --range 0..500.0.",
    });
  }
  if (!series && range !== undefined) throw new Failure("usage", "--range goes with --series only.");
  if (series && rest !== undefined) throw new Failure("usage", "--rest goes with images only.");
}

function parseRange(text: string): EncryptOptions["range"] {
  const match = /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)$/.exec(text);
  if (match === null) throw new InvalidArgumentError("It is two numbers such as 0..50.0.");
  return { min: match[1]!, max: match[2]! };
}

function parseCount(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a whole number.");
}

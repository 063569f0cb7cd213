import { encodePixels, encodeSamples, type PixelMatrix, writePng } from "@chirograph/clinical/pixels";
import { requireAbsent } from "@chirograph/embedded/files";
import { type EncryptedMatrix, parseMatrix } from "@chirograph/schemes/paillier";
import { type Command, Option } from "commander";
import { Failure } from "../../failure.ts";
import { requireOneStdin } from "../../inputs/text-input.ts";
import { refuseStdout } from "../../outputs/stdout.ts";
import { readWhole, writePrivate } from "../../paillier/files.ts";
import { imageFormOf, pixelsFrom } from "../../paillier/image-form.ts";
import { findPrivateKey } from "../../paillier/key-files.ts";
import { fileFrom } from "../../paillier/rest.ts";
import { formatSeries } from "../../paillier/series.ts";
import { withPaillier } from "../../paillier/work.ts";
import { addCommand, type Context, type Outcome, type Perform, teach } from "../command.ts";
import { describeMatrix } from "./show.ts";

const FORMS = ["png", "pixels", "raw", "csv"] as const;
type Form = (typeof FORMS)[number];

interface DecryptOptions {
  readonly output: string;
  readonly key: string;
  readonly passphraseFile?: string;
  readonly rest?: string;
  readonly as?: Form;
}

export function addDecryptCommand(paillier: Command, perform: Perform): void {
  const decrypt = addCommand(paillier, "decrypt", "open an encrypted matrix, or what was computed")
    .argument("<matrix>", "the encrypted matrix")
    .requiredOption("-o, --output <file>", "where to write it; never over something")
    .requiredOption("--key <file>", "your key (- is standard input)")
    .option("--passphrase-file <file>", "passphrase of that key (- is standard input)")
    .option("--rest <file>", "the rest of the image file: the whole file is written, bit for bit")
    .addOption(new Option("--as <form>", "png, pixels, raw or csv (default: by the matrix)").choices(FORMS))
    .action(perform(decryptCommand));
  teach(
    decrypt,
    `Images are written as pixels with their dimensions, or as PNG where PNG has a form for them; raw is the samples
alone, in little endian. Numbers are written one a line.`,
    `Values that lie outside the bounds that the matrix carries show that it was altered, and are refused.`,
    `Examples:
  $ chirograph paillier decrypt scan/pixels --rest scan/rest -o scan.dcm --key study.key
  $ chirograph paillier decrypt mean -o mean.png --as png --key study.key`,
  );
}

async function decryptCommand(context: Context, source: string, options: DecryptOptions): Promise<Outcome> {
  refuseStdout(options.output);
  requireOneStdin([options.key, options.passphraseFile]);
  if (options.rest !== undefined && options.as !== undefined) {
    throw new Failure("usage", "--rest and --as exclude each other: the whole file is of its own form.");
  }
  const keySource = await findPrivateKey(context.engine, options.key, options.passphraseFile);
  const bytes = await readWhole(source);
  const rest = options.rest === undefined ? undefined : await readWhole(options.rest);
  keySource.requirePresent();
  const target = requireAbsent(options.output);

  const matrix = parseMatrix(bytes);
  const key = await keySource.read();
  const values = await withPaillier(context, "decrypting", matrix, (paillier, onProgress) =>
    paillier.decrypt(key, matrix, onProgress),
  );
  const form = options.as ?? (imageFormOf(matrix) === null ? "csv" : "pixels");
  const written =
    rest === undefined ? await writeAs(form, matrix, values) : fileFrom(rest, imageFrom(matrix, values));
  await writePrivate(context, target, written);
  return { lines: [options.output], document: { output: options.output, ...describeMatrix(matrix) } };
}

async function writeAs(form: Form, matrix: EncryptedMatrix, values: Float64Array): Promise<Uint8Array> {
  switch (form) {
    case "csv":
      return new TextEncoder().encode(formatSeries(values, matrix));
    case "png":
      return writePng(imageFrom(matrix, values));
    case "pixels":
      return encodePixels(imageFrom(matrix, values));
    case "raw":
      return encodeSamples(imageFrom(matrix, values));
  }
}

function imageFrom(matrix: EncryptedMatrix, values: Float64Array): PixelMatrix {
  const form = imageFormOf(matrix);
  if (form !== null) return pixelsFrom(form, values, matrix.divisor);
  throw new Failure("badData", "The matrix is of numbers, not of pixels.", {
    hint: "Open it without --rest, as csv.",
  });
}

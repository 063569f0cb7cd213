import { type Chart, ChirographError, type Envelope, parseChart, salvageChart, Word } from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import type { Command } from "commander";
import { Failure } from "../failure.ts";
import { envelopePath, readEnvelopeFile } from "../inputs/envelope-file.ts";
import { findIdentity, type IdentitySource } from "../inputs/identity.ts";
import { RangeFiles } from "../inputs/range-files.ts";
import { findSecret, type Secret, secretsHelp, sequenceKey } from "../inputs/secret.ts";
import { requireOneStdin } from "../inputs/text-input.ts";
import { orderWithoutEnvelope } from "../inspection/bag.ts";
import { describeBag } from "../inspection/describe-bag.ts";
import { describeView } from "../inspection/describe-view.ts";
import { look, type Secrets } from "../inspection/look.ts";
import { addCommand, type Context, type Outcome, type Perform, teach } from "./command.ts";

export interface InspectOptions {
  readonly identity?: string;
  readonly sequenceKeyFile?: string;
  readonly passphraseFile?: string;
  readonly chart?: string;
}

export function addInspectCommand(program: Command, perform: Perform): void {
  const inspect = addCommand(program, "inspect", "tell what a stranger, or a reader, sees of a sealed record")
    .argument("<dir>", "a folder with fragments")
    .option("--identity <file>", "your identity: look as a reader, who needs the word too")
    .option("--sequence-key-file <file>", "the word that it was cut under (- is standard input)")
    .option("--passphrase-file <file>", "passphrase of that identity (- is standard input)")
    .option("--chart <file>", "an envelope file from elsewhere, where the folder has none or a damaged one")
    .action(perform(inspectCommand));
  teach(
    inspect,
    `Without secrets it shows what everybody sees who holds the files: ids, sizes, marks, and which fragments are
sound, damaged, missing or foreign. With an identity and the word it shows the order, the kind and the names too.`,
    `A bag of fragments without an envelope is put in order by its marks: give the identity, the word and a chart
document, which stands at the beginning of any envelope file of that record.`,
    `Examples:
  $ chirograph inspect sealed
  $ chirograph inspect sealed --identity me.key --sequence-key-file word
  $ chirograph inspect bag --chart old-envelope --identity me.key --sequence-key-file word`,
    secretsHelp,
  );
}

export async function inspectCommand(
  context: Context,
  folder: string,
  options: InspectOptions,
): Promise<Outcome> {
  const { engine, terminal } = context;
  const locks = await findLocks(engine, options);

  const statementFile = await readEnvelopeFile(options.chart ?? envelopePath(folder));
  locks?.identity.requirePresent();
  locks?.secret.requirePresent();

  const { chart, envelope, problem } = await readStatement(engine, statementFile);
  if (problem !== undefined && locks === undefined) throw withWayOut(problem);
  const secrets = locks === undefined ? undefined : await takeLocks(locks);

  const progress = terminal.progress("reading", envelope === undefined ? 0 : expectedBytes(envelope));
  const files = new RangeFiles((bytes) => progress.add(bytes));
  try {
    const candidates = await files.list(folder);
    if (envelope !== undefined) {
      return describeView(await look(engine, { chart, envelope }, candidates, secrets));
    }
    terminal.warn(`The envelope cannot be used: ${problem!.message}`);
    return describeBag(await orderWithoutEnvelope(engine, chart, candidates, secrets!));
  } finally {
    progress.end();
    await files.close();
  }
}

interface Locks {
  readonly identity: IdentitySource;
  readonly secret: Secret;
}

/** A reader needs both; a stranger has neither. */
async function findLocks(engine: Engine, options: InspectOptions): Promise<Locks | undefined> {
  const { identity, sequenceKeyFile, passphraseFile } = options;
  requireOneStdin([identity, sequenceKeyFile, passphraseFile]);
  if (identity === undefined) {
    if (sequenceKeyFile === undefined && passphraseFile === undefined) return undefined;
    throw new Failure("usage", "The word shows nothing without an identity.", {
      hint: "Give --identity FILE too.",
    });
  }
  return {
    identity: await findIdentity(engine, identity, passphraseFile),
    secret: await findSecret(sequenceKey, sequenceKeyFile),
  };
}

async function takeLocks({ identity, secret }: Locks): Promise<Secrets> {
  return { identity: await identity.unlock(), word: new Word(await secret.take(false)) };
}

/** A whole envelope file, one whose envelope is damaged or cut off, or a chart document alone. */
async function readStatement(
  engine: Engine,
  bytes: Uint8Array,
): Promise<{ chart: Chart; envelope: Envelope | undefined; problem: Error | undefined }> {
  try {
    return await salvageChart(engine, bytes);
  } catch (error) {
    const chart = await parseChart(engine, bytes).catch(() => undefined);
    if (chart === undefined || !(error instanceof ChirographError)) throw error;
    return {
      chart,
      envelope: undefined,
      problem: new Failure("badData", "There is a chart document and no envelope."),
    };
  }
}

function withWayOut(problem: Error): Failure {
  return new Failure("badData", problem.message, {
    hint: "With --identity and the word, the fragments can still be put in order by their marks.",
    cause: problem,
  });
}

function expectedBytes(envelope: Envelope): number {
  return envelope.profile === "locked"
    ? envelope.total * envelope.geometry.fragmentBytes
    : envelope.recordBytes;
}

import {
  ChirographError,
  type Envelope,
  type Identity,
  type KnownFragment,
  openClassic,
  type OpenedContent,
  openVersion,
  parseEnvelopeFile,
  requireAuthor,
  type SealedFolder,
  type Survey,
  surveyFragments,
  unlockChart,
  verifyBlocks,
  Word,
} from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import { type Command, Option } from "commander";
import { PRIVATE_FOLDER, requireAbsent, writeFile, writeFolder } from "@chirograph/embedded/files";
import { Failure } from "../failure.ts";
import { envelopePath, readEnvelopeFile } from "../inputs/envelope-file.ts";
import { findIdentity } from "../inputs/identity.ts";
import { RangeFiles } from "../inputs/range-files.ts";
import { findRecipients, type RecipientSource } from "../inputs/recipients.ts";
import { findSecret, secretsHelp, sequenceKey } from "../inputs/secret.ts";
import { requireOneStdin } from "../inputs/text-input.ts";
import { authorOf, tellAuthor } from "../inspection/author.ts";
import { fragmentStates, reportLosses, requireEnough, type Troubles } from "../inspection/fragments.ts";
import { inPixelForm, PIXEL_OUTPUTS, type PixelOutput, requirePixels } from "../outputs/pixels.ts";
import { restoreFile, restoreFolder } from "../outputs/restore.ts";
import { refuseStdout } from "../outputs/stdout.ts";
import { addCommand, type Context, type Outcome, type Perform, teach } from "./command.ts";
import { describeOpened } from "./opened.ts";
import { select, type Selection } from "./selection.ts";

export interface OpenOptions {
  readonly output: string;
  readonly identity: string;
  readonly sequenceKeyFile?: string;
  readonly passphraseFile?: string;
  readonly from?: string;
  readonly only?: string;
  readonly checkAll?: boolean;
  readonly pixels?: PixelOutput;
}

export function addOpenCommand(program: Command, perform: Perform): void {
  const open = addCommand(program, "open", "open a sealed record again")
    .argument("<dir>", "the folder with the file envelope and enough fragments")
    .requiredOption("-o, --output <path>", "where to write it: a file or a folder that is not there yet")
    .requiredOption("--identity <file>", "your identity (- is standard input)")
    .option("--sequence-key-file <file>", "the word that it was cut under (- is standard input)")
    .option("--passphrase-file <file>", "passphrase of that identity (- is standard input)")
    .option("--from <recipient>", "accept this author only: a recipient, or a file that holds one")
    .option("--only <path>", "one file or one folder out of a sealed folder")
    .option("--check-all", "read every fragment to its end, also those that are not needed")
    .addOption(
      new Option("--pixels <form>", "of a record that holds pixels: png, raw, or matrix (default)").choices(
        PIXEL_OUTPUTS,
      ),
    )
    .action(perform(openCommand));
  teach(
    open,
    `Fragments are known by their content: other files, fragments of other records and second copies in the folder
do no harm. What is found damaged or missing is named on stderr, also when the record still opens. The ends of every
fragment are looked at, and the middle of those that are needed; --check-all reads all of them whole.`,
    "A signature by a one-time key proves nothing about the author; with --from, a certain author is required.",
    `Examples:
  $ chirograph open sealed -o scan.dcm --identity me.key --sequence-key-file word
  $ chirograph open sealed -o slice.dcm --only series/0042.dcm --from ward.pub --identity me.key`,
    secretsHelp,
  );
}

export async function openCommand(context: Context, folder: string, options: OpenOptions): Promise<Outcome> {
  const { engine, terminal } = context;
  refuseStdout(options.output);
  requireOneStdin([options.sequenceKeyFile, options.passphraseFile, options.identity, options.from]);
  const identity = await findIdentity(engine, options.identity, options.passphraseFile);
  const secret = await findSecret(sequenceKey, options.sequenceKeyFile);
  const from = options.from === undefined ? undefined : await findRecipients(engine, [options.from]);

  const envelopeFile = await readEnvelopeFile(envelopePath(folder));
  for (const input of [identity, secret, from]) input?.requirePresent();

  const target = requireAbsent(options.output);

  const sealed = await parseEnvelopeFile(engine, envelopeFile);
  if (from !== undefined) await requireOneOf(from, sealed);
  engine.expectStripes(sealed.envelope.recordBytes);
  const keys = await identity.unlock();
  const word = new Word(await secret.take(false));

  const { envelope, chart } = sealed;
  const progress = terminal.progress("reading", bytesToRead(envelope, options));
  const files = new RangeFiles((bytes) => progress.add(bytes));
  try {
    const survey = await surveyFragments(engine, envelope, await files.list(folder));
    requireSurvey(context, sealed, survey, files);
    const { opened, selection, damaged } = await explainLosses(context, sealed, survey, files, async () => {
      const record = await unlockAndOpen(engine, sealed, keys, word, survey);
      const part = select(record.inside, options.only);
      if (options.pixels !== undefined) requirePixels(record.card.kind);
      const unread = await restore(context, target, record, part, options.pixels, async () =>
        options.checkAll === true ? checkUnread(engine, sealed, survey, files) : [],
      );
      return { opened: record, selection: part, damaged: [...record.damaged, ...unread] };
    });
    progress.end();

    const states = fragmentStates(envelope, survey, damaged);
    const author = authorOf(chart.state, envelope);
    reportLosses(terminal, states, files);
    if (from === undefined) tellAuthor(terminal, author);
    return describeOpened({ output: options.output, envelope, card: opened.card, selection, states, author });
  } finally {
    progress.end();
    await files.close();
  }
}

/** As many fragments as are needed, or all n; a classic record is read four times. */
function bytesToRead(envelope: Envelope, { checkAll }: OpenOptions): number {
  if (envelope.profile === "classic") return 4 * envelope.recordBytes;
  const { geometry, total, needed } = envelope;
  return (checkAll === true ? total : needed) * geometry.fragmentBytes;
}

/** The author must be one of those who were named. */
async function requireOneOf(from: RecipientSource, { chart, envelope }: SealedFolder): Promise<void> {
  const authors = await from.recipients();
  if (authors.length > 1)
    throw new Failure("badData", "--from names one author, and the file holds several.");
  requireAuthor(chart.state, envelope, authors[0]!.signing);
}

/** Counts what is there before any secret is tried. */
function requireSurvey(
  { terminal }: Context,
  { envelope }: SealedFolder,
  survey: Survey,
  troubles: Troubles,
): void {
  const states = fragmentStates(envelope, survey);
  try {
    requireEnough(envelope, states);
  } catch (error) {
    reportLosses(terminal, states, troubles);
    throw error;
  }
}

async function unlockAndOpen(
  engine: Engine,
  { chart, envelope }: SealedFolder,
  identity: Identity,
  word: Word,
  survey: Survey,
): Promise<OpenedContent> {
  if (envelope.profile === "classic") {
    const sources = survey.places.map(({ found }) => found[0]!.source);
    return openClassic(engine, chart, identity, word, envelope, sources);
  }
  const unlocked = await unlockChart(engine, chart, identity, word);
  return openVersion(engine, unlocked, envelope, survey.known);
}

/**
 * Fragments whose ends are right can be damaged in the middle. When opening fails, every block is read, so that too
 * few fragments are told before a wrong word, and every damaged one is named.
 */
async function explainLosses<Result>(
  { engine, terminal }: Context,
  { envelope }: SealedFolder,
  survey: Survey,
  troubles: Troubles,
  attempt: () => Promise<Result>,
): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    const mayBeLosses =
      error instanceof ChirographError &&
      (error.code === "not-for-you" || error.code === "too-few-fragments");
    if (!mayBeLosses || envelope.profile === "classic") throw error;
    const { damaged, problem } = await verifyBlocks(engine, envelope, survey.known);
    if (problem === undefined) throw error;
    reportLosses(terminal, fragmentStates(envelope, survey, damaged), troubles);
    throw problem;
  }
}

/** Writes what was asked for, and looks at what else there is before it is there for good. */
async function restore<Result>(
  { unfinished }: Context,
  target: string,
  opened: OpenedContent,
  { shape, entries, first, end }: Selection,
  pixels: PixelOutput | undefined,
  lookOn: () => Promise<Result>,
): Promise<Result> {
  const content = opened.content(first, end, { lend: true });
  if (shape === "file") {
    return writeFile(unfinished, target, async (file) => {
      await restoreFile(file, pixels === undefined ? content : inPixelForm(pixels, content));
      return lookOn();
    });
  }
  return writeFolder(unfinished, target, PRIVATE_FOLDER, async (folder) => {
    await restoreFolder(folder, entries, content);
    return lookOn();
  });
}

/** Damage in fragments that were not needed: whoever asks learns of it while it can still be repaired. */
async function checkUnread(
  engine: Engine,
  { envelope }: SealedFolder,
  { known }: Survey,
  files: RangeFiles,
): Promise<Iterable<KnownFragment>> {
  if (envelope.profile === "classic") return [];
  const unread = known.filter(({ source }) => !files.wasReadWhole(source));
  return (await verifyBlocks(engine, envelope, unread)).damaged;
}

import {
  contentBytes,
  defaultTolerance,
  type Envelope,
  fingerprint,
  type FolderPlan,
  type Identity,
  judgeWord,
  LONGEST_WORD,
  type Recipient,
  sealFolder,
  toHex,
  Word,
} from "@chirograph/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import { OPEN_FOLDER, requireFreeFolder, writeFolder } from "@chirograph/embedded/files";
import { Failure } from "../failure.ts";
import { pixelContent, recordContent } from "../inputs/content.ts";
import { findIdentity } from "../inputs/identity.ts";
import { findRecipients } from "../inputs/recipients.ts";
import { findSecret, secretsHelp, sequenceKey } from "../inputs/secret.ts";
import { requireOneStdin } from "../inputs/text-input.ts";
import { findContent, requireThere } from "../inputs/walk.ts";
import { SealedFolderWriter } from "../outputs/sealed-folder.ts";
import { refuseStdout } from "../outputs/stdout.ts";
import { showName } from "../terminal/name.ts";
import { count } from "../terminal/quantity.ts";
import { addCommand, type Context, type Outcome, type Perform, teach } from "./command.ts";

export interface SealOptions {
  readonly output: string;
  readonly to: readonly string[];
  readonly sequenceKeyFile?: string;
  readonly identity?: string;
  readonly passphraseFile?: string;
  readonly tolerate?: number;
  readonly cipher?: "aes-128" | "aes-256";
  readonly pad?: "padme" | "none";
  readonly profile?: "locked" | "classic";
  readonly pixels?: boolean;
}

export function addSealCommand(program: Command, perform: Perform): void {
  const seal = addCommand(program, "seal", "encrypt a file or a folder and cut it into fragments")
    .argument("<source>", "the file or folder")
    .requiredOption("-o, --output <dir>", "folder for the fragments: new, or empty")
    .requiredOption("--to <recipient...>", "who may open it: recipients, or files that hold them one a line")
    .option("--sequence-key-file <file>", "the word that it is cut under (- is standard input)")
    .option("--identity <file>", "sign as yourself; otherwise a key signs that is used once")
    .option("--passphrase-file <file>", "passphrase of that identity (- is standard input)")
    .option("--tolerate <t>", "how many fragments may be lost (default: a quarter of them)", parseTolerance)
    .addOption(new Option("--cipher <name>", "cipher (default: aes-128)").choices(["aes-128", "aes-256"]))
    .addOption(
      new Option("--pad <how>", "hide the exact length, or not (default: padme)").choices(["padme", "none"]),
    )
    .addOption(
      new Option("--profile <name>", "how it is cut (default: locked)").choices(["locked", "classic"]),
    )
    .option("--pixels", "seal the decoded pixels of an image in place of its file (classic profile only)")
    .action(perform(sealCommand));
  teach(
    seal,
    `The folder holds one file called envelope and as many fragments as the word has characters. Their names tell
nothing. Spread them over clouds that need not be trusted, each with a copy of the envelope.`,
    `You can open it yourself only if you are among the recipients. --to takes every value up to the next option, so
name the source before it.`,
    `--profile classic is the original scheme: all fragments are needed, and the word is written into them. It
protects little; take a word that you use nowhere else. With --pixels it goes the whole way that the authors
describe: the image becomes a matrix of pixels, and that is encrypted and cut.`,
    `Examples:
  $ chirograph seal scan.dcm -o sealed --to me.pub --sequence-key-file word
  $ chirograph seal study/ -o sealed --to me.pub ward.pub --identity me.key --tolerate 3`,
    secretsHelp,
  );
}

export async function sealCommand(context: Context, source: string, options: SealOptions): Promise<Outcome> {
  const { engine, terminal, unfinished } = context;
  const how = howOf(options);
  refuseStreams(source, options);
  if (options.passphraseFile !== undefined && options.identity === undefined) {
    throw new Failure("usage", "--passphrase-file opens an identity, and none is given.", {
      hint: "Give --identity FILE too.",
    });
  }
  const identity = await optional(options.identity, (path) =>
    findIdentity(engine, path, options.passphraseFile),
  );
  const readers = await findRecipients(engine, options.to);
  const secret = await findSecret(sequenceKey, options.sequenceKeyFile);
  checkTolerance(options.tolerate, secret.peek());

  await requireThere(source);
  for (const input of [secret, readers, identity]) input?.requirePresent();

  const target = requireFreeFolder(options.output);

  const recipients = await readers.recipients();
  const found = await findContent(source);
  engine.expectStripes(contentBytes(found.entries));
  const author = await identity?.unlock();
  const text = await secret.take(true);
  checkTolerance(options.tolerate, text);
  const word = new Word(text);

  const progress = terminal.progress("sealing", contentBytes(found.entries));
  const { envelope } = await writeFolder(unfinished, target, OPEN_FOLDER, async (folder) => {
    const writer = new SealedFolderWriter(folder);
    try {
      const content =
        options.pixels === true ? await pixelContent(found) : await recordContent(found, progress);
      const plan: FolderPlan = { readers: recipients, word, time: Date.now(), content, how };
      const sealed = await sealFolder(engine, author === undefined ? plan : { ...plan, author }, writer);
      await writer.finish(sealed.envelopeFile);
      return sealed;
    } finally {
      progress.end();
      await writer.close();
    }
  });

  const { total, needed } = envelope;
  terminal.note(
    `${count(total, "fragment")} in ${showName(options.output)}; any ${needed} of them open it again.`,
  );
  if (how.profile === "classic") terminal.warn("The classic profile writes its word into the files.");
  return describe(options.output, envelope, recipients, author);
}

function describe(
  folder: string,
  envelope: Envelope,
  recipients: readonly Recipient[],
  author: Identity | undefined,
): Outcome {
  const { profile, chart, record, version, total, needed, recordBytes } = envelope;
  return {
    lines: [toHex(record)],
    document: {
      folder,
      chart: toHex(chart),
      record: toHex(record),
      version: toHex(version),
      profile,
      total,
      needed,
      recordBytes,
      fragments: (envelope.profile === "locked" ? envelope.places : envelope.pieces).map(({ id }) =>
        toHex(id),
      ),
      readers: recipients.map(({ member }) => fingerprint(member)),
      author: author === undefined ? null : fingerprint(author.recipient.member),
    },
  };
}

function howOf(options: SealOptions): FolderPlan["how"] {
  const { profile = "locked", cipher = "aes-128", pad = "padme", tolerate } = options;
  if (profile === "locked" && options.pixels === true) {
    throw new Failure(
      "usage",
      "--pixels goes with --profile classic; the default profile keeps a file's exact bytes.",
    );
  }
  if (profile === "locked") {
    const how = { profile, suite: cipher, padded: pad === "padme" } as const;
    return tolerate === undefined ? how : { ...how, tolerate };
  }
  if (tolerate !== undefined) {
    throw new Failure("usage", "--tolerate does not go with --profile classic, which needs every fragment.");
  }
  if (options.pad !== undefined) {
    throw new Failure("usage", "--pad does not go with --profile classic, which hides no length.");
  }
  if (cipher !== "aes-128")
    throw new Failure("usage", `--cipher ${cipher} does not go with --profile classic.`);
  return { profile };
}

function refuseStreams(source: string, options: SealOptions): void {
  if (source === "-") {
    throw new Failure(
      "usage",
      "A record cannot come from standard input: its length must be known beforehand.",
      {
        hint: "Write it to a file first.",
      },
    );
  }
  refuseStdout(options.output);
  requireOneStdin([options.sequenceKeyFile, options.passphraseFile, options.identity, ...options.to]);
}

/** Two fragments at least are needed to open. The word may not be there yet; then this is asked again. */
function checkTolerance(tolerate: number | undefined, word: string | undefined): void {
  if (tolerate === undefined || word === undefined) return;
  const { length, broken } = judgeWord(word);
  if (broken.length > 0 || tolerate <= length - 2) return;
  throw new Failure(
    "usage",
    `--tolerate ${tolerate} is too much: of ${length} fragments at most ${length - 2} may be lost.`,
    {
      hint: `Leave it out for ${defaultTolerance(length)}, or take a longer sequence key.`,
    },
  );
}

function parseTolerance(text: string): number {
  const tolerance = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (tolerance <= LONGEST_WORD - 2) return tolerance;
  throw new InvalidArgumentError(`It is from 0 to the length of the sequence key less 2.`);
}

async function optional<Value, Result>(
  value: Value | undefined,
  use: (value: Value) => Promise<Result>,
): Promise<Result | undefined> {
  return value === undefined ? undefined : use(value);
}

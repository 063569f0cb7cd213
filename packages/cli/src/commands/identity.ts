import { writeFile as writeWhole } from "node:fs/promises";
import {
  createIdentity,
  fingerprint,
  formatIdentityFile,
  formatProtectedIdentityFile,
  formatRecipientLine,
} from "@chirograph/core";
import type { Command } from "commander";
import { PRIVATE_FILE, requireAbsent, writeFile } from "@chirograph/embedded/files";
import { Failure } from "../failure.ts";
import { readIdentityFile } from "../inputs/identity.ts";
import { findSecret, passphrase, type Secret } from "../inputs/secret.ts";
import { TextInput } from "../inputs/text-input.ts";
import { refuseStdout } from "../outputs/stdout.ts";
import { showName } from "../terminal/name.ts";
import { addCommand, type Context, type Outcome, type Perform, teach } from "./command.ts";

export interface NewIdentityOptions {
  readonly output: string;
  readonly passphraseFile?: string;
  /** `false` for --no-passphrase. */
  readonly passphrase: boolean;
}

export function addIdentityCommands(program: Command, perform: Perform): void {
  const identity = program
    .command("identity")
    .description("your own keys: a file to keep, a line to hand out");

  const make = addCommand(identity, "new", "make an identity; its recipient is printed")
    .requiredOption("-o, --output <file>", "where to write it; never over something")
    .option("--passphrase-file <file>", "protect it with the passphrase in this file (- is standard input)")
    .option("--no-passphrase", "leave it in the clear")
    .action(perform(newIdentity));
  teach(
    make,
    `The file holds your private keys: whoever has it, and its passphrase, can read what is sealed to you.
The line that is printed is your recipient. Give it to anybody who is to seal something for you.`,
    `Examples:
  $ chirograph identity new -o me.key
  $ chirograph identity new -o gateway.key --no-passphrase > gateway.pub`,
  );

  const show = addCommand(identity, "show", "print the recipient of an identity")
    .argument("<file>", "an identity file (- is standard input)")
    .action(perform(showIdentity));
  teach(
    show,
    "No passphrase is needed. The fingerprint on stderr is what two people compare on the telephone.",
    `Example:
  $ chirograph identity show me.key > me.pub`,
  );
}

export async function newIdentity(
  { engine, unfinished, terminal }: Context,
  options: NewIdentityOptions,
): Promise<Outcome> {
  refuseStdout(options.output);
  const secret = await findNewPassphrase(options);
  secret?.requirePresent();
  const target = requireAbsent(options.output);
  const phrase = await takePassphrase(secret);

  const identity = await createIdentity(engine);
  const text =
    phrase === undefined
      ? await formatIdentityFile(engine, identity)
      : await formatProtectedIdentityFile(engine, identity, phrase);
  await writeFile(unfinished, target, (file) =>
    writeWhole(file, text, { flag: "wx", mode: PRIVATE_FILE, flush: true }),
  );

  const recipient = await formatRecipientLine(engine, identity.recipient);
  const print = fingerprint(identity.recipient.member);
  terminal.note(
    `Your identity is in ${showName(options.output)}. Keep it, and keep a copy: nobody can make it again.`,
  );
  terminal.note(`Fingerprint ${print}. The line below is your recipient, for others to seal to you.`);
  const protection = phrase === undefined ? "clear" : "passphrase";
  return {
    lines: [recipient],
    document: { identity: options.output, recipient, fingerprint: print, protection },
  };
}

async function showIdentity({ engine, terminal }: Context, path: string): Promise<Outcome> {
  const input = await TextInput.read(path);
  input.requirePresent();
  const { recipient: keys, protection } = await readIdentityFile(engine, input);
  const recipient = await formatRecipientLine(engine, keys);
  const print = fingerprint(keys.member);
  terminal.note(`Fingerprint ${print}, ${protection === "clear" ? "in the clear" : "under a passphrase"}.`);
  return { lines: [recipient], document: { identity: path, recipient, fingerprint: print, protection } };
}

async function findNewPassphrase(options: NewIdentityOptions): Promise<Secret | undefined> {
  if (options.passphrase) {
    return findSecret(passphrase, options.passphraseFile, ", or leave it in the clear with --no-passphrase");
  }
  if (options.passphraseFile === undefined) return undefined;
  throw new Failure("usage", "--passphrase-file and --no-passphrase exclude each other.");
}

async function takePassphrase(secret: Secret | undefined): Promise<string | undefined> {
  const phrase = await secret?.take(true);
  if (phrase !== "") return phrase;
  throw new Failure("badData", "The passphrase is empty.", {
    hint: "Use --no-passphrase if none is wanted.",
  });
}

import { writeFile as writeWhole } from "node:fs/promises";
import { formatProtectedKey } from "@chirograph/core";
import { PRIVATE_FILE, requireAbsent, writeFile } from "@chirograph/embedded/files";
import {
  createPrivateKey,
  encodePrivateKey,
  encodePublicKey,
  KEY_BITS,
  requireKeyBits,
} from "@chirograph/schemes/paillier";
import { type Command, Option } from "commander";
import { Failure } from "../../failure.ts";
import { findSecret, passphrase } from "../../inputs/secret.ts";
import { TextInput } from "../../inputs/text-input.ts";
import { refuseStdout } from "../../outputs/stdout.ts";
import { fingerprintOf, formatPublicLine, readPublicHalf } from "../../paillier/key-files.ts";
import { showName } from "../../terminal/name.ts";
import { addCommand, type Context, type Outcome, type Perform, teach } from "../command.ts";

interface KeygenOptions {
  readonly output: string;
  readonly bits?: string;
  readonly passphraseFile?: string;
}

export function addKeyCommands(paillier: Command, perform: Perform): void {
  const keygen = addCommand(paillier, "keygen", "make a key; its public half is printed")
    .requiredOption("-o, --output <file>", "where to write it; never over something")
    .addOption(new Option("--bits <n>", "length of the key (default: 2048)").choices(KEY_BITS.map(String)))
    .option("--passphrase-file <file>", "protect it with the passphrase in this file (- is standard input)")
    .action(perform(keygenCommand));
  teach(
    keygen,
    `The file holds the private key under the passphrase: with both, everything opens that was encrypted for it and
all that was computed from that. The line that is printed is for those who encrypt and compute.`,
    `Example:
  $ chirograph paillier keygen -o study.key > study.pub`,
  );
  addCommand(paillier, "public", "print the public half of a key")
    .argument("<file>", "a key file (- is standard input)")
    .action(perform(publicCommand));
}

async function keygenCommand(context: Context, options: KeygenOptions): Promise<Outcome> {
  const { engine, unfinished, terminal } = context;
  refuseStdout(options.output);
  const bits = requireKeyBits(Number(options.bits ?? KEY_BITS[0]));
  const secret = await findSecret(passphrase, options.passphraseFile);
  secret.requirePresent();
  const target = requireAbsent(options.output);
  const phrase = await secret.take(true);
  if (phrase === "") throw new Failure("badData", "The passphrase is empty.");

  const key = await createPrivateKey(engine, bits);
  const halves = { publicHalf: encodePublicKey(key.publicKey), privateHalf: encodePrivateKey(key) };
  const text = await formatProtectedKey(engine, halves, phrase).finally(() => halves.privateHalf.fill(0));
  await writeFile(unfinished, target, (file) =>
    writeWhole(file, text, { flag: "wx", mode: PRIVATE_FILE, flush: true }),
  );
  const print = fingerprintOf(key.publicKey.id);
  terminal.note(
    `The key is in ${showName(options.output)}. Keep it, and keep a copy: nobody can make it again.`,
  );
  terminal.note(
    `Fingerprint ${print}. The line below is its public half, for others to encrypt and compute.`,
  );
  const line = formatPublicLine(key.publicKey);
  return { lines: [line], document: { key: options.output, bits, public: line, fingerprint: print } };
}

async function publicCommand({ engine, terminal }: Context, path: string): Promise<Outcome> {
  const input = await TextInput.read(path);
  input.requirePresent();
  const key = await readPublicHalf(engine, input);
  const [line, print] = [formatPublicLine(key), fingerprintOf(key.id)];
  terminal.note(`Fingerprint ${print}, ${key.bits} bits.`);
  return { lines: [line], document: { key: path, bits: key.bits, public: line, fingerprint: print } };
}

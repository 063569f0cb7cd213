import { RIGHT_READ, Word } from "@chirograph/core";
import type { Command } from "commander";
import { findIdentity } from "../../inputs/identity.ts";
import { findRecipients } from "../../inputs/recipients.ts";
import { findSecret, secretsHelp, sequenceKey } from "../../inputs/secret.ts";
import { requireOneStdin } from "../../inputs/text-input.ts";
import { findVault } from "../../vault/find.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { showMember } from "./rights.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

interface NewChartOptions extends VaultOptions {
  readonly identity: string;
  readonly passphraseFile?: string;
  readonly sequenceKeyFile?: string;
  readonly to?: readonly string[];
  readonly label?: string;
}

export function addChartCommands(program: Command, perform: Perform): void {
  const chart = program.command("chart").description("a patient's chart: its records, its readers, its word");

  const make = addVaultCommand(chart, "new", "begin a chart; its id is printed")
    .requiredOption("--identity <file>", "its owner's identity (- is standard input)")
    .option("--passphrase-file <file>", "passphrase of that identity (- is standard input)")
    .option("--sequence-key-file <file>", "the word of the chart (- is standard input)")
    .option("--to <recipient...>", "who else may read it: recipients, or files that hold them one a line")
    .option("--label <text>", "a name for it, which only readers who know the word see")
    .action(perform(newChartCommand));
  teach(
    make,
    `Every record of the chart is sealed to its readers and cut under its word. Nobody can find a lost word again.`,
    `Example:
  $ chirograph chart new --vault vault --identity me.key --sequence-key-file word --label "A. Patient"`,
    secretsHelp,
  );
}

async function newChartCommand(context: Context, options: NewChartOptions): Promise<Outcome> {
  const { engine } = context;
  const source = await findVault(options);
  const { identity: path, passphraseFile, sequenceKeyFile, to = [], label } = options;
  requireOneStdin([path, passphraseFile, sequenceKeyFile, options.tokenFile, ...to]);
  const identity = await findIdentity(engine, path, passphraseFile);
  const secret = await findSecret(sequenceKey, sequenceKeyFile);
  const readers = await findRecipients(engine, to);

  for (const input of [source, identity, secret, readers]) input.requirePresent();

  const members = (await readers.recipients()).map((recipient) => ({ recipient, rights: RIGHT_READ }));
  const owner = await identity.unlock();
  const word = new Word(await secret.take(true));
  return withVault(context, source, "work", async ({ client }) => {
    const plan = { owner, word, members };
    const chart = await client.newChart(label === undefined ? plan : { ...plan, label });
    return {
      lines: [chart.id],
      document: {
        chart: chart.id,
        members: [...chart.chart.state.members.values()].map(showMember),
      },
    };
  });
}

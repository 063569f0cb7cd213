import { Word } from "@chirograph/core";
import type { Id } from "@chirograph/vault";
import type { Command } from "commander";
import { parseId } from "../../inputs/ids.ts";
import { addKeyOptions, findKeys, type KeyOptions } from "../../inputs/keys.ts";
import { findSecret, type SecretKind, secretsHelp } from "../../inputs/secret.ts";
import { findVault } from "../../vault/find.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

interface ChangeWordOptions extends VaultOptions, KeyOptions {
  readonly identity: string;
  readonly chart: Id;
  readonly newSequenceKeyFile?: string;
}

const newSequenceKey: SecretKind = {
  name: "new sequence key",
  option: "--new-sequence-key-file",
  variable: "CHIROGRAPH_NEW_SEQUENCE_KEY",
};

export function addWordCommands(program: Command, perform: Perform): void {
  const word = program.command("word").description("the word of a chart");

  const change = addVaultCommand(word, "change", "put a chart under another word")
    .requiredOption("--chart <id>", "the chart", parseId)
    .option("--new-sequence-key-file <file>", "the new word (- is standard input)")
    .action(perform(changeWordCommand));
  addKeyOptions(change, "required");
  teach(
    change,
    `No record is sealed again: the new word opens the old ones too. Whoever kept an old copy of the chart can still try
the old word on what was sealed under it. A word of another length counts from the next version on.`,
    `Example:
  $ chirograph word change --chart C --new-sequence-key-file word-2 --vault vault --identity me.key --sequence-key-file word`,
    secretsHelp,
  );
}

async function changeWordCommand(context: Context, options: ChangeWordOptions): Promise<Outcome> {
  const { engine, terminal } = context;
  const source = await findVault(options);
  const keys = await findKeys(engine, options, [options.newSequenceKeyFile]);
  const secret = await findSecret(newSequenceKey, options.newSequenceKeyFile);

  for (const input of [source, keys, secret]) input.requirePresent();

  return withVault(context, source, "work", async ({ client }) => {
    const chart = await keys.unlock(client, options.chart);
    await chart.changeWord(new Word(await secret.take(true)));
    terminal.note("The new word opens the chart from now on. Tell it to its readers by another way.");
    return { lines: [options.chart], document: { chart: options.chart } };
  });
}

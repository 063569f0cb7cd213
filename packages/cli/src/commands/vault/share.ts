import { fingerprint, RIGHT_READ } from "@chirograph/core";
import type { Id } from "@chirograph/vault";
import type { Command } from "commander";
import { Failure } from "../../failure.ts";
import { parseId } from "../../inputs/ids.ts";
import { addKeyOptions, findKeys, type KeyOptions } from "../../inputs/keys.ts";
import { findRecipients } from "../../inputs/recipients.ts";
import { findVault } from "../../vault-folder/find.ts";
import { withVault } from "../../vault-folder/open.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { parseRights, showRights } from "./rights.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

/** A chart, or one record of one. */
export interface SubjectOptions {
  readonly chart?: Id;
  readonly record?: Id;
}

interface ShareOptions extends VaultOptions, KeyOptions, SubjectOptions {
  readonly identity: string;
  readonly to: readonly string[];
  readonly can?: number;
}

export function addShareCommand(program: Command, perform: Perform): void {
  const share = addVaultCommand(program, "share", "let others into a chart, or into one record of it")
    .option("--chart <id>", "the chart", parseId)
    .option("--record <id>", "one record alone", parseId)
    .requiredOption("--to <recipient...>", "recipients, or files that hold them one a line")
    .option("--can <rights>", "read, write, manage, with commas between them (default: read)", parseRights)
    .action(perform(shareCommand));
  addKeyOptions(share, "required");
  teach(
    share,
    `Whoever reads also needs the word: tell it by another way. Sharing costs one wrapped key a person, however many
records there are. Who has one record alone learns nothing of the others, and gets no version that is put later.`,
    `Examples:
  $ chirograph share --chart C --to ward.pub --vault vault --identity me.key --sequence-key-file word
  $ chirograph share --record R --to expert.pub --vault vault --identity me.key --sequence-key-file word`,
  );
}

async function shareCommand(context: Context, options: ShareOptions): Promise<Outcome> {
  const { engine, terminal } = context;
  const { chart: named, record, can } = options;
  requireOneSubject(options);
  if (record !== undefined && can !== undefined)
    throw new Failure("usage", "--can is for charts: one record alone can only be read.");
  const source = findVault(options.vault);
  const keys = await findKeys(engine, options, options.to);
  const readers = await findRecipients(engine, options.to);

  for (const input of [source, keys, readers]) input.requirePresent();

  const recipients = await readers.recipients();
  const rights = can ?? RIGHT_READ;
  return withVault(context, source, "work", async ({ client }) => {
    const id = named ?? (await client.chartOf(record!));
    const chart = await keys.unlock(client, id);
    for (const recipient of recipients) {
      if (record === undefined) await chart.share(recipient, rights);
      else await chart.shareRecord(recipient, record);
    }
    const members = recipients.map(({ member }) => fingerprint(member));
    terminal.note(
      record === undefined ? `They can ${showRights(rights)} now.` : "They can read this record now.",
    );
    terminal.note("They also need the word. Tell it to them by another way than the vault's.");
    return { lines: members, document: { chart: id, record: record ?? null, members } };
  });
}

export function requireOneSubject({ chart, record }: SubjectOptions): void {
  if ((chart === undefined) === (record === undefined))
    throw new Failure("usage", "Either --chart or --record says what it is about.");
}

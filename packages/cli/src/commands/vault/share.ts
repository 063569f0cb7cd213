import { RIGHT_READ } from "@chirograph/core";
import type { Command } from "commander";
import { Failure } from "../../failure.ts";
import { parseId } from "../../inputs/ids.ts";
import { addKeyOptions } from "../../inputs/keys.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { parseRights, requireManager, showRights } from "./rights.ts";
import { addVaultCommand } from "./vault-command.ts";
import { type MembersOptions, withMembers } from "./with-members.ts";

interface ShareOptions extends MembersOptions {
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
  const { terminal } = context;
  const { record, can } = options;
  if (record !== undefined && can !== undefined)
    throw new Failure("usage", "--can is for charts: one record alone can only be read.");
  const rights = can ?? RIGHT_READ;
  const { chart, members } = await withMembers(context, options, async (open, recipients) => {
    if (record === undefined) requireManager(open.chart, recipients, rights);
    for (const recipient of recipients) {
      if (record === undefined) await open.share(recipient, rights);
      else await open.shareRecord(recipient, record);
    }
  });
  terminal.note(
    record === undefined ? `They can ${showRights(rights)} now.` : "They can read this record now.",
  );
  terminal.note("They also need the word. Tell it to them by another way than the vault's.");
  return { lines: members, document: { chart, record: record ?? null, members } };
}

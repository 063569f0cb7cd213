import { fingerprint } from "@chirograph/core";
import type { Command } from "commander";
import { parseId } from "../../inputs/ids.ts";
import { addKeyOptions, findKeys, type KeyOptions } from "../../inputs/keys.ts";
import { findRecipients } from "../../inputs/recipients.ts";
import { findVault } from "../../vault-folder/find.ts";
import { withVault } from "../../vault-folder/open.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { requireOneSubject, type SubjectOptions } from "./share.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

interface RevokeOptions extends VaultOptions, KeyOptions, SubjectOptions {
  readonly identity: string;
  readonly to: readonly string[];
}

const limit = `Versions that were put before stay open to whoever kept their secrets and can reach enough stores: what was
read once may have been kept. Only chirograph reseal changes that for what was not: it seals every old version again
under fresh secrets and erases the old fragments.`;

export function addRevokeCommand(program: Command, perform: Perform): void {
  const revoke = addVaultCommand(program, "revoke", "take a reader out of a chart, or out of one record")
    .option("--chart <id>", "the chart", parseId)
    .option("--record <id>", "one record that was shared alone", parseId)
    .requiredOption("--to <recipient...>", "whose access ends: recipients, or files that hold them")
    .action(perform(revokeCommand));
  addKeyOptions(revoke, "required");
  teach(
    revoke,
    `New versions are closed to whoever was taken out, whatever was kept. ${limit}`,
    `Example:
  $ chirograph revoke --chart C --to ward.pub --vault vault --identity me.key --sequence-key-file word`,
  );
}

async function revokeCommand(context: Context, options: RevokeOptions): Promise<Outcome> {
  const { engine, terminal } = context;
  const { chart: named, record } = options;
  requireOneSubject(options);
  const source = findVault(options.vault);
  const keys = await findKeys(engine, options, options.to);
  const readers = await findRecipients(engine, options.to);

  for (const input of [source, keys, readers]) input.requirePresent();

  const recipients = await readers.recipients();
  return withVault(context, source, "work", async ({ client }) => {
    const id = named ?? (await client.chartOf(record!));
    const chart = await keys.unlock(client, id);
    let hasBegunEpoch = false;
    for (const { member } of recipients) {
      const { epochBegun } =
        record === undefined ? await chart.revoke(member) : await chart.revokeRecord(member, record);
      hasBegunEpoch ||= epochBegun;
    }
    const members = recipients.map(({ member }) => fingerprint(member));
    terminal.note(
      hasBegunEpoch
        ? "Versions that are put from now on are closed to them: fresh keys are in force."
        : "Versions that are put from now on are closed to them: the next writer begins with fresh keys.",
    );
    terminal.warn(limit);
    return {
      lines: members,
      document: { chart: id, record: record ?? null, members, epochBegun: hasBegunEpoch },
    };
  });
}

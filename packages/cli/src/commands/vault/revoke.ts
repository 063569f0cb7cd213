import type { Command } from "commander";
import { parseId } from "../../inputs/ids.ts";
import { addKeyOptions } from "../../inputs/keys.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { NO_RIGHTS, requireManager } from "./rights.ts";
import { addVaultCommand } from "./vault-command.ts";
import { type MembersOptions, withMembers } from "./with-members.ts";

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

async function revokeCommand(context: Context, options: MembersOptions): Promise<Outcome> {
  const { terminal } = context;
  const { record } = options;
  const change = await withMembers(context, options, async (chart, recipients) => {
    if (record === undefined) requireManager(chart.chart, recipients, NO_RIGHTS);
    let hasBegunEpoch = false;
    for (const { member } of recipients) {
      const { epochBegun } =
        record === undefined ? await chart.revoke(member) : await chart.revokeRecord(member, record);
      hasBegunEpoch ||= epochBegun;
    }
    return hasBegunEpoch;
  });
  const { chart, members, result: epochBegun } = change;
  terminal.note(
    epochBegun
      ? "Versions that are put from now on are closed to them: fresh keys are in force."
      : "Versions that are put from now on are closed to them: the next writer begins with fresh keys.",
  );
  terminal.warn(limit);
  return { lines: members, document: { chart, record: record ?? null, members, epochBegun } };
}

import type { Id } from "@chirograph/vault";
import type { Command } from "commander";
import { parseId } from "../../inputs/ids.ts";
import { addKeyOptions, findKeys, type KeyOptions } from "../../inputs/keys.ts";
import { findVault } from "../../vault/find.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

interface MergeOptions extends VaultOptions, KeyOptions {
  readonly identity: string;
  readonly chart: Id;
}

export function addMergeCommand(program: Command, perform: Perform): void {
  const merge = addVaultCommand(program, "merge", "join what two catalogues wrote to one chart")
    .requiredOption("--chart <id>", "the chart", parseId)
    .action(perform(mergeCommand));
  addKeyOptions(merge, "required");
  teach(
    merge,
    `Where two catalogues have written to a chart without knowing of each other, both sides are kept, and only who is a
reader on both of them reads on. Merging makes one chart of them again.`,
    `Example:
  $ chirograph merge --chart C --vault vault --identity me.key --sequence-key-file word`,
  );
}

async function mergeCommand(context: Context, options: MergeOptions): Promise<Outcome> {
  const source = await findVault(options);
  const keys = await findKeys(context.engine, options);

  for (const input of [source, keys]) input.requirePresent();

  return withVault(context, source, "work", async ({ client }) => {
    const chart = await keys.unlock(client, options.chart);
    const merged = await chart.merge();
    context.terminal.note(
      merged ? "The sides are one chart again." : "There was one side only: nothing to merge.",
    );
    return { lines: [options.chart], document: { chart: options.chart, merged } };
  });
}

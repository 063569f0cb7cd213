import type { Id } from "@chirograph/vault";
import type { Command } from "commander";
import { parseId } from "../../inputs/ids.ts";
import { addKeyOptions, findKeys, type KeyOptions } from "../../inputs/keys.ts";
import { count } from "../../terminal/quantity.ts";
import { findVault } from "../../vault/find.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { tellErasure } from "./erase.ts";
import { longJob } from "./long-job.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

interface ResealOptions extends VaultOptions, KeyOptions {
  readonly identity: string;
  readonly chart: Id;
}

export function addResealCommand(program: Command, perform: Perform): void {
  const reseal = addVaultCommand(
    program,
    "reseal",
    "seal old versions again, so that former readers lose them",
  )
    .requiredOption("--chart <id>", "the chart", parseId)
    .action(perform(resealCommand));
  addKeyOptions(reseal, "required");
  teach(
    reseal,
    `Every version of an earlier epoch is opened, sealed again under fresh secrets, and its old fragments are erased.
It can be interrupted and run again. What a former reader has already opened and kept, nothing takes back.`,
    `Example:
  $ chirograph reseal --chart C --vault vault --identity me.key --sequence-key-file word`,
  );
}

async function resealCommand(context: Context, options: ResealOptions): Promise<Outcome> {
  const source = await findVault(options);
  const keys = await findKeys(context.engine, options);

  for (const input of [source, keys]) input.requirePresent();

  return withVault(context, source, "work", async (vault) => {
    const chart = await keys.unlock(vault.client, options.chart);
    const line = context.terminal.statusLine();
    const report = await context.interruption
      .during("Run it again to go on.", (signal) =>
        chart.reseal(
          ({ records, recordsInAll }) => {
            line.draw(() => `sealing again: ${records} of ${count(recordsInAll, "record")}`);
            signal.throwIfAborted();
          },
          // What earlier runs have sealed again lies under the current epoch.
          { epochBegun: true },
        ),
      )
      .finally(() => line.end());
    const erasure = await longJob(context, "erasing", "Run chirograph erase to go on.", (controls) =>
      vault.upkeep.finishErasures(controls),
    );
    const { lines, document, reason } = tellErasure(vault, erasure);
    return {
      lines: [...lines, `${count(report.versions, "version")} sealed again under epoch ${report.epoch}.`],
      document: { chart: options.chart, ...report, erasure: document },
      reason,
    };
  });
}

import type { CompactReport } from "@chirograph/vault";
import type { Command } from "commander";
import { count, showBytes } from "../../terminal/quantity.ts";
import { findVault } from "../../vault/find.ts";
import type { OpenVault } from "../../vault/open-vault.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { lostTroubles, reasonOf, repairableTroubles } from "./findings.ts";
import { longJob } from "./long-job.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

export function addCompactCommand(program: Command, perform: Perform): void {
  const compact = addVaultCommand(
    program,
    "compact",
    "write objects again that are mostly waste, and put small ones together",
  ).action(perform(compactCommand));
  teach(
    compact,
    `Erasing and moving leave bytes in shared objects that nobody needs, and small puts leave small objects. Every
fragment stays byte for byte what it is. No reader's key is needed; it can be interrupted and run again.`,
    `Example:
  $ chirograph compact --vault vault`,
  );
}

async function compactCommand(context: Context, options: VaultOptions): Promise<Outcome> {
  const source = await findVault(options);

  source.requirePresent();

  return withVault(context, source, "mend", async (vault) => {
    const report = await longJob(context, "compacting", "Run it again to go on.", (controls) =>
      vault.upkeep.compact(controls),
    );
    return tell(vault, report);
  });
}

function tell(vault: OpenVault, report: CompactReport): Outcome {
  const { atRisk, lost, unreachable, ...counts } = report;
  const beyond = lostTroubles(vault, lost);
  const stuck = repairableTroubles(vault, atRisk);
  const { rewrittenObjects, freedBytes, readBytes, writtenBytes } = counts;
  return {
    lines: [
      ...beyond.lines.map((line) => `beyond repair: ${line}`),
      ...stuck.lines.map((line) => `as it was: ${line}`),
      `${count(rewrittenObjects, "object")} written again, ${showBytes(freedBytes)} freed: ` +
        `${showBytes(readBytes)} read, ${showBytes(writtenBytes)} written.`,
    ],
    document: {
      ...counts,
      atRisk: stuck.documents,
      lost: beyond.documents,
      unreachable: unreachable.map(vault.locate),
    },
    reason: reasonOf(stuck, beyond),
  };
}

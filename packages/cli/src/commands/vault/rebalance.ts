import type { RebalanceReport } from "@chirograph/vault";
import type { Command } from "commander";
import { count, showBytes } from "../../terminal/quantity.ts";
import { findVault } from "../../vault/find.ts";
import type { OpenVault } from "../../vault/open-vault.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { adviceFor, lostTroubles, reasonOf, repairableTroubles } from "./findings.ts";
import { longJob } from "./long-job.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

export function addRebalanceCommand(program: Command, perform: Perform): void {
  const rebalance = addVaultCommand(
    program,
    "rebalance",
    "move fragments until all keep the policy and the stores have their shares",
  ).action(perform(rebalanceCommand));
  teach(
    rebalance,
    `For after stores were added, or repairs put fragments elsewhere. It moves only what helps: a second run moves
nothing. No reader's key is needed; it can be interrupted and run again. Exit code 65: something breaks a rule still.`,
    `Example:
  $ chirograph rebalance --vault vault`,
  );
}

async function rebalanceCommand(context: Context, options: VaultOptions): Promise<Outcome> {
  const source = await findVault(options);

  source.requirePresent();

  return withVault(context, source, "mend", async (vault) => {
    const report = await longJob(context, "rebalancing", "Run it again to go on.", (controls) =>
      vault.upkeep.rebalance(controls),
    );
    return tell(vault, report);
  });
}

function tell(vault: OpenVault, report: RebalanceReport): Outcome {
  const { atRisk, lost, loads, unreachable, ...counts } = report;
  const beyond = lostTroubles(vault, lost);
  const stuck = repairableTroubles(vault, atRisk);
  const moved = counts.copiedFragments + counts.rebuiltFragments;
  return {
    lines: [
      ...beyond.lines.map((line) => `beyond repair: ${line}`),
      ...stuck.lines.map((line) => `as it was: ${line}`),
      ...adviceFor(atRisk),
      ...loads.map(
        ({ store, before, after }) =>
          `${vault.locate(store)}  ${showBytes(after)} of fragments${after === before ? "" : `, before ${showBytes(before)}`}`,
      ),
      `${count(moved, "fragment")} moved: ${showBytes(counts.readBytes)} read, ${showBytes(counts.writtenBytes)} written.`,
    ],
    document: {
      ...counts,
      loads: loads.map((load) => ({ ...load, location: vault.locate(load.store) })),
      atRisk: stuck.documents,
      lost: beyond.documents,
      unreachable: unreachable.map(vault.locate),
    },
    reason: reasonOf(stuck, beyond),
  };
}

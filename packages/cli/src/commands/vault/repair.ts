import type { Id } from "@chirograph/vault";
import type { Command } from "commander";
import { collectIds } from "../../inputs/ids.ts";
import { count } from "../../terminal/quantity.ts";
import { findVault } from "../../vault/find.ts";
import type { OpenVault, RepairEnd } from "../../vault/open-vault.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { lostTroubles, reasonOf, repairableTroubles, warnOfAway } from "./findings.ts";
import { longJob } from "./long-job.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

export function addRepairCommand(program: Command, perform: Perform): void {
  const repair = addVaultCommand(
    program,
    "repair",
    "make whole what is missing or damaged, without any reader's key",
  )
    .argument("[record...]", "only these records", collectIds)
    .action(perform(repairCommand));
  teach(
    repair,
    `Fragments are made again from the others, byte for byte; stores get the statements that they are owed, commits and
erasures that were cut short are finished. It can be interrupted and run again.`,
    `A store that has lost its header is taken for a new disk in its place: see to it first that the folder of every
store is mounted.`,
    `Example:
  $ chirograph repair --vault vault`,
  );
}

async function repairCommand(
  context: Context,
  records: readonly Id[],
  options: VaultOptions,
): Promise<Outcome> {
  const source = await findVault(options);

  source.requirePresent();

  return withVault(context, source, "mend", async (vault) => {
    const end = await longJob(context, "repairing", "Run it again to go on.", (controls) =>
      vault.upkeep.repair(records.length === 0 ? {} : { records }, controls),
    );
    return tell(context, vault, end);
  });
}

function tell({ terminal }: Context, vault: OpenVault, { report, finishedCommits }: RepairEnd): Outcome {
  const { writtenFragments, writtenStatements, writtenHeaders, erasures, ...counts } = report;
  const lost = lostTroubles(vault, report.lost);
  const atRisk = repairableTroubles(vault, report.atRisk);
  warnOfAway(terminal, vault, lost);
  const unreachable = report.unreachable.map(vault.locate);
  return {
    lines: [
      ...lost.lines.map((line) => `beyond repair: ${line}`),
      ...atRisk.lines.map((line) => `still to be repaired: ${line}`),
      [
        count(writtenFragments, "fragment"),
        count(writtenStatements, "statement"),
        `${count(writtenHeaders.length, "header")} written again`,
        ...(finishedCommits === undefined ? [] : [`${count(finishedCommits, "commit")} finished`]),
      ]
        .join(", ")
        .concat("."),
    ],
    document: {
      ...counts,
      writtenFragments,
      writtenStatements,
      writtenHeaders: writtenHeaders.map(vault.locate),
      finishedCommits,
      erased: erasures.erased,
      unfinishedErasures: erasures.unfinished,
      atRisk: atRisk.documents,
      lost: lost.documents,
      unreachable,
    },
    reason: reasonOf(atRisk, lost),
  };
}

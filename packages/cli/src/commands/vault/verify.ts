import type { Id, VerifyReport } from "@chirograph/vault";
import { type Command, InvalidArgumentError } from "commander";
import { Failure } from "../../failure.ts";
import { collectIds } from "../../inputs/ids.ts";
import { count, showBytes } from "../../terminal/quantity.ts";
import { findVault } from "../../vault/find.ts";
import type { OpenVault } from "../../vault/open-vault.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { lostTroubles, reasonOf, repairableTroubles, type Troubles, warnOfAway } from "./findings.ts";
import { longJob } from "./long-job.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

interface VerifyOptions extends VaultOptions {
  readonly sample?: number;
}

export function addVerifyCommand(program: Command, perform: Perform): void {
  const verify = addVaultCommand(
    program,
    "verify",
    "read what the stores hold and check it, without any reader's key",
  )
    .argument("[record...]", "only these records", collectIds)
    .option("--sample <n>", "only so many versions, drawn at random", parseSample)
    .action(perform(verifyCommand));
  teach(
    verify,
    `Every fragment is checked against what its author signed, every statement against its box. Exit codes: 0 all is
whole; 65 something is missing or damaged and repair can make it whole; 69 something is beyond repair, and is named.`,
    `Examples:
  $ chirograph verify --vault vault
  $ chirograph verify --sample 100 --vault vault`,
  );
}

async function verifyCommand(
  context: Context,
  records: readonly Id[],
  options: VerifyOptions,
): Promise<Outcome> {
  const { sample } = options;
  const source = await findVault(options);
  if (records.length > 0 && sample !== undefined)
    throw new Failure("usage", "Either records are named, or --sample draws some.");

  source.requirePresent();

  return withVault(context, source, "mend", async (vault) => {
    const report = await longJob(context, "verifying", "Run it again to go on.", (controls) =>
      vault.upkeep.verify(
        {
          ...(records.length === 0 ? {} : { records }),
          ...(sample === undefined ? {} : { sample }),
        },
        controls,
      ),
    );
    return tell(context, vault, report);
  });
}

function tell({ terminal }: Context, vault: OpenVault, report: VerifyReport): Outcome {
  const { checkedVersions, checkedStatements, checkedBytes } = report;
  const lost = lostTroubles(vault, report.lost);
  const repairable = repairableTroubles(vault, [...report.repairable, ...report.leftToDelete]);
  warnOfAway(terminal, vault, lost);
  return {
    lines: [
      ...lost.lines.map((line) => `beyond repair: ${line}`),
      ...repairable.lines.map((line) => `repairable: ${line}`),
      `${count(checkedVersions, "version")} checked, ${showBytes(checkedBytes)}: ${verdict(repairable, lost)}.`,
    ],
    document: {
      checkedVersions,
      checkedStatements,
      checkedBytes,
      repairable: repairable.documents,
      lost: lost.documents,
      unreachable: report.unreachable.map(vault.locate),
    },
    reason: reasonOf(repairable, lost),
  };
}

function verdict(repairable: Troubles, lost: Troubles): string {
  const repair = `${repairable.documents.length} that repair makes whole`;
  if (lost.lines.length > 0) return `${lost.lines.length} beyond repair, ${repair}`;
  return repairable.lines.length > 0 ? repair : "all is whole";
}

function parseSample(text: string): number {
  const sample = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (sample > 0) return sample;
  throw new InvalidArgumentError("It is a number of versions, at least 1.");
}

import { type EvacuationReport, VaultError } from "@chirograph/vault";
import type { Command } from "commander";
import { Failure } from "../../failure.ts";
import { count, showBytes, showTime } from "../../terminal/quantity.ts";
import { findVault } from "../../vault/find.ts";
import type { OpenVault } from "../../vault/open-vault.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { adviceFor, lostTroubles, reasonOf, repairableTroubles } from "./findings.ts";
import { longJob } from "./long-job.ts";
import { findNamedStore } from "./name-store.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

interface EvacuateOptions extends VaultOptions {
  readonly partly?: true;
  readonly undo?: true;
}

export function addEvacuateCommand(program: Command, perform: Perform): void {
  const evacuate = addVaultCommand(
    program,
    "evacuate",
    "bring everything that a store has to the others, without any reader's key",
  )
    .argument("<store>", "its location, or the beginning of its id")
    .option("--partly", "move what the policy lets go, where it does not let go of everything")
    .option("--undo", "let the store take new fragments again")
    .action(perform(evacuateCommand));
  teach(
    evacuate,
    `What the store still gives is copied, everything else is made again from the other stores. From then on nothing new
goes there. Where the policy cannot hold without the store, nothing is moved. It can be interrupted and run again; exit
codes: 0 nothing is needed from the store any more; 65 something still is, and is named; 69 something is beyond repair.`,
    `Examples:
  $ chirograph evacuate file:clouds/3 --vault vault
  $ chirograph evacuate 5e0c77d1 --vault vault`,
  );
}

async function evacuateCommand(
  context: Context,
  named: string,
  { partly, undo, ...options }: EvacuateOptions,
): Promise<Outcome> {
  const source = await findVault(options);

  source.requirePresent();

  return withVault(context, source, "mend", async (vault) => {
    const store = findNamedStore((await vault.upkeep.status()).stores, named);
    if (undo === true) return takeBack(vault, store);
    const scope = partly === undefined ? {} : { partly };
    const report = await longJob(context, "evacuating", "Run it again to go on.", (controls) =>
      vault.upkeep.evacuate(store, scope, controls).catch((error: unknown) => {
        throw partly === undefined ? refusalOf(error, vault.locate(store)) : error;
      }),
    );
    return tell(vault, store, report);
  });
}

/** Where the policy keeps the store alone, what it lets go may go. */
function refusalOf(error: unknown, location: string): unknown {
  if (!(error instanceof VaultError) || error.code !== "policy" || error.stores.length > 1) return error;
  const hint = "--partly moves what the policy lets go, and names what stays.";
  return new Failure("badData", `${location} stays. ${error.message}`, { hint, cause: error });
}

async function takeBack(vault: OpenVault, store: string): Promise<Outcome> {
  await vault.upkeep.keep(store);
  return {
    lines: [
      `${vault.locate(store)} takes new fragments again; repair gives it the statements that it lacks.`,
    ],
    document: { store, location: vault.locate(store), isLeaving: false },
  };
}

function tell(vault: OpenVault, store: string, report: EvacuationReport): Outcome {
  const { atRisk, lost, remaining, isEmpty, unreachable, ...counts } = report;
  const beyond = lostTroubles(vault, lost);
  const held = repairableTroubles(vault, atRisk);
  const location = vault.locate(store);
  const { fragments, statements, reservedObjects, reservedUntil, condemnedObjects } = remaining;
  const when = reservedUntil === null ? "in a while" : `after ${showTime(reservedUntil)}`;
  return {
    lines: [
      ...beyond.lines.map((line) => `beyond repair: ${line}`),
      ...held.lines.map((line) => `still there: ${line}`),
      ...adviceFor(atRisk),
      `${count(counts.copiedFragments, "fragment")} copied, ${counts.rebuiltFragments} made again, ` +
        `${count(counts.writtenStatements, "statement")} written: ` +
        `${showBytes(counts.readBytes)} read, ${showBytes(counts.writtenBytes)} written.`,
      ...(reservedObjects === 0
        ? []
        : [`Puts that began before may still come there: run it again ${when}.`]),
      ...(condemnedObjects === 0
        ? []
        : [`${count(condemnedObjects, "object")} that nobody needs to be deleted there.`]),
      isEmpty
        ? `Nothing is needed from ${location} any more.`
        : `${location} is still needed: ${count(fragments, "fragment")}, ${count(statements, "statement")}.`,
    ],
    document: {
      store,
      location,
      ...counts,
      remaining,
      isEmpty,
      atRisk: held.documents,
      lost: beyond.documents,
      unreachable: unreachable.map(vault.locate),
    },
    reason:
      isEmpty && beyond.lines.length === 0
        ? "done"
        : beyond.lines.length > 0
          ? reasonOf(held, beyond)
          : "badData",
  };
}

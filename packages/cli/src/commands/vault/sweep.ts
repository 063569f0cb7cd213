import type { SweepReport } from "@chirograph/vault";
import { type Command, InvalidArgumentError } from "commander";
import { count, showBytes } from "../../terminal/quantity.ts";
import { findVault } from "../../vault/find.ts";
import type { OpenVault } from "../../vault/open-vault.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { longJob } from "./long-job.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

const HOUR_MS = 3_600_000;

interface SweepOptions extends VaultOptions {
  readonly graceHours?: number;
}

export function addSweepCommand(program: Command, perform: Perform): void {
  const sweep = addVaultCommand(program, "sweep", "delete what lies on stores and nothing refers to")
    .option(
      "--grace-hours <n>",
      "how long it must have been so: 48 if nothing is said, at least 24",
      parseHours,
    )
    .action(perform(sweepCommand));
  teach(
    sweep,
    `An object goes when two sweeps, the grace period apart, found that nothing refers to it, and enough stores listed
all that they have. So run it now and then, and the first run deletes nothing of that kind. Exit code 65: a store holds
a commit that this catalogue does not know, or too few stores listed everything; nothing was deleted.`,
    `Example:
  $ chirograph sweep --vault vault`,
  );
}

async function sweepCommand(context: Context, { graceHours, ...options }: SweepOptions): Promise<Outcome> {
  const source = await findVault(options);

  source.requirePresent();

  return withVault(context, source, "mend", async (vault) => {
    const scope = graceHours === undefined ? {} : { graceMs: graceHours * HOUR_MS };
    const report = await longJob(context, "sweeping", "Run it again to go on.", (controls) =>
      vault.upkeep.sweep(scope, controls),
    );
    return tell(vault, report);
  });
}

function tell({ locate }: OpenVault, report: SweepReport): Outcome {
  const { foreign, missed, news, unreachable, unbelieved, ...counts } = report;
  const { listedObjects, waitingObjects, deletedObjects, deletedBytes, isProven, isWhole } = counts;
  const others = counts.condemnedObjects;
  const at = (targets: typeof news): object[] =>
    targets.map((target) => ({ ...target, location: locate(target.store) }));
  return {
    lines: [
      ...news.map(({ store, object }) => `not known here: commit in ${object} on ${locate(store)}`),
      ...missed.map(
        ({ store, object }) => `still of use: ${object} on ${locate(store)} has a fragment that is missed`,
      ),
      ...foreign.map(({ store, object }) => `none of the vault's: ${object} on ${locate(store)}`),
      ...(news.length === 0 ? [] : ["Nothing was deleted: reindex reads what this catalogue does not know."]),
      ...unbelieved.map((store) => `not believed: ${locate(store)} lists too much that is not known here`),
      ...(isWhole ? [] : ["Nothing more was deleted: the catalogue is being made again."]),
      ...(isProven ? [] : ["Nothing was deleted: too few stores listed all that they have."]),
      `${count(listedObjects, "object")} listed, ${deletedObjects} deleted (${showBytes(deletedBytes)}), ` +
        `${waitingObjects} waiting; ${others} deleted that were condemned, ` +
        `after ${counts.expiredObjects} of puts that were broken off had joined them.`,
    ],
    document: {
      ...counts,
      foreign: at(foreign),
      missed: at(missed),
      news: at(news),
      unreachable: unreachable.map(locate),
      unbelieved: unbelieved.map(locate),
    },
    reason: isProven && isWhole && news.length === 0 ? "done" : "badData",
  };
}

function parseHours(text: string): number {
  const hours = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (hours >= 24) return hours;
  throw new InvalidArgumentError("It is a number of hours, at least 24.");
}

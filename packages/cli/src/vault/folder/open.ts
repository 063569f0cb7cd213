import { setTimeout as pause } from "node:timers/promises";
import { type EmbeddedVault, openEmbedded, type Purpose, readPrices } from "@chirograph/embedded";
import { createSealing } from "@chirograph/embedded/sealing";
import {
  compactVault,
  evacuateStore,
  finishErasures,
  type Intent,
  keepStore,
  type OpenChart,
  openVault,
  rebalanceVault,
  repairVault,
  sweepVault,
  VaultError,
  verifyVault,
} from "@chirograph/vault";
import type { Context } from "../../commands/command.ts";
import type { PutJournal } from "../journal.ts";
import type { OpenVault, Upkeep } from "../open-vault.ts";
import { openSeen } from "../seen.ts";
import { statusIn } from "./status.ts";

/** Opens a vault on this machine for `use`, and closes it again. */
export async function withFolder<Result>(
  { engine, threads }: Context,
  folder: string,
  { purpose, use }: { readonly purpose: Purpose; readonly use: (vault: OpenVault) => Promise<Result> },
): Promise<Result> {
  const embedded = await openEmbedded(engine, folder, purpose);
  const { keeper, keeping, config, away, locate } = embedded;
  const { stores, now } = keeping;
  const sealing = createSealing(threads);
  const parts = {
    engine,
    catalogue: keeper,
    stores,
    seen: openSeen(),
    sealing,
    settings: config.settings,
    now,
  };
  try {
    return await use({
      client: openVault(parts),
      catalogue: keeper,
      upkeep: upkeepOf(embedded, folder),
      away,
      locate,
      settle: (chart, journal) => settle(embedded, chart, journal),
    });
  } finally {
    await sealing?.close();
    await embedded.close();
  }
}

function upkeepOf(embedded: EmbeddedVault, folder: string): Upkeep {
  const { keeping, keeper, knownHeaders: headers } = embedded;
  return {
    status: async (prices) => statusIn(embedded, prices ?? (await readPrices(folder))),
    verify: (scope, controls) => verifyVault(keeping, { ...scope, headers, ...controls }),
    async repair(scope, controls) {
      const report = await repairVault(keeping, { ...scope, headers, ...controls });
      return { report, finishedCommits: await keeper.recover() };
    },
    finishErasures: (controls) => finishErasures(keeping, controls),
    evacuate: (store, scope, controls) => evacuateStore(keeping, store, { ...scope, ...controls }),
    keep: (store) => keepStore(keeping, store),
    rebalance: (controls) => rebalanceVault(keeping, controls),
    sweep: (scope, controls) => sweepVault(keeping, { ...scope, ...controls }),
    compact: (controls) => compactVault(keeping, controls),
  };
}

async function settle(
  { keeper, keeping: { rows, now } }: EmbeddedVault,
  chart: OpenChart,
  { versions: attempted }: PutJournal,
): Promise<void> {
  const isOurs = ({ versions }: Intent): boolean => versions.some(({ version }) => attempted.has(version));
  for (let intents = (await rows.intents()).filter(isOurs); intents.length > 0;) {
    // Until its lease is over, whoever wrote it down may still be at it.
    const lease = Math.max(...intents.map((intent) => intent.lease));
    await pause(Math.max(0, lease - now()) + 1);
    await keeper.recover();
    intents = (await rows.intents()).filter(isOurs);
    if (intents.length > 0 && lease < now() && intents.every((intent) => intent.lease <= lease)) {
      throw new VaultError("stores-missing", "What an earlier run has begun cannot be finished now.");
    }
  }
  await chart.refresh();
}

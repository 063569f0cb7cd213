import { type EmbeddedVault, type PriceList, statusOf } from "@chirograph/embedded";
import { knownLosses } from "@chirograph/vault";
import type { VaultStatus } from "../open-vault.ts";

/** What the catalogue tells, how quickly each store answers now, and what each costs. */
export async function statusIn(embedded: EmbeddedVault, prices: PriceList | undefined): Promise<VaultStatus> {
  const { config, keeping, locate } = embedded;
  const { vault, policy, stores } = config.settings;
  const { stores: now, ...totals } = await statusOf(embedded, prices);
  return {
    vault,
    ...totals,
    losses: await knownLosses(keeping),
    policy,
    stores: stores.map(({ id, ...settings }, index) => ({
      ...now[index]!,
      ...settings,
      location: locate(id),
      // This command alone has asked since it began.
      traffic: null,
    })),
  };
}

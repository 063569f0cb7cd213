import { join } from "node:path";

/** What lies in the folder of a vault. */
export interface VaultPaths {
  /** Settings, and where the stores are. */
  readonly config: string;
  /** The same while `init` is under way. */
  readonly unfinishedConfig: string;
  /** As they are to be while stores come or go. */
  readonly nextConfig: string;
  readonly catalogue: string;
  readonly key: string;
  /** What stores cost, if whoever runs the vault has written it down. */
  readonly prices: string;
}

export function pathsIn(folder: string): VaultPaths {
  return {
    config: join(folder, "vault.json"),
    unfinishedConfig: join(folder, "vault.unfinished.json"),
    nextConfig: join(folder, "vault.next.json"),
    catalogue: join(folder, "catalogue.sqlite"),
    key: join(folder, "catalogue.key"),
    prices: join(folder, "prices.json"),
  };
}

import type { Purpose } from "@chirograph/embedded";
import { VaultError } from "@chirograph/vault";
import type { Context } from "../commands/command.ts";
import type { OpenVault } from "./open-vault.ts";

/** A vault on its way to being opened. */
export interface VaultSource {
  /** @throws Failure `noInput` */
  requirePresent(): void;
  /** Opens the vault for `use`, and closes it again. */
  open<Result>(
    context: Context,
    purpose: Purpose,
    use: (vault: OpenVault) => Promise<Result>,
  ): Promise<Result>;
}

/**
 * Opens a vault for `use`, and closes it again. Stores that are away are named on stderr, and by their locations in
 * errors.
 */
export async function withVault<Result>(
  context: Context,
  source: VaultSource,
  purpose: Purpose,
  use: (vault: OpenVault) => Promise<Result>,
): Promise<Result> {
  return source.open(context, purpose, async (vault) => {
    for (const { id, problem } of vault.away) context.terminal.warn(`${vault.locate(id)} ${problem}.`);
    try {
      return await use(vault);
    } catch (error) {
      throw nameStores(error, vault);
    }
  });
}

/** Ids of stores say nothing to people. */
function nameStores(error: unknown, { locate }: OpenVault): unknown {
  if (!(error instanceof VaultError) || error.stores.length === 0) return error;
  const locations = error.stores.map(locate).join(", ");
  return new VaultError(error.code, error.message.replace(/\.?$/, ` (${locations}).`), {
    stores: error.stores,
    cause: error,
  });
}

import { VaultError } from "../../error.ts";
import type { Keeping } from "../keeping.ts";
import { knowsEverything } from "../reindex/whole.ts";

/**
 * What the catalogue does not know may still be somebody's record.
 * @throws VaultError `stores-missing` where it was made again without all that it takes
 */
export async function requireWhole({ rows, settings, stores }: Keeping): Promise<void> {
  if (await knowsEverything(rows)) return;
  throw new VaultError(
    "stores-missing",
    "The catalogue was made again without all stores that it takes, so it does not know all that they hold. " +
      "Reindex with more of them first.",
    { stores: settings.stores.map(({ id }) => id).filter((id) => !stores.has(id)) },
  );
}

import { EmbeddedError, parseLocation } from "@chirograph/embedded";
import type { Id } from "@chirograph/vault";
import { Failure } from "../../failure.ts";
import { showName } from "../../terminal/name.ts";
import type { StoreStatus } from "../../vault/open-vault.ts";

const PREFIX = /^[0-9a-f]{4,32}$/;

/**
 * The store that somebody means: by its location, as `init` takes it or as `status` shows it, or by the first four or
 * more digits of its id.
 * @throws Failure `badData`
 */
export function findNamedStore(
  stores: readonly Pick<StoreStatus, "store" | "location">[],
  named: string,
): Id {
  const location = locationOf(named);
  const found = stores.filter(
    (store) =>
      store.location === named ||
      store.location === location ||
      (PREFIX.test(named) && store.store.startsWith(named)),
  );
  if (found.length === 1) return found[0]!.store;
  const hint = `Its stores are ${stores.map((store) => `${store.location} (${store.store.slice(0, 8)})`).join(", ")}.`;
  const problem =
    found.length === 0 ? "names none of the vault's stores" : "names several of the vault's stores";
  throw new Failure("badData", `${showName(named)} ${problem}.`, { hint });
}

function locationOf(named: string): string | undefined {
  try {
    return parseLocation(named);
  } catch (error) {
    if (error instanceof EmbeddedError) return undefined;
    throw error;
  }
}

import type { Identity } from "@chirograph/core";
import type { Store } from "@chirograph/stores";
import type { Id } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import { callOptions } from "../fragment-sources.ts";
import { HEADER_NAME, openHeaderAsKeeper, sealHeader } from "../header.ts";
import type { Keeping } from "../keeping.ts";
import { isRightHeader, readHeader } from "../verify/check-headers.ts";
import type { Reach } from "../verify/reach.ts";

/** The header that a store is to have, and whether it has it. */
export interface Renewed {
  readonly header: Uint8Array;
  readonly isThere: boolean;
}

/**
 * Gives a store its header of these settings, in the place of one of older settings, or where there is none. What is
 * something else stays: it may be another vault's. One that is right already stays, too.
 */
export async function renewHeader(
  keeping: Keeping,
  reach: Reach,
  { store: id, founder }: { readonly store: Id; readonly founder: Identity },
): Promise<Renewed> {
  const { engine, settings, catalogueKey } = keeping;
  const present = await reach.ask(id, (store) => readHeader(store, reach.signal));
  if (typeof present !== "string" && (await isRightHeader(keeping, id, present))) {
    return { header: present, isThere: true };
  }
  const header = await sealHeader(engine, { settings, catalogueKey, store: id, founder });
  const mayBeReplaced = typeof present === "string" || (await isOfVault(keeping, id, present));
  if (!mayBeReplaced || present === "damaged" || present === "unreachable") return { header, isThere: false };
  const answer = await reach.ask(id, async (store) => {
    await putHeader(store, header, { replaces: present !== "missing", signal: reach.signal });
    return "written" as const;
  });
  return { header, isThere: answer === "written" };
}

/** A store whose header was deleted and that died before the next one came has none: then it is written anew. */
async function putHeader(
  store: Store,
  header: Uint8Array,
  { replaces, signal }: { readonly replaces: boolean; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const options = callOptions(signal);
  if (replaces) await store.delete(HEADER_NAME, options);
  await store.put(HEADER_NAME, { sizeBytes: header.length, bytes: [header] }, options);
}

/** Whether bytes are this store's header of this vault, of whatever generation. */
async function isOfVault({ engine, catalogueKey }: Keeping, id: Id, bytes: Uint8Array): Promise<boolean> {
  try {
    return (await openHeaderAsKeeper(engine, bytes, catalogueKey)).store === id;
  } catch (error) {
    if (error instanceof VaultError) return false;
    throw error;
  }
}

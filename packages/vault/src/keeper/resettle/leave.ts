import type { Id } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import { condemn } from "../erase/condemned.ts";
import { remainingOn } from "../evacuate/remaining.ts";
import type { Keeping } from "../keeping.ts";
import { HEADER_NAME } from "../header.ts";
import { leavingStores, sayLeaving } from "../leaving/leaving.ts";
import { objectRows } from "../verify/batches.ts";
import { isRightHeader, readHeader } from "../verify/check-headers.ts";
import { Reach } from "../verify/reach.ts";

/**
 * A store goes once it was evacuated and nothing is needed from it any more; nor has it anything to delete, unless it is
 * `lost`: then nobody can make it.
 * @throws VaultError `unknown`
 */
export async function requireEmpty(
  keeping: Keeping,
  stores: readonly Id[],
  { lost = false }: { readonly lost?: boolean },
): Promise<void> {
  const leaving = await leavingStores(keeping.rows);
  for (const store of stores) {
    if (!leaving.has(store)) throw refusal(store, "it was not evacuated");
    const { fragments, statements, reservedObjects } = await remainingOn(keeping, store);
    if (fragments + statements > 0) throw refusal(store, "something is still needed from it");
    if (reservedObjects > 0) throw refusal(store, "puts that began before may still come there");
    const [left] = await keeping.rows.pageObjects({ store, limit: 1 });
    if (left !== undefined && !lost)
      throw refusal(
        store,
        "it has still to delete what was erased or moved; run it again, or say that it is lost",
      );
  }
}

/** A store is none of the vault's any more. Where it answers, its header goes: another vault may have the place. */
export async function letGo(keeping: Keeping, store: Id): Promise<void> {
  await forgetStore(keeping, store);
  await sayLeaving(keeping.rows, store, false);
  const reach = new Reach(keeping.stores, undefined);
  const present = await reach.ask(store, (at) => readHeader(at, undefined));
  if (typeof present !== "string" && (await isRightHeader(keeping, store, present)))
    await reach.ask(store, (at) => at.delete(HEADER_NAME));
}

/** Reserved objects, of all stores together, that are looked at. */
const MOST_RESERVED = 100_000;

/** The rows speak of a store no more. What it had still to delete, it may keep for ever. */
export async function forgetStore(keeping: Keeping, store: Id): Promise<void> {
  const { rows } = keeping;
  const reserved = await rows.expired(Number.MAX_SAFE_INTEGER, MOST_RESERVED);
  await condemn(
    keeping,
    reserved.filter((target) => target.store === store),
  );
  for await (const page of objectRows(rows, { store })) {
    for (const { name } of page) await rows.forget(store, name);
  }
}

function refusal(store: Id, problem: string): VaultError {
  return new VaultError("unknown", `The store cannot go: ${problem}.`, { stores: [store] });
}

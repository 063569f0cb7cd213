import type { Identity } from "@chirograph/core";
import type { Store } from "@chirograph/stores";
import type { Id } from "../../catalogue.ts";
import { outdated } from "../../error.ts";
import { callOptions } from "../fragment-sources.ts";
import { HEADER_NAME, sealHeader } from "../header.ts";
import type { Keeping } from "../keeping.ts";
import { generationShown, isRightHeader, readHeader } from "../verify/check-headers.ts";
import { requireCurrent } from "../require-current.ts";
import { type Failure, Reach } from "../verify/reach.ts";

const MOST_LOOKED_FOR = 8;

export interface RenewedHeaders {
  /** What belongs on every store under the name of a header. */
  readonly headers: ReadonlyMap<Id, Uint8Array>;
  /** Stores that did not take theirs: `repair` puts it there. */
  readonly owing: readonly Id[];
}

/** The header that a store is to have, and whether it has it. */
interface Renewed {
  readonly header: Uint8Array;
  readonly isThere: boolean;
}

/**
 * Gives every store that lacks it, or shows older settings, its header: for a catalogue that was made again while they
 * did, and so has no copies to put back.
 * @throws VaultError `not-owner` for anybody but the founder, `outdated`
 */
export async function renewHeaders(
  keeping: Keeping,
  { founder, signal }: { readonly founder: Identity; readonly signal?: AbortSignal },
): Promise<RenewedHeaders> {
  await requireCurrent(keeping);
  const stores = keeping.settings.stores.map(({ id }) => id);
  return renewEach(keeping, new Reach(keeping.stores, signal), { stores, founder });
}

/** One after the other, in this order. */
export async function renewEach(
  keeping: Keeping,
  reach: Reach,
  { stores, founder }: { readonly stores: readonly Id[]; readonly founder: Identity },
): Promise<RenewedHeaders> {
  const headers = new Map<Id, Uint8Array>();
  const owing: Id[] = [];
  for (const store of stores) {
    const { header, isThere } = await renewHeader(keeping, reach, { store, founder });
    headers.set(store, header);
    if (!isThere) owing.push(store);
  }
  return { headers, owing };
}

/**
 * Gives a store its header of these settings, in the place of one of older settings, or where it was lost from what is
 * the store still. Anything else stays: it may be another vault's, or the folder of a disk that is not mounted.
 * @throws VaultError `outdated` for a store that shows newer settings
 */
async function renewHeader(
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
  if (!(await mayBeWritten(keeping, reach, id, present))) return { header, isThere: false };
  const answer = await reach.ask(id, async (store) => {
    await putHeader(store, header, { replaces: present !== "missing", signal: reach.signal });
    return "written" as const;
  });
  return { header, isThere: answer === "written" };
}

async function mayBeWritten(
  keeping: Keeping,
  reach: Reach,
  id: Id,
  present: Uint8Array | Failure,
): Promise<boolean> {
  if (present === "missing") return isInhabited(keeping, reach, id);
  if (typeof present === "string") return false;
  const shown = await generationShown(keeping, id, present);
  if (shown !== undefined && shown > keeping.settings.generation) throw outdated();
  return shown !== undefined && shown < keeping.settings.generation;
}

/** Whether something of what the vault has on a store lies there; a store of which it has nothing is taken as it is. */
async function isInhabited({ rows }: Keeping, reach: Reach, id: Id): Promise<boolean> {
  const known = await rows.pageObjects({ store: id, state: "live", limit: MOST_LOOKED_FOR });
  for (const { name } of known) {
    const head = await reach.ask(id, (store) => store.head(name));
    if (head !== null && typeof head !== "string") return true;
  }
  return known.length === 0;
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

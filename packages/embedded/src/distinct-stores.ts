import { randomUUID } from "node:crypto";
import type { Store } from "@chirograph/stores";
import { EmbeddedError } from "./error.ts";
import { usable } from "./places/usable.ts";
import type { Location } from "./places/location.ts";

/** What a store finds of itself, written and removed again. One that stays, as of a process that died, harms nobody. */
const NAME = "chirograph-probe-";

/** Each store with its own probe. */
interface Probed {
  readonly location: Location;
  readonly store: Store;
  readonly name: string;
}

/** Stores that were told apart before: nothing is written to them, and one that does not answer is left out. */
type Known = ReadonlyMap<Location, Store>;

/**
 * One place may have several names: a bucket with its region and without, a host and its number, a folder and the
 * server that serves it. What is written under one of them and found under another tells.
 * @throws EmbeddedError `invalid` when two are one place; `io` for a store that cannot be used
 */
export async function requireDistinctStores(
  stores: ReadonlyMap<Location, Store>,
  known: Known = new Map(),
): Promise<void> {
  const prefix = `${NAME}${randomUUID()}-`;
  const all = [...stores].map(([location, store], index): Probed => {
    return { location, store, name: `${prefix}${index}` };
  });
  try {
    await every(all, ({ store, name }) => store.put(name, { sizeBytes: 1, bytes: [Uint8Array.of(0)] }));
    const found = await every(all, ({ store }) => store.list({ prefix, limit: all.length }));
    for (const [index, heads] of found.entries()) {
      const other = all.find(({ name }, at) => at !== index && heads.some((head) => head.name === name));
      if (other !== undefined) throw same(all[index]!.location, other.location);
    }
    await requireOthers(all, known, prefix);
  } finally {
    await Promise.allSettled(all.map(({ store, name }) => store.delete(name)));
  }
}

async function requireOthers(all: readonly Probed[], known: Known, prefix: string): Promise<void> {
  await Promise.all(
    Array.from(known, async ([location, store]) => {
      const heads = await store.list({ prefix, limit: all.length }).catch(() => []);
      const found = all.find(({ name }) => heads.some((head) => head.name === name));
      if (found !== undefined) throw same(location, found.location);
    }),
  );
}

function every<Result>(all: readonly Probed[], ask: (probed: Probed) => Promise<Result>): Promise<Result[]> {
  return Promise.all(all.map((probed) => usable(probed.location, () => ask(probed))));
}

function same(one: Location, other: Location): EmbeddedError {
  return new EmbeddedError("invalid", `The stores ${one} and ${other} are one place.`, {
    hint: "Two fragments would be lost with it: name every place once.",
  });
}

import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Store } from "@chirograph/stores";
import { HEADER_NAME } from "@chirograph/vault";
import { requireDistinctStores } from "./distinct-stores.ts";
import { EmbeddedError } from "./error.ts";
import { showName } from "./files/name.ts";
import type { Connections } from "./places/connections.ts";
import { type Location, placeOf } from "./places/location.ts";
import { usable } from "./places/usable.ts";

/**
 * A store's folder may be new; what it is to stand in may not.
 * @throws EmbeddedError `exists` when a store belongs to a vault, `invalid` when two of them are one
 */
export async function requireFreeStores(
  connections: Connections,
  locations: readonly Location[],
): Promise<void> {
  const folders = new Set<string>();
  const there = locations.filter((location) => {
    const place = placeOf(location);
    return place.kind !== "file" || isThere(location, place.folder, folders);
  });
  const opened = await Promise.allSettled(there.map((location) => openFree(connections, location)));
  const stores = new Map<Location, Store>();
  for (const [index, outcome] of opened.entries()) {
    // The first in the order in which they were named.
    if (outcome.status === "rejected") throw outcome.reason;
    stores.set(there[index]!, outcome.value);
  }
  // Two folders of this machine that are one were found by their paths.
  if (there.some((location) => !location.startsWith("file:"))) await requireDistinctStores(stores);
}

async function openFree(connections: Connections, location: Location): Promise<Store> {
  return usable(location, async () => {
    const store = await connections.open(location);
    if ((await store.head(HEADER_NAME)) === null) return store;
    throw new EmbeddedError("exists", `The store ${location} belongs to a vault already.`, {
      hint: "If its catalogue is lost, chirograph reindex makes it again.",
    });
  });
}

function isThere(location: Location, folder: string, others: Set<string>): boolean {
  const isNew = !existsSync(folder);
  if (isNew) requireAround(location, dirname(folder));
  const real = isNew ? join(realpathSync(dirname(folder)), basename(folder)) : realpathSync(folder);
  if (!isNew && !statSync(real).isDirectory())
    throw new EmbeddedError("malformed", `The store ${location} is no folder.`);
  if (others.has(real)) throw new EmbeddedError("invalid", `The store ${location} is named twice.`);
  others.add(real);
  return !isNew;
}

function requireAround(location: Location, parent: string): void {
  if (existsSync(parent)) return;
  throw new EmbeddedError("io", `There is no folder ${showName(parent)} for the store ${location}.`, {
    hint: "Make it first; chirograph makes the last part of a path only.",
  });
}

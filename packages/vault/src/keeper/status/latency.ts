import type { CallOptions, Store } from "@chirograph/stores";
import type { Id } from "../../catalogue.ts";
import { HEADER_NAME } from "../header.ts";
import type { Keeping } from "../keeping.ts";

/**
 * How long each store takes now to say that its header is there, in milliseconds; `null` where it does not, or not
 * before the signal.
 */
export async function latencies(
  { stores, now }: Pick<Keeping, "stores" | "now">,
  options: CallOptions,
): Promise<ReadonlyMap<Id, number | null>> {
  const timed = await Promise.all(
    Array.from(stores, async ([id, store]) => [id, await latencyOf(store, now, options)] as const),
  );
  return new Map(timed);
}

async function latencyOf(store: Store, now: () => number, options: CallOptions): Promise<number | null> {
  const began = now();
  try {
    return (await store.head(HEADER_NAME, options)) === null ? null : now() - began;
  } catch {
    return null;
  }
}

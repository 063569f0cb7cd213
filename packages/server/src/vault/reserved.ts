import type { Keeping } from "@chirograph/vault";
import { WireError } from "@chirograph/wire";

/** The object that a client names. */
export interface ObjectTarget {
  readonly store: string;
  readonly object: string;
}

/**
 * Only what was reserved may be written, so that nobody fills a store with what no catalogue knows.
 * @throws WireError `unknown`
 */
export async function requireReserved({ rows, now }: Keeping, target: ObjectTarget): Promise<void> {
  if (isReserved(await rows.reservedUntil(target), now())) return;
  throw new WireError("unknown", "No object of this name is reserved for this store.");
}

export function isReserved(until: number | undefined, now: number): boolean {
  return until !== undefined && until > now;
}

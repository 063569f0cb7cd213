import type { Id, Reservation, ReserveRequest, Target } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import type { VaultParts } from "../parts.ts";

/** Asks where fragments go. */
export async function reserve({ catalogue }: VaultParts, request: ReserveRequest): Promise<Reservation> {
  const reservation = await catalogue.reserve(request);
  const { targets } = reservation;
  const fits =
    targets.length === request.versions && targets.every((row) => row.length === request.fragments);
  if (!fits)
    throw new VaultError("malformed", "The catalogue answered with other places than it was asked for.");
  return reservation;
}

/** Whether so many fragments of a version may be missing and the put goes on. */
export function isEnough(placed: number, { total, needed }: { total: number; needed: number }): boolean {
  return placed >= needed + Math.min(1, total - needed);
}

export function tooFewStored(failed: ReadonlySet<Id>, cause: unknown): VaultError {
  return new VaultError("stores-missing", "Too few stores took their fragments; nothing was put.", {
    stores: [...failed].toSorted(),
    cause,
  });
}

export function keyOf({ store, object }: Target): string {
  return `${store}/${object}`;
}

import type { Id, Reservation, ReserveRequest, Target } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import { isId } from "../../keeper/names.ts";
import { mostOf } from "../../keeper/parties.ts";
import { keepsPolicy, planPlacement } from "../../keeper/placement.ts";
import type { VaultParts } from "../parts.ts";

/**
 * Asks where fragments go. A catalogue could choose a small k, or places where one store has them all, so the answer is
 * held to the vault's policy; where the client does not know it, at least to what the answer itself says of losses.
 * @throws VaultError `malformed`, `policy`
 */
export async function reserve(parts: VaultParts, request: ReserveRequest): Promise<Reservation> {
  const reservation = await parts.catalogue.reserve(request);
  requireForm(reservation, request);
  const { settings } = parts;
  const isSpread =
    settings === undefined
      ? reservation.targets.every((row) => bearsOneLoss(reservation, row))
      : keepsSettings(settings, reservation, request);
  if (!isSpread)
    throw new VaultError("policy", "The catalogue wants fragments where the vault's policy forbids them.");
  return reservation;
}

function requireForm({ tolerate, targets }: Reservation, { fragments, versions }: ReserveRequest): void {
  const hasForm =
    Number.isInteger(tolerate) &&
    tolerate >= 0 &&
    targets.length === versions &&
    targets.every((row) => row.length === fragments) &&
    targets.flat().every(({ store, object }) => isId(store) && isId(object));
  if (!hasForm)
    throw new VaultError("malformed", "The catalogue answered with other places than it was asked for.");
}

/** Whoever says that fragments may be lost means those of a store at least. */
function bearsOneLoss({ tolerate }: Reservation, row: readonly Target[]): boolean {
  const stores = [...new Set(row.map(({ store }) => store))];
  const loads = stores.map((store) => row.filter((target) => target.store === store).length);
  return tolerate === 0 || mostOf(loads, 1) <= tolerate;
}

/** k is the highest that the policy allows, and every version is spread so that k follows from it. */
function keepsSettings(
  settings: NonNullable<VaultParts["settings"]>,
  { tolerate, targets }: Reservation,
  { fragments: total }: ReserveRequest,
): boolean {
  const { needed } = planPlacement(settings, { fragments: total, start: 0 });
  const known = new Set(settings.stores.map(({ id }) => id));
  return (
    tolerate === total - needed &&
    targets.every((row) => {
      const holders = row.map(({ store }) => store);
      return holders.every((id) => known.has(id)) && keepsPolicy(settings, { holders, total, needed });
    })
  );
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

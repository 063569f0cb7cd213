import { equalBytes, type Identity } from "@chirograph/core";
import type { Id } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import { requirePolicy } from "../policy.ts";
import { encodeSettings } from "../settings-format.ts";
import type { VaultSettings } from "../settings.ts";

/** The stores of two settings, compared. */
export interface Change {
  readonly staying: readonly Id[];
  readonly coming: readonly Id[];
  readonly going: readonly Id[];
}

/** @throws VaultError `not-owner` */
export function requireFounder({ founder }: VaultSettings, { recipient }: Identity): void {
  if (equalBytes(recipient.bytes, founder.bytes)) return;
  throw new VaultError("not-owner", "The stores of a vault are changed by its founder and by nobody else.");
}

/**
 * What changes from one generation to the next: stores come and go, and nothing else.
 * @throws VaultError `not-owner`, `malformed`, `policy`
 */
export function changeOf(before: VaultSettings, after: VaultSettings, founder: Identity): Change {
  requireFounder(before, founder);
  const { generation, stores } = before;
  const likeBefore = encodeSettings({ ...after, generation, stores });
  const known = new Map(stores.map((store) => [store.id, JSON.stringify(store)]));
  const isNext =
    after.generation === generation + 1 &&
    equalBytes(likeBefore, encodeSettings(before)) &&
    after.stores.every((store) => (known.get(store.id) ?? JSON.stringify(store)) === JSON.stringify(store));
  if (!isNext) throw new VaultError("malformed", "The new settings change more than which stores there are.");
  // Refuses settings that are none.
  encodeSettings(after);
  requirePolicy(after);
  const [were, are] = [stores.map(({ id }) => id), after.stores.map(({ id }) => id)];
  return {
    staying: were.filter((id) => are.includes(id)),
    coming: are.filter((id) => !were.includes(id)),
    going: were.filter((id) => !are.includes(id)),
  };
}

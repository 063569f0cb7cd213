import { toHex } from "../encoding/bytes.ts";
import { RIGHT_MANAGE, type StandingChange, type StandingEndChange } from "./change.ts";
import { type ChartDraft, own, ownStanding } from "./draft.ts";
import { isReader, type LinkSigner, mayKnowKeys } from "./rights.ts";
import type { Require } from "./require.ts";
import type { ChartState } from "./state.ts";

export function applyStanding(
  draft: ChartDraft,
  change: StandingChange,
  signer: LinkSigner,
  require: Require,
): void {
  const { type: _, ...standing } = change;
  require(draft.epochPlaces.has(standing.epoch), "gives a standing unlock of an epoch that does not exist");
  require(isReader(draft, standing.member), "gives a standing unlock to somebody who is not a reader");
  require(mayKnowKeys(draft, signer.signing), "gives a standing unlock without being a reader");
  require((signer.rights & RIGHT_MANAGE) !== 0 ||
    renews(draft, change), "gives a standing unlock that nobody with the right to manage allowed");
  ownStanding(draft, toHex(standing.member)).set(standing.epoch, { ...standing, signer: signer.signing });
}

export function applyStandingEnd(draft: ChartDraft, { member }: StandingEndChange, require: Require): void {
  require(draft.standing.has(toHex(member)), "ends standing unlocks that do not exist");
  own(draft, "standing").delete(toHex(member));
  draft.stale = true;
}

/** Whether the member has an unlock until the same moment in an earlier epoch, and none in this one. */
function renews(state: ChartState, { member, epoch, until }: StandingChange): boolean {
  const held = state.standing.get(toHex(member));
  if (held === undefined || held.has(epoch)) return false;
  const place = state.epochPlaces.get(epoch)!;
  return [...held.values()].some(
    (other) => other.until === until && state.epochPlaces.get(other.epoch)! < place,
  );
}

import { equalBytes } from "../encoding/bytes.ts";
import { type EscrowChange, RIGHT_MANAGE } from "./change.ts";
import { type ChartDraft, own } from "./draft.ts";
import { type LinkSigner, mayKnowKeys } from "./rights.ts";
import type { Require } from "./require.ts";
import type { EscrowPlan } from "./state.ts";

export function applyEscrow(
  draft: ChartDraft,
  change: EscrowChange,
  signer: LinkSigner,
  require: Require,
): void {
  const { type: _, ...escrow } = change;
  const plan = { threshold: escrow.threshold, officers: escrow.officers.map(({ recipient }) => recipient) };
  const renewed = samePlan(draft.escrowPlan, plan) && !draft.escrows.has(escrow.epoch);
  require(draft.epochPlaces.has(escrow.epoch), "escrows an epoch that does not exist");
  require(mayKnowKeys(draft, signer.signing), "escrows an epoch without being a reader");
  require((signer.rights & RIGHT_MANAGE) !== 0 ||
    renewed, "escrows an epoch with officers whom nobody with the right to manage named");
  own(draft, "escrows").set(escrow.epoch, { ...escrow, signer: signer.signing });
  if ((signer.rights & RIGHT_MANAGE) !== 0) draft.escrowPlan = plan;
}

export function samePlan(left: EscrowPlan | undefined, right: EscrowPlan | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return (
    left.threshold === right.threshold &&
    left.officers.length === right.officers.length &&
    left.officers.every(({ member }, index) => equalBytes(member, right.officers[index]!.member))
  );
}

import type { TransferState, TransferView } from "../../worker/contract.ts";

/** How far each of the four steps of a transfer is. */
export type StepState = "ahead" | "now" | "held" | "done" | "failed";

export interface Stage {
  readonly before: StepState;
  readonly sealed: StepState;
  readonly cut: StepState;
  readonly sent: StepState;
}

/** Nothing changes any more. What failed is kept and can be tried again, until it is cancelled. */
export function isOver(state: TransferState): boolean {
  return state === "done" || state === "cancelled";
}

export function stageOf(transfer: TransferView): Stage {
  const { state, fragments } = transfer;
  const isSealed = isAllSealed(transfer);
  const isCut = isSealed && fragments.length > 0;
  const pending = pendingState(state);
  return {
    before: "done",
    sealed: isSealed ? "done" : pending,
    cut: isCut ? "done" : isSealed ? pending : "ahead",
    sent: state === "done" ? "done" : isCut ? pending : "ahead",
  };
}

function isAllSealed({ state, sizeBytes, sealedBytes, sentBytes }: TransferView): boolean {
  if (state === "sending" || state === "committing" || state === "done") return true;
  return sentBytes > 0 || (sizeBytes > 0 && sealedBytes >= sizeBytes);
}

function pendingState(state: TransferState): StepState {
  if (state === "failed" || state === "cancelled") return "failed";
  if (state === "waiting") return "ahead";
  if (state === "sealing" || state === "sending" || state === "committing") return "now";
  return "held";
}

import type { TransferState, TransferView } from "../worker/contract.ts";
import { shareDone } from "./share-done.ts";

/** All transfers in one look. */
export interface TransferSum {
  readonly running: number;
  /** Somebody must do something before they go on. */
  readonly waiting: number;
  readonly failed: number;
  readonly done: number;
  readonly isOffline: boolean;
  /** Of those that run: from 0 to 1. */
  readonly share: number;
}

const groups: Readonly<Record<TransferState, "running" | "waiting" | "failed" | "done" | undefined>> = {
  waiting: "running",
  sealing: "running",
  sending: "running",
  offline: "running",
  committing: "running",
  paused: "waiting",
  "needs-chart": "waiting",
  "needs-source": "waiting",
  failed: "failed",
  done: "done",
  cancelled: undefined,
};

export function sumTransfers(transfers: readonly TransferView[]): TransferSum {
  const inGroup = (group: string): readonly TransferView[] =>
    transfers.filter(({ state }) => groups[state] === group);
  const running = inGroup("running");
  const whole = sum(running, ({ sizeBytes }) => sizeBytes);
  return {
    running: running.length,
    waiting: inGroup("waiting").length,
    failed: inGroup("failed").length,
    done: inGroup("done").length,
    isOffline: running.some(({ state }) => state === "offline"),
    share: whole === 0 ? 0 : sum(running, (transfer) => transfer.sizeBytes * shareDone(transfer)) / whole,
  };
}

function sum(transfers: readonly TransferView[], value: (transfer: TransferView) => number): number {
  return transfers.reduce((total, transfer) => total + value(transfer), 0);
}

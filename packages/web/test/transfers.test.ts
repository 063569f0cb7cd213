import { describe, expect, it } from "vitest";
import { shareDone } from "../src/transfers/share-done.ts";
import { sumTransfers } from "../src/transfers/sum-transfers.ts";
import type { TransferState, TransferView } from "../src/worker/contract.ts";

function transfer(state: TransferState, changes: Partial<TransferView> = {}): TransferView {
  return {
    id: state,
    chart: "c",
    name: "a record",
    kind: "text/plain",
    sizeBytes: 100,
    state,
    sealedBytes: 0,
    sendBytes: 0,
    sentBytes: 0,
    fragments: [],
    record: undefined,
    version: undefined,
    problem: undefined,
    storesMissing: [],
    ...changes,
  };
}

describe("all transfers in one look", () => {
  it("is nothing where there is none", () => {
    expect(sumTransfers([])).toEqual({
      running: 0,
      waiting: 0,
      failed: 0,
      done: 0,
      isOffline: false,
      share: 0,
    });
  });

  it("counts each where it belongs, and cancelled ones nowhere", () => {
    const states: TransferState[] = [
      "waiting",
      "sealing",
      "sending",
      "offline",
      "committing",
      "paused",
      "needs-chart",
      "needs-source",
      "failed",
      "done",
      "cancelled",
    ];
    const sum = sumTransfers(states.map((state) => transfer(state)));
    expect(sum).toMatchObject({ running: 5, waiting: 3, failed: 1, done: 1, isOffline: true });
  });

  it("never goes back from sealing to sending", () => {
    const shares = [
      transfer("waiting"),
      transfer("sealing", { sealedBytes: 50 }),
      transfer("sealing", { sealedBytes: 100 }),
      transfer("sending", { sealedBytes: 100, sendBytes: 150 }),
      transfer("sending", { sealedBytes: 100, sendBytes: 150, sentBytes: 150 }),
    ].map(shareDone);
    expect(shares).toEqual([0, 0.2475, 0.495, 0.495, 0.99]);
  });

  it("is whole only where it is stored", () => {
    expect(shareDone(transfer("committing", { sealedBytes: 100, sendBytes: 150, sentBytes: 150 }))).toBe(
      0.99,
    );
    expect(shareDone(transfer("done"))).toBe(1);
    expect(shareDone(transfer("sealing", { sizeBytes: 0 }))).toBe(0);
  });

  it("weighs transfers by their size", () => {
    const sealed = transfer("sending", { sizeBytes: 300, sealedBytes: 300, sendBytes: 400 });
    expect(sumTransfers([sealed, transfer("waiting")]).share).toBeCloseTo(0.37125);
  });
});

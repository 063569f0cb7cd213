import { expect, test } from "vitest";
import { isOver, stageOf } from "../../src/screens/way/stage.ts";
import type { SentFragment, TransferState, TransferView } from "../../src/worker/contract.ts";

const fragment: SentFragment = {
  index: 0,
  id: "00",
  head: "01",
  tail: "02",
  store: "a",
  sizeBytes: 200,
  sentBytes: 0,
  state: "waiting",
};

function transfer(state: TransferState, more: Partial<TransferView> = {}): TransferView {
  return {
    id: "t",
    chart: "c",
    name: "a.png",
    kind: "image/png",
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
    ...more,
  };
}

const cut = { sealedBytes: 100, sendBytes: 200, fragments: [fragment] };

test.each<[TransferView, string]>([
  [transfer("waiting"), "done ahead ahead ahead"],
  [transfer("sealing", { sealedBytes: 40 }), "done now ahead ahead"],
  [transfer("sealing", { sealedBytes: 100 }), "done done now ahead"],
  [transfer("sending", cut), "done done done now"],
  [transfer("committing", cut), "done done done now"],
  [transfer("done", cut), "done done done done"],
  [transfer("paused", { sealedBytes: 40 }), "done held ahead ahead"],
  [transfer("offline", { ...cut, sentBytes: 10 }), "done done done held"],
  [transfer("failed", { sealedBytes: 40 }), "done failed ahead ahead"],
  [transfer("failed", { ...cut, sentBytes: 10 }), "done done done failed"],
  [transfer("needs-chart"), "done held ahead ahead"],
])("the steps of a transfer as it stands", (view, steps) => {
  expect(Object.values(stageOf(view)).join(" ")).toBe(steps);
});

test("what has ended does not go on", () => {
  expect((["done", "cancelled"] as const).every(isOver)).toBe(true);
  expect(
    (["failed", "paused", "offline", "needs-chart", "needs-source", "waiting"] as const).some(isOver),
  ).toBe(false);
});

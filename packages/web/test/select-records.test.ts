import { describe, expect, it } from "vitest";
import { everyRecord, type RecordOrder, selectRecords } from "../src/charts/select-records.ts";
import type { RecordView } from "../src/worker/contract.ts";

function record(id: string, time: number | undefined, sizeBytes: number | undefined): RecordView {
  return {
    id,
    name: id,
    kind: "text/plain",
    time,
    sizeBytes,
    files: undefined,
    versions: [],
    erased: false,
    problem: undefined,
  };
}

describe("the order of records", () => {
  const records = [
    record("unknown", undefined, undefined),
    record("old", 1, 30),
    record("new", 3, 10),
    record("middle", 2, 20),
  ];

  it.each<[RecordOrder, string]>([
    ["newest", "new middle old unknown"],
    ["oldest", "old middle new unknown"],
    ["size", "old middle new unknown"],
  ])("%s: what is not known comes last", (order, expected) => {
    const shown = selectRecords(records, { ...everyRecord, order });
    expect(shown.map(({ id }) => id).join(" ")).toBe(expected);
  });
});

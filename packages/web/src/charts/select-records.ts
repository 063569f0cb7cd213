import type { RecordView } from "../worker/contract.ts";
import { recordKind } from "./record-kind.ts";

export type RecordOrder = "newest" | "oldest" | "name" | "size";

/** Which records of a chart are shown, and in which order. */
export interface RecordChoice {
  readonly text: string;
  /** Name of a kind; empty for all. */
  readonly kind: string;
  readonly order: RecordOrder;
  readonly erased: boolean;
}

export const everyRecord: RecordChoice = { text: "", kind: "", order: "newest", erased: false };

export function selectRecords(records: readonly RecordView[], choice: RecordChoice): readonly RecordView[] {
  const text = choice.text.trim().toLowerCase();
  return records
    .filter(
      (record) =>
        (choice.erased || !record.erased) &&
        (choice.kind === "" || recordKind(record).name === choice.kind) &&
        (text === "" || record.name.toLowerCase().includes(text)),
    )
    .toSorted(orders[choice.order]);
}

const orders: Readonly<Record<RecordOrder, (a: RecordView, b: RecordView) => number>> = {
  newest: (a, b) => knownFirst(a.time, b.time, (one, other) => other - one),
  oldest: (a, b) => knownFirst(a.time, b.time, (one, other) => one - other),
  name: (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }),
  size: (a, b) => knownFirst(a.sizeBytes, b.sizeBytes, (one, other) => other - one),
};

/** What is not known is last in every order. */
function knownFirst(
  a: number | undefined,
  b: number | undefined,
  compare: (a: number, b: number) => number,
): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compare(a, b);
}

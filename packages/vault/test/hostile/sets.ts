// The stores of the vault under trial, and which of them are in hostile hands together.
import type { Id } from "../../src/catalogue.ts";
import { idOf } from "../chart/fixtures.ts";

const STORES = 8;
/** T: so many may be lost. */
export const TOLERATE = 2;

export const storeIds: readonly Id[] = Array.from({ length: STORES }, (_, index) => idOf(index + 1));

/** All sets of so many stores. */
export function setsOf(count: number, from: readonly Id[] = storeIds): Id[][] {
  if (count === 0) return [[]];
  return from.flatMap((id, index) => setsOf(count - 1, from.slice(index + 1)).map((rest) => [id, ...rest]));
}

/** Every other set keeps its stores' headers right, so that these are not found out by them. */
export function sparesHeader(hostile: readonly Id[]): boolean {
  return hostile.reduce((sum, id) => sum + Number.parseInt(id, 16), 0) % 2 === 0;
}

export function describeSet(hostile: readonly Id[]): string {
  return `stores ${hostile.map((id) => Number.parseInt(id, 16)).join(" and ")}`;
}

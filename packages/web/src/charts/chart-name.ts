import { en } from "../texts/en.ts";
import type { ChartRow } from "../worker/contract.ts";

/** Its label, where this browser may know it; else the beginning of its id. */
export function chartName({ label, id }: Pick<ChartRow, "label" | "id">): string {
  return label === undefined || label === "" ? en.charts.closedName(id) : label;
}

import type { ReactElement } from "react";
import { formatCost } from "../parts/quantity.ts";
import { storesPage } from "../texts/en-stores.ts";
import type { StatusView } from "../worker/contract.ts";

/** What the figures in the table mean: what is in the cost, and since when traffic is counted. */
export function Remarks({
  status: { currency, stores },
}: {
  readonly status: StatusView;
}): ReactElement | null {
  const remarks = [
    ...(currency === null ? [] : costRemarks(stores, currency)),
    ...(stores.some(({ traffic }) => traffic !== null) ? [storesPage.trafficSince] : []),
  ];
  return remarks.length === 0 ? null : <p className="small soft">{remarks.join(" ")}</p>;
}

function costRemarks(stores: StatusView["stores"], currency: string): string[] {
  const cost = stores.reduce((sum, { monthlyCost }) => sum + (monthlyCost ?? 0), 0);
  const unpriced = stores.filter(({ monthlyCost }) => monthlyCost === null).length;
  const watched = stores.filter(({ costsTraffic }) => costsTraffic).length;
  return [
    storesPage.costs(formatCost(cost, currency), unpriced),
    watched === 0 ? storesPage.costsNoTraffic : storesPage.costsTraffic(watched),
  ];
}

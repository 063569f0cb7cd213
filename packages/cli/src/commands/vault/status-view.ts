import type { Traffic } from "@chirograph/embedded";
import { count, showBytes } from "../../terminal/quantity.ts";
import type { StoreStatus, VaultStatus } from "../../vault/open-vault.ts";
import { showTolerance } from "./tolerance.ts";

/** How a vault and its stores are, for people. */
export function showStatus(status: VaultStatus): string[] {
  const { charts, records, versions, erased, unfinished, stores, policy, losses, currency } = status;
  const away = stores.filter(({ problem }) => problem !== null).length;
  return [
    `${count(charts, "chart")}, ${count(records, "record")}, ${count(versions, "version")}, ${erased} erased`,
    ...stores.map((store) => showStore(store, currency)),
    `${showTolerance({ policy, stores })} ${away === 0 ? "All can be reached." : `${away} cannot be reached.`}`,
    ...showLosses(losses),
    ...(unfinished === 0 ? [] : [`${count(unfinished, "commit")} to be finished; repair does it.`]),
    ...(currency === null ? [] : [showCost(stores, currency)]),
  ];
}

/** What all stores of a known price cost in a month. */
export function costOf(stores: readonly StoreStatus[]): number {
  return stores.reduce((sum, { monthlyCost }) => sum + (monthlyCost ?? 0), 0);
}

function showStore(store: StoreStatus, currency: string | null): string {
  const { location, problem, latencyMs, isLeaving, objects, fragments, sizeBytes, owed, condemned } = store;
  const parts = [count(objects, "object"), count(fragments, "fragment"), showBytes(sizeBytes)];
  if (owed > 0) parts.push(`${owed} owed`);
  if (condemned > 0) parts.push(`${condemned} to be deleted`);
  if (store.monthlyCost !== null) parts.push(`${store.monthlyCost.toFixed(2)} ${currency} a month`);
  if (store.traffic !== null) parts.push(showTraffic(store.traffic));
  if (latencyMs !== null) parts.push(`answers in ${latencyMs < 1 ? "under 1" : Math.round(latencyMs)} ms`);
  if (isLeaving) parts.push("leaving");
  if (store.health === "open") parts.push("left alone for a while");
  if (store.health === "half-open") parts.push("to be tried again");
  if (problem !== null) parts.push(problem);
  return `${location}  ${parts.join(", ")}`;
}

function showTraffic({ requests, errors, readBytes, writtenBytes }: Traffic): string {
  const failed = errors === 0 ? "" : ` (${errors} failed)`;
  return `${count(requests, "request")}${failed}, ${showBytes(readBytes)} read and ${showBytes(writtenBytes)} written since the server began`;
}

function showLosses(losses: VaultStatus["losses"]): string[] {
  if (losses === null) return ["Versions without all fragments are still being counted."];
  const { incomplete, tooFew } = losses;
  return [
    ...(tooFew === 0
      ? []
      : [`${count(tooFew, "version")} with fewer fragments known than are needed: reindex, or repair.`]),
    ...(incomplete === 0
      ? []
      : [`${count(incomplete, "version")} without all fragments; repair makes them whole.`]),
  ];
}

function showCost(stores: readonly StoreStatus[], currency: string): string {
  const unpriced = stores.filter(({ monthlyCost }) => monthlyCost === null).length;
  const watched = stores.filter(({ costsTraffic }) => costsTraffic).length;
  const rest = unpriced === 0 ? "" : `, without ${count(unpriced, "store")} of no known price`;
  const traffic =
    watched === 0
      ? "requests and transfers are not in it"
      : `requests and transfers are in it for ${count(watched, "store")}, as they went since the server began`;
  return `About ${costOf(stores).toFixed(2)} ${currency} a month for what is kept${rest}; ${traffic}.`;
}

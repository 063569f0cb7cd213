import type { AwayStore } from "@chirograph/embedded";
import type { Id } from "@chirograph/vault";
import type { About, Status } from "@chirograph/wire";
import { showName } from "../../terminal/name.ts";
import type { VaultStatus } from "../open-vault.ts";

/** Where a store is, in the server's words, fit for a terminal. */
export function locateIn({ stores }: About): (store: Id) => string {
  const names = new Map(stores.map(({ id, name }) => [id, showName(name)]));
  return (store) => names.get(store) ?? `store ${store}, which the server does not name`;
}

export function awayOf(about: About, { stores }: Status): AwayStore[] {
  const locate = locateIn(about);
  return stores.flatMap(({ store, problem }) =>
    problem === null ? [] : [{ id: store, problem: afterName(locate(store), problem) }],
  );
}

/** A server tells of a problem in a sentence; here it goes on after the store's name. */
function afterName(name: string, problem: string): string {
  const text = showName(problem).replace(/\.$/, "");
  return text.startsWith(`${name} `) ? text.slice(name.length + 1) : text;
}

export function statusOf(about: About, { stores: held, ...totals }: Status): VaultStatus {
  const locate = locateIn(about);
  return {
    vault: about.vault,
    ...totals,
    currency: totals.currency === null ? null : showName(totals.currency),
    policy: about.policy,
    stores: about.stores.map(({ id, kind, provider, region, weight }) => {
      const location = locate(id);
      const now = held.find(({ store }) => store === id) ?? { ...untold, store: id };
      const problem = now.problem === null ? null : afterName(location, now.problem);
      return { ...now, location, kind, provider, region, weight, problem };
    }),
  };
}

const untold: Omit<Status["stores"][number], "store"> = {
  problem: "is not told of by the server",
  isLeaving: false,
  latencyMs: null,
  traffic: null,
  health: null,
  objects: 0,
  sizeBytes: 0,
  fragments: 0,
  owed: 0,
  condemned: 0,
  monthlyCost: null,
  costsTraffic: false,
};

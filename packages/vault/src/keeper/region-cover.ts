/** Stores, by their positions, that together hold at most so many fragments of a version. */
export interface Group {
  readonly members: ReadonlySet<number>;
  readonly most: number;
}

/**
 * Chooses stores in `wanted` different regions so that no group has more of them than it may hold fragments: the
 * largest flow from regions over their stores and those stores' groups.
 * @param plan groups are nested or apart; stores that come first in `order` are preferred
 * @returns `undefined` where there are no such stores
 */
export function coverRegions(
  regions: readonly string[],
  plan: { readonly order: readonly number[]; readonly groups: readonly Group[]; readonly wanted: number },
): number[] | undefined {
  const flow = new Flow();
  const innerFirst = plan.groups.toSorted((left, right) => left.members.size - right.members.size);
  for (const store of plan.order) {
    const region = `region ${regions[store]}`;
    flow.connect(SOURCE, region, 1);
    flow.connect(region, `store ${store}`, 1);
    let [from, room] = [`store ${store}`, 1];
    innerFirst.forEach(({ members, most }, index) => {
      if (!members.has(store)) return;
      flow.connect(from, `group ${index}`, room);
      [from, room] = [`group ${index}`, most];
    });
    flow.connect(from, SINK, room);
  }
  for (let covered = 0; covered < plan.wanted; covered++) if (!flow.addUnit()) return undefined;
  return plan.order.filter((store) => flow.isUsed(`region ${regions[store]}`, `store ${store}`));
}

const SOURCE = "source";
const SINK = "sink";

/** A network through which units are sent one by one; each may turn back what earlier ones did. */
class Flow {
  readonly #room = new Map<string, Map<string, number>>();

  connect(from: string, to: string, room: number): void {
    this.#from(from).set(to, room);
    this.#from(to).set(from, 0);
  }

  /** @returns false where nothing more comes through */
  addUnit(): boolean {
    return this.#send(SOURCE, new Set());
  }

  isUsed(from: string, to: string): boolean {
    return this.#from(to).get(from)! > 0;
  }

  #send(at: string, visited: Set<string>): boolean {
    if (at === SINK) return true;
    visited.add(at);
    for (const [next, room] of this.#from(at)) {
      if (room <= 0 || visited.has(next) || !this.#send(next, visited)) continue;
      this.#from(at).set(next, room - 1);
      this.#from(next).set(at, this.#from(next).get(at)! + 1);
      return true;
    }
    return false;
  }

  #from(node: string): Map<string, number> {
    const known = this.#room.get(node) ?? new Map<string, number>();
    this.#room.set(node, known);
    return known;
  }
}

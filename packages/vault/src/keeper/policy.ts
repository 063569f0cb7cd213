import { quoted } from "@chirograph/core";
import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { mostOf, type Placement, planPlacement } from "./placement.ts";
import { isPublic, regionsOf } from "./policy-refusal.ts";
import type { Policy, StoreSettings, VaultSettings } from "./settings.ts";

const WORD_LENGTHS = { fewest: 8, most: 64 } as const;

/** What a policy does to versions of n fragments, as numbers and in words. */
export interface PolicyExplanation {
  readonly fragments: number;
  /** k. */
  readonly needed: number;
  /** T: any so many stores may be lost. */
  readonly storesToLose: number;
  /** At least so many stores must put their fragments together to have k. */
  readonly storesToCollude: number;
  /** The most fragments of one version that the public stores hold together. */
  readonly inPublic: number;
  /** In how many regions the fragments of every version lie, at least. */
  readonly regions: number;
  readonly stores: readonly ExplainedStore[];
  /** The same for people, one sentence each. */
  readonly sentences: readonly string[];
}

export interface ExplainedStore extends StoreSettings {
  /** Fragments of one version that lie there, depending on who comes first. */
  readonly fewest: number;
  readonly most: number;
}

/** What a vault has whose maker asked for nothing else: a quarter of the stores may be lost, at least one of three. */
export function defaultPolicy(storeCount: number): Policy {
  const tolerate = storeCount <= 2 ? 0 : Math.max(1, Math.floor(storeCount / 4));
  return { tolerate, publicBelowNeeded: false, regions: 1 };
}

/**
 * Says what the policy means for versions of n fragments.
 * @throws VaultError `policy` where it cannot hold
 */
export function explainPolicy(
  settings: Pick<VaultSettings, "stores" | "policy">,
  fragments: number,
): PolicyExplanation {
  const { stores, policy } = settings;
  const spreads = stores.map((_, start) => planPlacement(settings, { fragments, start }));
  const loads = spreads.map((spread) => loadsOf(stores, spread));
  const explained: Omit<PolicyExplanation, "sentences"> = {
    fragments,
    needed: spreads[0]!.needed,
    storesToLose: policy.tolerate,
    storesToCollude: storesToReach(spreads[0]!.needed, loads[0]!),
    inPublic: Math.max(...loads.map((each) => inPublicOf(stores, each))),
    regions: Math.min(...loads.map((each) => regionsOf(stores.filter((_, index) => each[index]! > 0)).size)),
    stores: stores.map((store, index) => {
      const held = loads.map((each) => each[index]!);
      return { ...store, fewest: Math.min(...held), most: Math.max(...held) };
    }),
  };
  return { ...explained, sentences: sentencesOf(explained, mostOf(loads[0]!, policy.tolerate)) };
}

/**
 * Refuses a policy that holds for a word of no length.
 * @throws VaultError `policy`
 */
export function requirePolicy(settings: Pick<VaultSettings, "stores" | "policy">): void {
  for (let fragments: number = WORD_LENGTHS.most; fragments > WORD_LENGTHS.fewest; fragments--) {
    if (holdsFor(settings, fragments)) return;
  }
  planPlacement(settings, { fragments: WORD_LENGTHS.fewest, start: 0 });
}

function holdsFor(settings: Pick<VaultSettings, "stores" | "policy">, fragments: number): boolean {
  try {
    planPlacement(settings, { fragments, start: 0 });
    return true;
  } catch (error) {
    if (error instanceof VaultError && error.code === "policy") return false;
    throw error;
  }
}

function loadsOf(stores: readonly StoreSettings[], { stores: holders }: Placement): number[] {
  const loads = new Map<Id, number>();
  for (const holder of holders) loads.set(holder, (loads.get(holder) ?? 0) + 1);
  return stores.map(({ id }) => loads.get(id) ?? 0);
}

function inPublicOf(stores: readonly StoreSettings[], loads: readonly number[]): number {
  return loads.reduce((sum, load, index) => sum + (isPublic(stores[index]!) ? load : 0), 0);
}

function storesToReach(needed: number, loads: readonly number[]): number {
  return loads.findIndex((_, index) => mostOf(loads, index + 1) >= needed) + 1;
}

function sentencesOf(explained: Omit<PolicyExplanation, "sentences">, lost: number): string[] {
  const { fragments, needed, storesToLose, storesToCollude, inPublic, regions, stores } = explained;
  const sentences = [
    storesToLose === 0
      ? `No store may be lost: all ${fragments} fragments are needed.`
      : `Any ${counted(storesToLose, "store")} of the ${stores.length} may be lost: ` +
        `they hold at most ${lost} of ${fragments} fragments, and the other ${needed} are enough.`,
    storesToCollude === 1
      ? `One store alone can hold the ${needed} fragments that are needed: against it, the fragments are no lock.`
      : `At least ${storesToCollude} stores must put their fragments together to have the ${needed} that are needed.`,
  ];
  if (stores.some(isPublic)) {
    sentences.push(
      `The public stores together hold at most ${counted(inPublic, "fragment")}: ` +
        (inPublic < needed
          ? `too few to open anything.`
          : `enough of them, together they have what is needed.`),
    );
  }
  if (regions > 1) sentences.push(`The fragments of every version lie in at least ${regions} regions.`);
  return [...sentences, ...warningsOf(explained), ...stores.map(describeStore)];
}

/** Stores of one provider may fail, and put their fragments together, as one. */
function warningsOf({ stores, storesToLose }: Omit<PolicyExplanation, "sentences">): string[] {
  const providers = new Set(stores.map(({ provider }) => provider).filter((provider) => provider !== ""));
  return [...providers]
    .map((provider) => ({ provider, count: stores.filter((store) => store.provider === provider).length }))
    .filter(({ count }) => count > Math.max(1, storesToLose))
    .map(
      ({ provider, count }) =>
        `${count} stores are run by ${quoted(provider)}; if they fail together, that is more than may be lost.`,
    );
}

function describeStore({ id, kind, region, fewest, most }: ExplainedStore): string {
  const range = fewest === most ? counted(most, "fragment") : `${fewest} to ${counted(most, "fragment")}`;
  const where = region === "" ? "" : ` in ${quoted(region)}`;
  return `Store ${id.slice(0, 8)} (${kind}${where}) holds ${range} of every version.`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

import type { Id } from "../catalogue.ts";
import type { PresetName } from "./presets.ts";
import type { Policy, StoreSettings } from "./settings.ts";

/** What a policy does to versions of n fragments, as numbers and in words. */
export interface PolicyExplanation {
  readonly policy: Policy;
  /** Presets whose rules it has. */
  readonly presets: readonly PresetName[];
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
  /** Who could put fragments together, and whether that is enough. */
  readonly coalitions: readonly Coalition[];
  /** The same for people, one sentence each. */
  readonly sentences: readonly string[];
}

export interface ExplainedStore extends StoreSettings {
  /** Fragments of one version that lie there, depending on who comes first. */
  readonly fewest: number;
  readonly most: number;
  /** Fragments that are left at least when it alone is lost. */
  readonly left: number;
}

export interface Coalition {
  readonly kind: "any stores" | "public clouds" | "private stores" | "on premise" | "provider";
  /** Of a provider; empty where it is not told. */
  readonly name: string;
  readonly stores: readonly Id[];
  /** Fragments of one version that all of them have together. */
  readonly fewest: number;
  readonly most: number;
  /** So many of them can have k together, and no fewer can; `null`: all of them cannot. */
  readonly storesNeeded: number | null;
}

import type { Recipient } from "@chirograph/core";
import type { Id } from "../catalogue.ts";

/** What a vault is made of, as its founder signed it. Locations are not part of it: a store may move. */
export interface VaultSettings {
  readonly vault: Id;
  /** From 1: the founder signs settings with the next one when stores come or go. */
  readonly generation: number;
  /** Whoever signs these settings. */
  readonly founder: Recipient;
  /** Everyone to whom the catalogue key is wrapped, the founder first. */
  readonly owners: readonly Recipient[];
  /** At least one, at most 64. */
  readonly stores: readonly StoreSettings[];
  readonly policy: Policy;
}

export type StoreKind = "public" | "private-on-premise" | "private-hosted";

export interface StoreSettings {
  readonly id: Id;
  readonly kind: StoreKind;
  /** Who runs it; stores of one provider may fail together. Empty: not told. */
  readonly provider: string;
  readonly region: string;
  /** Its share of the fragments beside other stores', 1 to 100: a wish, which every rule overrules. */
  readonly weight: number;
}

/** Rules that every placement keeps (docs/vault.md, "Placement"). */
export interface Policy {
  /** T: how many stores may be lost and everything still opens. */
  readonly tolerate: number;
  /** The public stores together hold fewer than k fragments of any version. */
  readonly publicBelowNeeded: boolean;
  /** The fragments of every version lie in at least this many regions; 1 asks for nothing. */
  readonly regions: number;
  /** The stores of any one provider outside the house hold fewer than k fragments of any version. */
  readonly providerBelowNeeded: boolean;
  /** How many providers outside the house may be lost, each with all its stores, and everything still opens: 0 or 1. */
  readonly tolerateProviders: number;
}

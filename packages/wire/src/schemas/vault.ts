import type { Id, KnownLosses, Policy, StoreSettings, Totals } from "@chirograph/vault";
import * as z from "../zod.ts";
import { count, id, line } from "./values.ts";

const MOST_STORES = 64;

/** What a vault tells its owner about itself. It is not signed: whoever knows the vault already compares. */
export interface About {
  readonly vault: Id;
  readonly policy: Policy;
  readonly stores: readonly AboutStore[];
  /** The largest body of one request. */
  readonly partBytes: number;
}

export interface AboutStore extends StoreSettings {
  /** Where it is, for people. */
  readonly name: string;
}

export interface Status extends Omit<Totals, "stores"> {
  /** Commits that were begun and not finished. */
  readonly unfinished: number;
  /** Versions of which the catalogue does not know every fragment; `null` while they are counted. */
  readonly losses: KnownLosses | null;
  /** What costs are told in, such as EUR; `null`: the server knows no prices. */
  readonly currency: string | null;
  readonly stores: readonly StoreStatus[];
}

export interface StoreStatus {
  readonly store: Id;
  /** Why it cannot be used now, for people; `null`: it can. */
  readonly problem: string | null;
  /** Nothing new comes to it. */
  readonly isLeaving: boolean;
  /** How long it took now to say that its header is there, in milliseconds; `null`: no answer. */
  readonly latencyMs: number | null;
  /** Since the server began; `null` for a folder, and for what it has not opened yet. */
  readonly traffic: StoreTraffic | null;
  /** `open`: the server leaves it alone for a while; `half-open`: one request may try. `null` as traffic is. */
  readonly health: "closed" | "open" | "half-open" | null;
  readonly objects: number;
  readonly sizeBytes: number;
  readonly fragments: number;
  readonly owed: number;
  readonly condemned: number;
  /** An estimate; `null`: no price is known. */
  readonly monthlyCost: number | null;
  /** Whether requests and transfers are in the cost too, as they went since the server began. */
  readonly costsTraffic: boolean;
}

export interface StoreTraffic {
  readonly requests: number;
  /** Requests that ended with an error. */
  readonly errors: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

export const about: z.ZodType<About> = z.strictObject({
  vault: id,
  policy: z.strictObject({
    tolerate: z
      .int()
      .min(0)
      .max(MOST_STORES - 1),
    publicBelowNeeded: z.boolean(),
    regions: z.int().min(1).max(MOST_STORES),
    providerBelowNeeded: z.boolean(),
    tolerateProviders: z.int().min(0).max(1),
  }),
  stores: z
    .array(
      z.strictObject({
        id,
        kind: z.enum(["public", "private-on-premise", "private-hosted"]),
        provider: line,
        region: line,
        weight: z.int().min(1).max(100),
        name: line,
      }),
    )
    .min(1)
    .max(MOST_STORES),
  partBytes: z
    .int()
    .min(1)
    .max(64 * 1_048_576),
});

export const status: z.ZodType<Status> = z.strictObject({
  charts: count,
  records: count,
  versions: count,
  erased: count,
  unfinished: count,
  losses: z.strictObject({ incomplete: count, tooFew: count }).nullable(),
  currency: line.nullable(),
  stores: z
    .array(
      z.strictObject({
        store: id,
        problem: line.nullable(),
        isLeaving: z.boolean(),
        latencyMs: z.number().nonnegative().nullable(),
        traffic: z
          .strictObject({ requests: count, errors: count, readBytes: count, writtenBytes: count })
          .nullable(),
        health: z.enum(["closed", "open", "half-open"]).nullable(),
        objects: count,
        sizeBytes: count,
        fragments: count,
        owed: count,
        condemned: count,
        monthlyCost: z.number().nonnegative().nullable(),
        costsTraffic: z.boolean(),
      }),
    )
    .max(MOST_STORES),
});

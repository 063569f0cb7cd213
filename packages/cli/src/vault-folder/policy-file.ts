import { defaultPolicy, type Policy, type StoreSettings } from "@chirograph/vault";
import { Failure } from "../failure.ts";
import { fields, mapOf, optional, type Read, readJson, text, truth } from "../inputs/strict-json.ts";
import type { TextInput } from "../inputs/text-input.ts";
import { showName } from "../terminal/name.ts";
import { readKind, readRegions, readTolerate } from "./config.ts";
import { type Location, parseLocation } from "./location.ts";

/** What can be told of a store by its location; everything may be left out. */
interface StoreRemarks {
  readonly kind: StoreSettings["kind"] | undefined;
  readonly provider: string | undefined;
  readonly region: string | undefined;
}

interface PolicyDocument {
  readonly tolerate: number | undefined;
  readonly publicBelowNeeded: boolean | undefined;
  readonly regions: number | undefined;
  readonly stores: ReadonlyMap<string, StoreRemarks> | undefined;
}

const readPolicy: Read<PolicyDocument> = fields<PolicyDocument>({
  tolerate: optional(readTolerate),
  publicBelowNeeded: optional(truth),
  regions: optional(readRegions),
  stores: optional(
    mapOf(
      fields<StoreRemarks>({ kind: optional(readKind), provider: optional(text), region: optional(text) }),
    ),
  ),
});

export const policyHelp = `A policy is JSON; every key may be left out:
  { "tolerate": 2, "publicBelowNeeded": true, "regions": 2,
    "stores": { "file:clouds/1": { "kind": "public", "provider": "a cloud", "region": "eu" } } }
tolerate           how many stores may be lost (default: none of one or two, else a quarter, at least one)
publicBelowNeeded  all public stores together never hold enough fragments to open anything
regions            fragments of every version lie in at least so many regions
stores             what each is, under the location that --store gives it; kind is public, private-on-premise
                   (the default) or private-hosted`;

/** Policy and stores of a new vault. */
export interface VaultPlan {
  readonly policy: Policy;
  /** In the order of the locations. */
  readonly stores: readonly Omit<StoreSettings, "id">[];
}

/**
 * @param file what --policy names, if it was given
 * @throws Failure `badData`, naming the key
 */
export function planVault(locations: readonly Location[], file: TextInput | undefined): VaultPlan {
  const { stores, ...rules } =
    file === undefined ? readNothing() : readJson(file.path, file.text(), readPolicy);
  requireWithin(file, "tolerate", rules.tolerate, locations.length - 1);
  requireWithin(file, "regions", rules.regions, locations.length);
  const standard = defaultPolicy(locations.length);
  const remarks = byLocation(locations, file, stores);
  return {
    policy: {
      tolerate: rules.tolerate ?? standard.tolerate,
      publicBelowNeeded: rules.publicBelowNeeded ?? standard.publicBelowNeeded,
      regions: rules.regions ?? standard.regions,
    },
    stores: locations.map((location) => {
      const { kind = "private-on-premise", provider = "", region = "" } = remarks.get(location) ?? {};
      return { kind, provider, region };
    }),
  };
}

function readNothing(): PolicyDocument {
  return { tolerate: undefined, publicBelowNeeded: undefined, regions: undefined, stores: undefined };
}

function requireWithin(
  file: TextInput | undefined,
  rule: keyof Policy,
  value: number | undefined,
  most: number,
): void {
  if (value === undefined || value <= most) return;
  throw new Failure(
    "badData",
    `${showName(file!.path)}: ${rule} is ${value}, and with these stores at most ${most}.`,
  );
}

function byLocation(
  locations: readonly Location[],
  file: TextInput | undefined,
  stores: PolicyDocument["stores"] = new Map(),
): Map<Location, StoreRemarks> {
  const found = new Map<Location, StoreRemarks>();
  for (const [name, remarks] of stores) {
    const location = parseLocation(name);
    if (!locations.includes(location) || found.has(location)) {
      const problem = found.has(location) ? "is there twice" : "is none of the stores";
      throw new Failure("badData", `${showName(file!.path)}: stores.${showName(name)} ${problem}.`, {
        hint: "A policy names stores just as --store does.",
      });
    }
    found.set(location, remarks);
  }
  return found;
}

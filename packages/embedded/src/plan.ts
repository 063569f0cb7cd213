import {
  defaultPolicy,
  isPreset,
  type Policy,
  type PresetName,
  presets,
  type StoreSettings,
} from "@chirograph/vault";
import { readKind, readRules, readWeight } from "./config.ts";
import { EmbeddedError } from "./error.ts";
import { showName } from "./files/name.ts";
import { type Location, parseLocation } from "./places/location.ts";
import { fields, mapOf, oneOf, optional, type Read, readJson, text } from "./strict-json.ts";

/** What can be told of a store by its location; everything may be left out. */
type StoreRemarks = Optional<Omit<StoreSettings, "id">>;

type PolicyDocument = Optional<
  Policy & { readonly preset: PresetName; readonly stores: ReadonlyMap<string, StoreRemarks> }
>;

type Optional<Fields> = { readonly [Key in keyof Fields]: Fields[Key] | undefined };

const readPolicy: Read<PolicyDocument> = fields<PolicyDocument>({
  preset: optional(oneOf(...(Object.keys(presets) as PresetName[]))),
  tolerate: optional(readRules.tolerate),
  publicBelowNeeded: optional(readRules.publicBelowNeeded),
  regions: optional(readRules.regions),
  providerBelowNeeded: optional(readRules.providerBelowNeeded),
  tolerateProviders: optional(readRules.tolerateProviders),
  stores: optional(
    mapOf(
      fields<StoreRemarks>({
        kind: optional(readKind),
        provider: optional(text),
        region: optional(text),
        weight: optional(readWeight),
      }),
    ),
  ),
});

/** A policy as people write it, and where it was found. */
export interface PolicyFile {
  readonly path: string;
  readonly text: string;
}

/** Policy and stores of a new vault. */
export interface VaultPlan {
  readonly policy: Policy;
  /** In the order of the locations. */
  readonly stores: readonly Omit<StoreSettings, "id">[];
}

/** What asks for more than a vault has by default. */
export interface AskedPolicy {
  /** Beside the one that the file may name. */
  readonly preset?: string | undefined;
  readonly file?: PolicyFile | undefined;
}

/** @throws EmbeddedError `malformed`, naming the key; `invalid` for a preset that these stores do not fit */
export function planVault(locations: readonly Location[], { preset, file }: AskedPolicy): VaultPlan {
  const {
    stores: remarks,
    preset: named,
    ...rules
  } = file === undefined ? nothing : readJson(file.path, file.text, readPolicy);
  requireWithin(file, "tolerate", rules.tolerate, locations.length - 1);
  requireWithin(file, "regions", rules.regions, locations.length);
  const known = byLocation(locations, file, remarks);
  const stores = locations.map((location) => {
    const { kind = "private-on-premise", provider = "", region = "", weight = 1 } = known.get(location) ?? {};
    return { kind, provider, region, weight };
  });
  const asked = [preset, named].filter((name) => name !== undefined).map(requirePreset);
  for (const name of asked) requireFitting(name, stores);
  return { policy: policyOf(locations.length, asked, { file, rules }), stores };
}

const nothing: PolicyDocument = {
  preset: undefined,
  tolerate: undefined,
  publicBelowNeeded: undefined,
  regions: undefined,
  providerBelowNeeded: undefined,
  tolerateProviders: undefined,
  stores: undefined,
};

/** Presets and file add up; where they contradict each other nobody knows what was meant. */
function policyOf(
  storeCount: number,
  asked: readonly PresetName[],
  { file, rules }: { readonly file: PolicyFile | undefined; readonly rules: Optional<Policy> },
): Policy {
  const written = Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
  for (const name of asked) {
    for (const [rule, value] of Object.entries(presets[name].rules)) {
      if (!Object.hasOwn(written, rule) || written[rule] === value) continue;
      throw new EmbeddedError(
        "malformed",
        `${showName(file!.path)}: ${rule} is ${String(written[rule])}, and the preset ${name} makes it ${String(value)}.`,
        { hint: "Leave out the rule or the preset." },
      );
    }
  }
  const named = asked.map((name) => presets[name].rules);
  return Object.assign({}, defaultPolicy(storeCount), ...named, written) as Policy;
}

function requirePreset(name: string): PresetName {
  if (isPreset(name)) return name;
  throw new EmbeddedError("invalid", `${showName(name)} is no preset.`, {
    hint: `The presets are ${Object.keys(presets).join(", ")}.`,
  });
}

/** A promise about clouds means nothing while no store is said to be one. */
function requireFitting(name: PresetName, stores: VaultPlan["stores"]): void {
  const lacks = lackOf(name, stores);
  if (lacks === undefined) return;
  throw new EmbeddedError("invalid", `The preset ${name} ${lacks}.`, {
    hint: `Say what each store is, under "stores" in a policy file beside the preset.`,
  });
}

function lackOf(name: PresetName, stores: VaultPlan["stores"]): string | undefined {
  const publics = stores.filter(({ kind }) => kind === "public").length;
  if (name === "hybrid" && publics === 0) return "is about public stores, and none of these is one";
  if (name === "hybrid" && publics === stores.length)
    return "needs private stores beside the public ones, and all of these are public";
  const outside = stores.filter(({ kind }) => kind !== "private-on-premise");
  if (name === "multi-cloud" && outside.length === 0)
    return "is about providers, and all of these stores are on premise";
  if (name === "multi-cloud" && outside.some(({ provider }) => provider === ""))
    return "is about providers, and not every store outside the house names one";
  return undefined;
}

function requireWithin(
  file: PolicyFile | undefined,
  rule: keyof Policy,
  value: number | undefined,
  most: number,
): void {
  if (value === undefined || value <= most) return;
  throw new EmbeddedError(
    "malformed",
    `${showName(file!.path)}: ${rule} is ${value}, and with these stores at most ${most}.`,
  );
}

function byLocation(
  locations: readonly Location[],
  file: PolicyFile | undefined,
  stores: PolicyDocument["stores"] = new Map<string, StoreRemarks>(),
): Map<Location, StoreRemarks> {
  const found = new Map<Location, StoreRemarks>();
  for (const [name, remarks] of stores) {
    const location = parseLocation(name);
    if (!locations.includes(location) || found.has(location)) {
      const problem = found.has(location) ? "is there twice" : "is none of the stores";
      throw new EmbeddedError("malformed", `${showName(file!.path)}: stores.${showName(name)} ${problem}.`, {
        hint: "A policy names stores just as --store does.",
      });
    }
    found.set(location, remarks);
  }
  return found;
}

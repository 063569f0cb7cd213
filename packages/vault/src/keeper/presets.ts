import type { Policy } from "./settings.ts";

/** Rules that go by a name, and what they promise together. */
export interface Preset {
  readonly rules: Partial<Policy>;
  /** For people, after the name. */
  readonly says: string;
}

export type PresetName = "hybrid" | "multi-cloud";

/** A preset is a way to write its rules, and no more: settings hold the rules. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  hybrid: {
    rules: { publicBelowNeeded: true },
    says: "no coalition of public clouds can rebuild a record",
  },
  "multi-cloud": {
    rules: { providerBelowNeeded: true, tolerateProviders: 1 },
    says: "any one provider may be lost, and no provider alone can rebuild a record",
  },
};

export function isPreset(name: string): name is PresetName {
  return Object.hasOwn(presets, name);
}

/** The presets whose rules a policy has. */
export function presetsIn(policy: Policy): PresetName[] {
  return (Object.keys(presets) as PresetName[]).filter((name) =>
    Object.entries(presets[name].rules).every(([rule, value]) => policy[rule as keyof Policy] === value),
  );
}

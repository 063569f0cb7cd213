import type { Window } from "./stack-view.ts";

export type PresetName = "own" | "tissue" | "lung" | "bone" | "brain" | "custom";

/** In Hounsfield units, so for CT only. */
export const ctPresets: Readonly<Record<"tissue" | "lung" | "bone" | "brain", Window>> = {
  tissue: { level: 40, width: 400 },
  lung: { level: -600, width: 1500 },
  bone: { level: 500, width: 2000 },
  brain: { level: 40, width: 80 },
};

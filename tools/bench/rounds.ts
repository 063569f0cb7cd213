import { CommandFailed } from "./command.ts";
import type { Entry, Run } from "./results.ts";

/** Somebody who does the work that is compared. */
export interface Contestant extends Omit<Entry, "runs" | "absent"> {
  /** Before every run, not measured. */
  readonly prepare?: () => Promise<void>;
  readonly run: () => Promise<Run>;
  /** After the run that is not counted: was the work done? Throws if not. */
  readonly check?: () => Promise<void>;
  /** After every run, not measured: takes away what it wrote. */
  readonly clear: () => void;
}

/** One that is not here. */
export type Absent = Omit<Entry, "runs"> & { readonly absent: string };

export interface RoundsPlan {
  readonly rounds: number;
  readonly tell: (progress: string) => void;
}

/**
 * Everybody does the work once, uncounted, and then in turns `rounds` times, each round beginning with another one.
 * A peer that cannot do it is left out and says why; when we cannot, that is an error.
 */
export async function interleave(
  all: readonly (Contestant | Absent)[],
  { rounds, tell }: RoundsPlan,
): Promise<Entry[]> {
  const runs = new Map<Contestant, Run[]>();
  const failures = new Map<Contestant, string>();
  for (const contestant of all) {
    if ("absent" in contestant) continue;
    tell(`warming up: ${contestant.name}`);
    try {
      await once(contestant, true);
      runs.set(contestant, []);
    } catch (error) {
      if (!(error instanceof CommandFailed) || contestant.id.startsWith("chirograph")) throw error;
      failures.set(contestant, error.message);
    }
  }
  const active = [...runs.keys()];
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < active.length; turn++) {
      const contestant = active[(round + turn) % active.length]!;
      tell(`round ${round + 1} of ${rounds}: ${contestant.name}`);
      runs.get(contestant)!.push(await once(contestant, false));
    }
  }
  return all.map((contestant) => {
    const { id, name, syncs } = contestant;
    if ("absent" in contestant) return { id, name, syncs, runs: [], absent: contestant.absent };
    const failed = failures.get(contestant);
    return {
      id,
      name,
      syncs,
      runs: runs.get(contestant) ?? [],
      ...(failed !== undefined && { absent: failed }),
    };
  });
}

async function once(contestant: Contestant, isFirst: boolean): Promise<Run> {
  await contestant.prepare?.();
  try {
    const { seconds, cpuSeconds, peakBytes } = await contestant.run();
    if (isFirst) await contestant.check?.();
    return {
      seconds,
      ...(cpuSeconds !== undefined && { cpuSeconds }),
      ...(peakBytes !== undefined && { peakBytes }),
    };
  } finally {
    contestant.clear();
  }
}

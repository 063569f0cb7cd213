import type { Client } from "./client.ts";
import type { World } from "./world.ts";
import { Died, type Life } from "./life.ts";
import type { Random } from "./random.ts";
import { Violation } from "./violation.ts";

/** What one step works with. */
export interface StepContext {
  readonly world: World;
  /** The step's own: what it chooses does not depend on what other steps did. */
  readonly random: Random;
  /** How the step's process dies; undefined where it lives. */
  readonly death: PlannedDeath | undefined;
  /** Whether other steps run at the same time. */
  readonly isAlone: boolean;
  /** Counts something that happened, for the report. */
  readonly count: (what: string) => void;
}

/** Somebody dies at a call. */
export interface PlannedDeath {
  /** `catalogue`: the keeper, and the rows with it. */
  readonly who: "actor" | "keeper" | "catalogue" | "power";
  readonly afterCalls: number;
}

/** How a step ended, in a word or two, for the story of a history. */
export type Outcome = string;

export type Attempt<T> = { readonly value: T } | { readonly error: Error };

/**
 * Does something in a process, which may die over it. An error is given back; that a promise of the vault is broken is
 * thrown on.
 */
export async function attempt<T>(life: Life, task: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await Promise.race([task(), life.death]) };
  } catch (error) {
    if (error instanceof Violation || !(error instanceof Error)) throw error;
    return { error };
  }
}

/** Lights the fuse of whoever is to die over this step. @returns what puts it out */
export function lightFuse({ world, death, count }: StepContext, actor: Life, client?: Client): () => void {
  if (death === undefined) return () => undefined;
  const isKeeper = death.who === "keeper" || death.who === "catalogue";
  const victim = isKeeper ? world.keeperOf(client?.name ?? "ada").life : actor;
  victim.fuse = death.afterCalls;
  victim.onDeath(() => {
    if (victim.fuse === undefined) return;
    count(`death of ${death.who}`);
    if (death.who === "power") world.losePower();
    if (death.who === "catalogue") world.loseRows();
  });
  return () => (victim.fuse = undefined);
}

/** Watches whether something happens that explains a failure. */
export class Calm {
  readonly #world: World;
  readonly #life: Life;
  readonly #deaths: number;

  constructor(world: World, life: Life) {
    this.#world = world;
    this.#life = life;
    this.#deaths = world.keeperDeaths;
  }

  /** No process that it needs died meanwhile. */
  get isAlive(): boolean {
    return !this.#life.isOver && this.#world.keeperDeaths === this.#deaths;
  }

  /** Reading has to go on while at most T stores are struck. */
  requireReadable(what: string, error: Error): void {
    if (this.isAlive) throw new Violation("lost", `${what}: ${describe(error)}`, { cause: error });
  }

  /** Writing has to go on where no store is struck. */
  requireWritable(what: string, error: Error): void {
    if (!this.isAlive || this.#world.struck.size > 0) return;
    throw new Violation("refused", `${what}, and nothing was wrong: ${describe(error)}`, { cause: error });
  }
}

export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? ` ${String(error.code)}` : "";
  const cause = error.cause === undefined || error instanceof Died ? "" : ` (${describe(error.cause)})`;
  return `${error.name}${code}: ${error.message}${cause}`;
}

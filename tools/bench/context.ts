import type { Running } from "./command.ts";
import type { Native } from "./native.ts";
import type { Chirograph } from "./tools/chirograph.ts";
import type { Peers } from "./tools/installed.ts";
import type { Workplace } from "./workplace.ts";

/** What every part works with. */
export interface Context {
  readonly workplace: Workplace;
  readonly running: Running;
  readonly rounds: number;
  readonly chirograph: Chirograph;
  readonly native: Native;
  readonly peers: Peers;
  /** Shows what is being done. */
  readonly tell: (progress: string) => void;
}

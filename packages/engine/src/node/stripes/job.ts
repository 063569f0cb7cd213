import type { OpenRun, SealRun } from "../../stripes/runner.ts";

/** A run on its way to a worker: the bytes are in the memory that both see. */
export type Job =
  | { readonly kind: "seal"; readonly work: SealRun; readonly base: number }
  | { readonly kind: "open"; readonly work: OpenRun; readonly base: number };

export interface Answer {
  /** What the work says of what it checked. */
  readonly isGood: boolean;
}

/** What a worker is given when it begins. */
export interface WorkerSetting {
  readonly memory: WebAssembly.Memory;
  readonly kernelAt: number;
}

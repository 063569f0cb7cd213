import type { Machine } from "./machine.ts";

/** One run of one contestant. CPU and memory are known where the C compiler made the program that measures them. */
export interface Run {
  readonly seconds: number;
  /** User and system, of the process and its children. */
  readonly cpuSeconds?: number;
  /** Of the largest single process. */
  readonly peakBytes?: number;
}

/** Which contestant; claims are found by it. */
export type EntryId =
  | "chirograph"
  | "chirograph-two-lost"
  | "chirograph-library"
  | "age"
  | "age-split"
  | "rclone"
  | "restic"
  | "borg"
  | "yardstick"
  | "yardstick-synced";

export interface Entry {
  readonly id: EntryId;
  readonly name: string;
  /** Whether what it wrote is on the disk, as far as the file system promises, when it ends. */
  readonly syncs: boolean;
  readonly runs: readonly Run[];
  /** Why there are no runs. */
  readonly absent?: string;
}

/** The same work done by several contestants, in turns. */
export interface Comparison {
  readonly part: "seal" | "open" | "notes" | "small";
  readonly files: number;
  readonly fileBytes: number;
  readonly entries: readonly Entry[];
}

export interface RangeFigures {
  readonly recordBytes: number;
  readonly askedBytes: number;
  readonly stripeBytes: number;
  /** Of each read. */
  readonly milliseconds: readonly number[];
  /** Bytes that the stores gave, of each read. */
  readonly readBytes: readonly number[];
}

export interface MicroFigure {
  readonly id: string;
  readonly name: string;
  /** One of every round. */
  readonly values: readonly number[];
  readonly unit: "GB/s" | "ms";
}

export interface Results {
  readonly machine: Machine;
  readonly rounds: number;
  readonly comparisons: readonly Comparison[];
  readonly range: RangeFigures | undefined;
  readonly micro: readonly MicroFigure[];
}

import type { StripeCode, StripedMessage } from "../engine.ts";
import type { Run } from "./layout.ts";

/** Memory that one run is worked on in. */
export interface Slot {
  readonly bytes: Uint8Array;
}

/** A run to be sealed, coded and hashed: the plaintext of its chunks is in the slot, and blocks and leaves will be. */
export interface SealRun {
  readonly message: StripedMessage;
  /** Rows that make the other blocks of a stripe out of its k. */
  readonly parity: readonly Uint8Array[];
  readonly run: Run;
}

/** A run to be checked, rebuilt and opened: its blocks and the leaves that they must have are in the slot. */
export interface OpenRun {
  readonly message: StripedMessage;
  readonly code: StripeCode;
  readonly run: Run;
}

/** Does the work of runs, on this thread or on others. */
export interface StripeRunner {
  /** So many runs are worked on while another one is given out. */
  readonly atOnce: number;
  /** Whether there is room for one more slot that a message can do without. */
  hasRoom(sizeBytes: number): boolean;
  /** Memory with whatever was in it before. */
  take(sizeBytes: number): Slot;
  /** Overwrites it and lets others have it. */
  give(slot: Slot): void;
  seal(work: SealRun, slot: Slot): Promise<void>;
  /** False when a leaf or a tag is wrong: what is in the slot is then nothing. */
  open(work: OpenRun, slot: Slot): Promise<boolean>;
}

/** The area of each data fragment, by its index. */
export function dataAreas({ present, absent }: StripeCode, needed: number): number[] {
  return Array.from({ length: needed }, (_, index) => {
    const position = present.indexOf(index);
    return position >= 0 ? position : present.length + absent.indexOf(index);
  });
}

import type { Lot, SealedLot } from "@chirograph/core";

/** Seals small versions beside whoever puts them together and commits them: on other threads, say. */
export interface Sealing {
  /** So many lots are to be on their way, so that nobody waits for the next. */
  readonly atOnce: number;
  /** Whether a lot that is given now is sealed soon. Whoever is not there yet is called, and comes later. */
  isAtHand(): boolean;
  /**
   * Seals a lot, unsigned. The memory of its contents is given away; its other secrets stay the caller's.
   * @throws Error when whoever had it is gone, and nothing of it is sealed
   */
  seal(lot: Lot): Promise<SealedLot>;
}

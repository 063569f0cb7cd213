import type { Lot, SealedLot } from "@chirograph/core/lot";

/** What a thread is asked: to seal a lot, or, with nothing, whether it is there. */
export type Request = Lot | undefined;

export type Answer = SealedLot;

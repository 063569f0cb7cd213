import type { Lot } from "@chirograph/core/lot";

/** What a thread is asked: to seal a lot, or, with nothing, whether it is there. */
export type Request = Lot | undefined;

/** A version that a thread has sealed: bytes alone, which go from thread to thread without being copied. */
export interface SealedBytes {
  readonly envelope: Uint8Array<ArrayBuffer>;
  readonly fragments: Uint8Array<ArrayBuffer>;
}

/** By version of the lot; see `SealedLot`. */
export type Answer = readonly (SealedBytes | undefined)[];

import type { TransferView } from "../worker/contract.ts";

/**
 * How much of a transfer is done, from 0 to 1. Sealing is one half of the way and sending the other: how long the second
 * is, only the end of the first tells. A last bit is left for the signature: only what is stored is whole.
 */
export function shareDone({ state, sizeBytes, sealedBytes, sendBytes, sentBytes }: TransferView): number {
  if (state === "done") return 1;
  return 0.99 * ((part(sealedBytes, sizeBytes) + part(sentBytes, sendBytes)) / 2);
}

function part(gone: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(1, gone / whole);
}

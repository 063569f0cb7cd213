import { power } from "./integers.ts";

/** How a platform raises many bases to one secret exponent: its fastest exact way. */
export type PowersOf = (exponent: bigint, modulus: bigint) => (base: bigint) => bigint;

/** On the language's own integers, where the platform offers nothing better. */
export const powersInBigInt: PowersOf = (exponent, modulus) => (base) => power(base, exponent, modulus);

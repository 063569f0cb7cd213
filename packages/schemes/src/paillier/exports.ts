/** What both platforms have in common. */
export { SchemeError, type SchemeErrorCode } from "../error.ts";
export { type Combination, differenceOf, meanOf, multipleOf, shiftOf, sumOf } from "./combining.ts";
export { createPrivateKey } from "./create-key.ts";
export {
  encodePrivateKey,
  encodePublicKey,
  KEY_BITS,
  type KeyBits,
  parsePrivateKey,
  parsePublicKey,
  type PrivateKey,
  type PublicKey,
  requireKeyBits,
} from "./key.ts";
export {
  ciphertextsFor,
  encodeMatrix,
  type EncryptedMatrix,
  type MatrixHeader,
  matrixSize,
  parseMatrix,
  type Shape,
  valuesIn,
} from "./matrix.ts";
export { type OnProgress, Paillier } from "./paillier.ts";
export { boundsOf, type EncryptionPlan, GUARD_BITS, plannedHeader } from "./plan.ts";
export type { Bounds, Packing } from "./arithmetic/packing.ts";

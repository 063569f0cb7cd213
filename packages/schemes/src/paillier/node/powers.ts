import { createDiffieHellman } from "node:crypto";
import { bitLength, fromBytes, toBytes } from "../arithmetic/integers.ts";
import type { PowersOf } from "../arithmetic/powers.ts";

/**
 * OpenSSL's power, in time that does not depend on the exponent, through the only door that Node leaves open to it: a
 * Diffie-Hellman "secret" is the peer's number to the power of ours. One object serves every base.
 */
export const powersInOpenSsl: PowersOf = (exponent, modulus) => {
  const lengthBytes = Math.ceil(bitLength(modulus) / 8);
  const generator = 2;
  const group = createDiffieHellman(Buffer.from(toBytes(modulus, lengthBytes)), generator);
  group.setPrivateKey(Buffer.from(toBytes(exponent, Math.ceil(bitLength(exponent) / 8))));
  return (base) => fromBytes(group.computeSecret(toBytes(base, lengthBytes)));
};

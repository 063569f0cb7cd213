import { divide, multiply } from "@chirograph/engine/field";
import type { Engine } from "@chirograph/engine/interface";
import { SHARE_BYTES } from "./geometry.ts";

export const SECRET_BYTES: number = SHARE_BYTES - 1;

/**
 * Shamir's scheme over GF(2⁸), byte by byte: n shares `x ‖ y`, x = 1 … n; any k give the secret back, fewer
 * say nothing about it.
 */
export function shareSecret(
  engine: Engine,
  secret: Uint8Array,
  code: { total: number; needed: number },
): Uint8Array<ArrayBuffer>[] {
  /** Coefficients, all of one degree behind each other. */
  const random = engine.randomBytes((code.needed - 1) * SECRET_BYTES);
  const shares = Array.from({ length: code.total }, (_, index) => {
    const x = index + 1;
    const share = new Uint8Array(SHARE_BYTES);
    share[0] = x;
    for (let byte = 0; byte < SECRET_BYTES; byte++) {
      // Horner's rule, from the highest coefficient down to the secret itself.
      let value = 0;
      for (let at = random.length - SECRET_BYTES + byte; at >= 0; at -= SECRET_BYTES) {
        value = multiply(value, x) ^ random[at]!;
      }
      share[1 + byte] = multiply(value, x) ^ secret[byte]!;
    }
    return share;
  });
  random.fill(0);
  return shares;
}

/** The shared secret: the polynomial's value at x = 0. */
export function joinShares(shares: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return interpolate(shares, 0).slice(1);
}

/** The share at `x` that belongs with k others. */
export function rebuildShare(shares: readonly Uint8Array[], x: number): Uint8Array<ArrayBuffer> {
  return interpolate(shares, x);
}

/** `x ‖ value at x` of the polynomial through `shares`, by Lagrange. Their x must be different and not zero. */
function interpolate(shares: readonly Uint8Array[], x: number): Uint8Array<ArrayBuffer> {
  const places = shares.map((share) => share[0]!);
  if (places.includes(0) || new Set(places).size !== places.length) {
    throw new RangeError("shares must have different places, none of them zero");
  }
  const result = new Uint8Array(SHARE_BYTES);
  result[0] = x;
  shares.forEach((share, index) => {
    const weight = places.reduce(
      (product, place, other) =>
        other === index ? product : multiply(product, divide(x ^ place, places[index]! ^ place)),
      1,
    );
    for (let byte = 1; byte < SHARE_BYTES; byte++)
      result[byte] = result[byte]! ^ multiply(weight, share[byte]!);
  });
  return result;
}

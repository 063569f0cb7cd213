/** A whole number from 0 to `below` − 1: looks random, and is the same for the same seed. */
export type Random = (below: number) => number;

/**
 * SplitMix (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014), the 32-bit form
 * with the finaliser of MurmurHash3, begun at a seed and a text (FNV-1a). For simulations, never for secrets.
 */
export function randomFrom(seed: number, what: string): Random {
  let state = (seed ^ hashOf(what)) | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x85ebca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  return (below) => Math.floor((next() / 2 ** 32) * below);
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash;
}

import type { Engine } from "@chirograph/engine/interface";

/** RFC 9162, section 2.1.1. */
export const LEAF_PREFIX: Uint8Array<ArrayBuffer> = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** RFC 9162, section 2.1.1: SHA-256(0x00 ‖ block), for many blocks at once. */
export function leafHashes(
  engine: Engine,
  blocks: readonly Uint8Array[],
): Promise<Uint8Array<ArrayBuffer>[]> {
  return engine.sha256Each({ prefix: LEAF_PREFIX, blocks });
}

/** The Merkle tree hash over at least one leaf. */
export async function treeHash(engine: Engine, leaves: readonly Uint8Array[]): Promise<Uint8Array> {
  // Pairing from the left, the odd one moving up unhashed, is the RFC's recursion turned bottom up.
  let level = leaves;
  while (level.length > 1) {
    const pairs: Promise<Uint8Array>[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const [left, right] = [level[index]!, level[index + 1]];
      pairs.push(right === undefined ? Promise.resolve(left) : engine.sha256([NODE, left, right]));
    }
    level = await Promise.all(pairs);
  }
  return level[0]!;
}

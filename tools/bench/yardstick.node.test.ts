import { execFileSync } from "node:child_process";
import { createDecipheriv, createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inverse, multiplicationRow } from "@chirograph/engine/field";
import { afterAll, describe, expect, test } from "vitest";
import { CHUNK_BYTES, NEEDED, TOTAL } from "./geometry.ts";
import { compileNative } from "./native.ts";
import { Noise } from "./noise.ts";
import { Workplace } from "./workplace.ts";

const workplace = new Workplace(tmpdir());
const { yardstick } = compileNative(workplace);
afterAll(() => workplace.close());

const BLOCK_BYTES = 65_536;

describe.skipIf(yardstick === undefined)("the yardstick (needs cc, libssl-dev and libisal-dev)", () => {
  // More than one run of stripes, with an end inside a chunk and a block; less than a stripe; one chunk; one byte.
  test.each([7_000_003, 100_000, CHUNK_BYTES, 1])("seals %i bytes with tags, parity and hashes", (bytes) => {
    const plain = new Noise(9).next(bytes);
    const [input, output] = [workplace.at(`input-${bytes}`), workplace.at(`output-${bytes}`)];
    writeFileSync(input, plain);
    execFileSync(yardstick!, [input, output, String(BLOCK_BYTES), "sync"]);
    const sealedBytes = bytes + 16 * Math.ceil(bytes / CHUNK_BYTES);
    const { blocks, hashes } = readFragments(output, sealedBytes);
    const stripes = blocks[0]!.map((_, stripe) => blocks.map((fragment) => fragment[stripe]!));

    expect(hashes).toEqual(blocks.map((fragment) => fragment.map(leafOf)));
    for (const stripe of stripes) {
      const isParity = parityOf(stripe).map((block, index) => block.equals(stripe[NEEDED + index]!));
      expect(isParity).toEqual([true, true]);
    }
    const dealt = Buffer.concat(stripes.flatMap((stripe) => stripe.slice(0, NEEDED)));
    const opened = openSealed(dealt.subarray(0, sealedBytes), readFileSync(join(output, "key")));
    expect(opened.equals(plain)).toBe(true);
    expect(dealt.subarray(sealedBytes).every((byte) => byte === 0)).toBe(true);
  });
});

/** The blocks of every fragment, and their hashes. */
function readFragments(output: string, sealedBytes: number): { blocks: Buffer[][]; hashes: Buffer[][] } {
  const stripes = Math.ceil(sealedBytes / (NEEDED * BLOCK_BYTES));
  const last = Math.ceil((sealedBytes - (stripes - 1) * NEEDED * BLOCK_BYTES) / NEEDED);
  const blocksBytes = (stripes - 1) * BLOCK_BYTES + last;
  const numbers = Array.from({ length: stripes }, (_, stripe) => stripe);
  const fragments = Array.from({ length: TOTAL }, (_, index) => readFileSync(join(output, String(index))));
  for (const fragment of fragments) expect(fragment).toHaveLength(blocksBytes + 32 * stripes);
  return {
    blocks: fragments.map((fragment) =>
      numbers.map((stripe) =>
        fragment.subarray(stripe * BLOCK_BYTES, Math.min((stripe + 1) * BLOCK_BYTES, blocksBytes)),
      ),
    ),
    hashes: fragments.map((fragment) =>
      numbers.map((stripe) => fragment.subarray(blocksBytes + 32 * stripe, blocksBytes + 32 * (stripe + 1))),
    ),
  };
}

function leafOf(block: Buffer): Buffer {
  return createHash("sha256").update(Uint8Array.of(0)).update(block).digest();
}

/** ISA-L's Cauchy code: the coefficient in row i and column j is the inverse of i + j. */
function parityOf(stripe: readonly Buffer[]): Buffer[] {
  return [NEEDED, NEEDED + 1].map((row) => {
    const parity = Buffer.alloc(stripe[0]!.length);
    for (let column = 0; column < NEEDED; column++) {
      const products = multiplicationRow(inverse(row ^ column));
      const block = stripe[column]!;
      for (let at = 0; at < parity.length; at++) parity[at]! ^= products[block[at]!]!;
    }
    return parity;
  });
}

function openSealed(sealedBytes: Buffer, keyFile: Buffer): Buffer {
  const [key, base] = [keyFile.subarray(0, 16), keyFile.subarray(16)];
  const pieces: Buffer[] = [];
  for (let index = 0, at = 0; at < sealedBytes.length; index++, at += CHUNK_BYTES + 16) {
    const chunk = sealedBytes.subarray(at, at + CHUNK_BYTES + 16);
    const nonce = Buffer.from(base);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ index) >>> 0, 8);
    const decipher = createDecipheriv("aes-128-gcm", key, nonce);
    decipher.setAuthTag(chunk.subarray(-16));
    pieces.push(decipher.update(chunk.subarray(0, -16)), decipher.final());
  }
  return Buffer.concat(pieces);
}

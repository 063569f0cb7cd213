import { setImmediate } from "node:timers/promises";
import { createEngine } from "@chirograph/engine";
import { codeMatrix, dataBlocks } from "../../decoder/field.ts";
import { createKernel, KERNEL_BYTES } from "../../../packages/engine/src/kernel/kernel.ts";
import type { Context } from "../context.ts";
import { CHUNK_BYTES } from "../geometry.ts";
import { Noise } from "../noise.ts";
import type { MicroFigure } from "../results.ts";
import { KIB, MIB, showSize } from "../sizes.ts";

const engine = createEngine();

/** So long each is repeated in a round. */
const ROUND_MS = 200;
const CODES = [
  { total: 8, needed: 6 },
  { total: 16, needed: 12 },
  { total: 32, needed: 24 },
] as const;
const BLOCKS = [64 * KIB, MIB];
/** Chunks and blocks that are handed over at once: a stripe and somewhat more. */
const CHUNKS_AT_ONCE = 64;
const BLOCKS_AT_ONCE = 8;
const LOST = 2;

interface Measure {
  readonly id: string;
  readonly name: string;
  /** What one call works on; absent for what is told in milliseconds. */
  readonly bytes?: number;
  readonly work: () => Promise<unknown>;
}

/** The engine's primitives by themselves, on this thread. */
export async function measureMicro({ rounds, running, tell }: Context): Promise<MicroFigure[]> {
  const measures = [...(await erasure()), ...(await bulk()), ...(await keys())];
  const figures = measures.map(({ id, name, bytes }) => ({
    id,
    name,
    values: [] as number[],
    unit: bytes === undefined ? ("ms" as const) : ("GB/s" as const),
  }));
  for (let round = 0; round <= rounds; round++) {
    tell(round === 0 ? "micro: warming up" : `micro: round ${round} of ${rounds}`);
    for (const [index, { work, bytes }] of measures.entries()) {
      // Much of this never leaves the thread: an interruption is heard here.
      await setImmediate();
      running.signal.throwIfAborted();
      const eachMs = await repeat(work);
      if (round > 0) figures[index]!.values.push(bytes === undefined ? eachMs : bytes / eachMs / 1e6);
    }
  }
  return figures;
}

async function repeat(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  let [took, count] = [0, 0];
  do {
    await work();
    count++;
    took = performance.now() - started;
  } while (took < ROUND_MS);
  return took / count;
}

/** Bytes are those of the k blocks that go in. */
async function erasure(): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const { total, needed } of CODES) {
    const code = codeMatrix(total, needed);
    const parity = code.slice(needed);
    for (const blockBytes of BLOCKS) {
      const data = blocksOf(needed, blockBytes);
      const shape = `${needed}+${total - needed}, blocks of ${showSize(blockBytes)}`;
      const bytes = needed * blockBytes;
      const made = await engine.combine({ matrix: parity, inputs: data });
      const rebuild = {
        matrix: rebuildRows(code, needed),
        inputs: [...data.slice(LOST), ...made.slice(0, LOST)],
      };
      await requireRebuilt(rebuild, data);
      const placed = placeBlocks(data, made);
      measures.push(
        {
          id: `encode-${needed}-${total}-${blockBytes}`,
          name: `kernel, encode ${shape}`,
          bytes,
          work: placed(parity),
        },
        {
          id: `rebuild-${needed}-${total}-${blockBytes}`,
          name: `kernel, rebuild ${LOST} lost of ${shape}`,
          bytes,
          work: placed(rebuild.matrix),
        },
        {
          id: `combine-${needed}-${total}-${blockBytes}`,
          name: `the same into it and out again, encode ${shape}`,
          bytes,
          work: () => engine.combine({ matrix: parity, inputs: data }),
        },
      );
    }
  }
  return measures;
}

/** The kernel over blocks that lie in its memory, where sealing has them. */
function placeBlocks(
  data: readonly Uint8Array[],
  made: readonly Uint8Array[],
): (matrix: readonly Uint8Array[]) => () => Promise<void> {
  const blockBytes = data[0]!.length;
  const sizeBytes = KERNEL_BYTES + (data.length + made.length) * blockBytes;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(sizeBytes / (64 * KIB)) });
  const addressOf = (block: number): number => KERNEL_BYTES + block * blockBytes;
  const inputs = data.map((_, index) => addressOf(index));
  data.forEach((block, index) => new Uint8Array(memory.buffer).set(block, inputs[index]));
  const kernel = createKernel(memory, 0);
  return (matrix) => {
    const outputs = matrix.map((_, index) => addressOf(data.length + index));
    return async () => {
      kernel.setMatrix(matrix);
      kernel.combine(inputs, outputs, blockBytes);
    };
  };
}

/** What makes the first two data blocks out of the other data blocks and two of parity. */
function rebuildRows(code: readonly Uint8Array[], needed: number): Uint8Array[] {
  const survivors = Array.from({ length: needed }, (_, index) => ({
    i: index + LOST,
    block: Uint8Array.from({ length: needed }, (_none, column) => (column === index ? 1 : 0)),
  }));
  return dataBlocks(code, survivors).slice(0, LOST);
}

async function requireRebuilt(
  request: Parameters<typeof engine.combine>[0],
  data: readonly Uint8Array[],
): Promise<void> {
  const rebuilt = await engine.combine(request);
  const isRight = rebuilt.every((block, index) => Buffer.from(block).equals(data[index]!));
  if (!isRight || rebuilt.length !== LOST) throw new Error("the kernel rebuilt something else");
}

async function bulk(): Promise<Measure[]> {
  const plain = new Uint8Array(new Noise(5).next(CHUNKS_AT_ONCE * CHUNK_BYTES));
  const keyed = {
    key: engine.randomBytes(16),
    baseNonce: engine.randomBytes(12),
    firstIndex: 0,
    chunkBytes: CHUNK_BYTES,
  };
  const sealed = await engine.sealChunks({ ...keyed, data: plain });
  const blocks = blocksOf(BLOCKS_AT_ONCE, 64 * KIB);
  const prefix = Uint8Array.of(0);
  return [
    {
      id: "seal-chunks",
      name: "AES-128-GCM, seal chunks of 16 KiB",
      bytes: plain.length,
      work: () => engine.sealChunks({ ...keyed, data: plain }),
    },
    {
      id: "open-chunks",
      name: "AES-128-GCM, open chunks of 16 KiB",
      bytes: plain.length,
      work: () => engine.openChunks({ ...keyed, data: sealed }),
    },
    {
      id: "sha256",
      name: "SHA-256 of blocks of 64 KiB",
      bytes: BLOCKS_AT_ONCE * 64 * KIB,
      work: () => engine.sha256Each({ prefix, blocks }),
    },
  ];
}

async function keys(): Promise<Measure[]> {
  const seed = engine.randomBytes(32);
  const [publicKey, info, plaintext] = [
    await engine.hpkePublicKey(seed),
    Uint8Array.of(1),
    engine.randomBytes(32),
  ];
  const wrapped = (await engine.hpkeSeal({ publicKey, info, plaintext }))!;
  const message = engine.randomBytes(256);
  const other = createEngine();
  const signing = await engine.ed25519PublicKey(seed);
  const signature = await engine.ed25519Sign({ seed, message });
  const argon2 = { password: engine.randomBytes(16), salt: engine.randomBytes(16), lengthBytes: 32 };
  return [
    {
      id: "argon2id",
      name: "Argon2id, 64 MiB, 3 passes, 1 lane",
      work: () => engine.argon2id({ ...argon2, memoryKiB: 64 * KIB, passes: 3, lanes: 1 }),
    },
    {
      id: "wrap",
      name: "HPKE with X-Wing, wrap",
      work: () => engine.hpkeSeal({ publicKey, info, plaintext }),
    },
    {
      id: "unwrap",
      name: "HPKE with X-Wing, unwrap",
      work: () => engine.hpkeOpen({ ...wrapped, seed, info }),
    },
    { id: "sign", name: "Ed25519, sign", work: () => engine.ed25519Sign({ seed, message }) },
    {
      id: "verify",
      name: "Ed25519, verify",
      // Another engine's: one knows its own signatures again.
      work: () => other.ed25519Verify({ publicKey: signing, message, signature }),
    },
  ];
}

function blocksOf(count: number, blockBytes: number): Uint8Array[] {
  const noise = new Noise(4);
  return Array.from({ length: count }, () => new Uint8Array(noise.next(blockBytes)));
}

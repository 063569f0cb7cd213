import { combine as combinePlainly } from "../combine.ts";
import { plain, relaxed, sharedPlain, sharedRelaxed } from "./binaries.ts";
import { TABLE_BYTES, tablesOf } from "./tables.ts";

/** A kernel takes blocks in steps of so many bytes. */
export const KERNEL_STEP = 32;

/** For the kernel's own use: tables of a matrix of 64 × 64, and the addresses of its blocks. */
export const MOST_BLOCKS = 64;
const TABLES_BYTES = MOST_BLOCKS * MOST_BLOCKS * TABLE_BYTES;
const ADDRESS_BYTES = 4;
export const KERNEL_BYTES: number = TABLES_BYTES + 2 * MOST_BLOCKS * ADDRESS_BYTES;

/** The erasure kernel over one memory: everything is named by its address there. */
export interface Kernel {
  /** Sets the matrix that is multiplied with: at most 64 × 64, or a `RangeError`. */
  setMatrix(matrix: readonly Uint8Array[]): void;
  /**
   * One block a row of the matrix out of one block a column.
   * @param lengthBytes of each block, a multiple of `KERNEL_STEP`
   */
  combine(inputs: readonly number[], outputs: readonly number[], lengthBytes: number): void;
}

type Combine = (
  rows: number,
  columns: number,
  tables: number,
  inputs: number,
  outputs: number,
  lengthBytes: number,
) => void;

/**
 * The kernel over `memory`, of which it takes `KERNEL_BYTES` from `base` on, a multiple of 16. Two kernels may share a
 * memory, not a base. Where the platform has no SIMD, plain JavaScript does the same.
 */
export function createKernel(memory: WebAssembly.Memory, base: number): Kernel {
  const isShared = !(memory.buffer instanceof ArrayBuffer);
  const binary = chooseBinary(isShared ? [sharedRelaxed, sharedPlain] : [relaxed, plain]);
  return binary === undefined ? plainKernel(memory) : simdKernel(memory, base, binary);
}

function simdKernel(memory: WebAssembly.Memory, base: number, binary: Uint8Array<ArrayBuffer>): Kernel {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
  const combine = instance.exports["combine"] as Combine;
  const inputsAt = base + TABLES_BYTES;
  const outputsAt = inputsAt + MOST_BLOCKS * ADDRESS_BYTES;
  let current: readonly Uint8Array[] = [];
  return {
    setMatrix(matrix) {
      if (isSame(matrix, current)) return;
      requireSize(matrix);
      new Uint8Array(memory.buffer, base, TABLES_BYTES).set(tablesOf(matrix));
      current = matrix.map((row) => new Uint8Array(row));
    },
    combine(inputs, outputs, lengthBytes) {
      // The memory may have grown since, and then its buffer is another one.
      new Uint32Array(memory.buffer, inputsAt, MOST_BLOCKS).set(inputs);
      new Uint32Array(memory.buffer, outputsAt, MOST_BLOCKS).set(outputs);
      combine(outputs.length, inputs.length, base, inputsAt, outputsAt, lengthBytes);
    },
  };
}

/** The same without SIMD: exported for its test. */
export function plainKernel(memory: WebAssembly.Memory): Kernel {
  let current: readonly Uint8Array[] = [];
  return {
    setMatrix(matrix) {
      requireSize(matrix);
      current = matrix;
    },
    combine(inputs, outputs, lengthBytes) {
      const blockAt = (address: number): Uint8Array => new Uint8Array(memory.buffer, address, lengthBytes);
      const combined = combinePlainly({ matrix: current, inputs: inputs.map(blockAt) });
      combined.forEach((block, row) => blockAt(outputs[row]!).set(block));
    },
  };
}

function requireSize(matrix: readonly Uint8Array[]): void {
  if (matrix.length > MOST_BLOCKS || matrix.some((row) => row.length > MOST_BLOCKS)) {
    throw new RangeError(`combine: a matrix beyond ${MOST_BLOCKS} × ${MOST_BLOCKS}`);
  }
}

function isSame(left: readonly Uint8Array[], right: readonly Uint8Array[]): boolean {
  return (
    left.length === right.length &&
    left.every((row, index) => {
      const other = right[index]!;
      return row.length === other.length && row.every((coefficient, at) => coefficient === other[at]);
    })
  );
}

/** The first that this platform takes. */
function chooseBinary(candidates: readonly string[]): Uint8Array<ArrayBuffer> | undefined {
  return candidates
    .map((text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)))
    .find((binary) => WebAssembly.validate(binary));
}

import { combine as combinePlainly, requireCombineShape } from "../combine.ts";
import type { CombineRequest } from "../engine.ts";
import { createKernel, type Kernel, KERNEL_BYTES, KERNEL_STEP, MOST_BLOCKS } from "./kernel.ts";

/** Blocks go through the kernel in parts that stay in the processor's cache. */
const PART_BYTES = 8192;
const PAGE_BYTES = 65_536;

/** See `Engine.combine`: the kernel over memory of its own, which blocks are copied into and out of. */
export function createCombine(): (request: CombineRequest) => Uint8Array<ArrayBuffer>[] {
  const pages = Math.ceil((KERNEL_BYTES + 2 * MOST_BLOCKS * PART_BYTES) / PAGE_BYTES);
  let own: { readonly kernel: Kernel; readonly bytes: Uint8Array } | undefined;
  function begin(): NonNullable<typeof own> {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    return { kernel: createKernel(memory, 0), bytes: new Uint8Array(memory.buffer) };
  }

  return (request) => {
    const { matrix, inputs } = request;
    if (matrix.length > MOST_BLOCKS || inputs.length > MOST_BLOCKS) return combinePlainly(request);
    const lengthBytes = requireCombineShape(request);
    const { kernel, bytes } = (own ??= begin());
    kernel.setMatrix(matrix);
    const inputsAt = inputs.map((_, index) => KERNEL_BYTES + index * PART_BYTES);
    const outputsAt = matrix.map((_, index) => KERNEL_BYTES + (MOST_BLOCKS + index) * PART_BYTES);
    const outputs = matrix.map(() => new Uint8Array(lengthBytes));
    for (let first = 0; first < lengthBytes; first += PART_BYTES) {
      const partBytes = Math.min(PART_BYTES, lengthBytes - first);
      inputs.forEach((input, index) => bytes.set(input.subarray(first, first + partBytes), inputsAt[index]));
      // What stands behind a short part is combined too, and left where it is.
      kernel.combine(inputsAt, outputsAt, Math.ceil(partBytes / KERNEL_STEP) * KERNEL_STEP);
      outputs.forEach((output, index) => {
        const at = outputsAt[index]!;
        output.set(bytes.subarray(at, at + partBytes), first);
      });
    }
    return outputs;
  };
}

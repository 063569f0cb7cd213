import { createKernel, type Kernel, KERNEL_BYTES } from "../../kernel/kernel.ts";

const PAGE_BYTES = 65_536;
/** All that 32 bits can name: it is reserved, not taken. */
const MOST_PAGES = 65_536;

/** Memory of all threads of one engine, in which runs are worked on where they lie. It grows and never shrinks. */
export class SharedMemory {
  readonly memory: WebAssembly.Memory = new WebAssembly.Memory({
    initial: 1,
    maximum: MOST_PAGES,
    shared: true,
  });
  #end = 0;
  #takenBytes = 0;
  readonly #free = new Map<number, number[]>();

  get takenBytes(): number {
    return this.#takenBytes;
  }

  /** @returns the address of so many bytes, with whatever was in them before */
  take(sizeBytes: number): number {
    this.#takenBytes += sizeBytes;
    const address = this.#free.get(pagesOf(sizeBytes))?.pop();
    return address ?? this.#grow(pagesOf(sizeBytes));
  }

  /** Overwrites what was taken, and lets others have it. */
  give(address: number, sizeBytes: number): void {
    this.#takenBytes -= sizeBytes;
    new Uint8Array(this.memory.buffer, address, sizeBytes).fill(0);
    const free = this.#free.get(pagesOf(sizeBytes)) ?? [];
    free.push(address);
    this.#free.set(pagesOf(sizeBytes), free);
  }

  #grow(pages: number): number {
    const address = this.#end;
    const lacking = address / PAGE_BYTES + pages - this.memory.buffer.byteLength / PAGE_BYTES;
    if (lacking > 0) this.memory.grow(lacking);
    this.#end += pages * PAGE_BYTES;
    return address;
  }
}

/** The kernel over a part of that memory that is its own. */
export interface PlacedKernel {
  readonly memory: WebAssembly.Memory;
  readonly kernel: Kernel;
}

export function placeKernel(memory: WebAssembly.Memory, address: number): PlacedKernel {
  return { memory, kernel: createKernel(memory, address) };
}

export const KERNEL_PLACE_BYTES: number = KERNEL_BYTES;

/** Rounded up to four sizes an octave, so that there are few of them and what was given back serves again. */
function pagesOf(sizeBytes: number): number {
  const pages = Math.ceil(sizeBytes / PAGE_BYTES);
  const step = 2 ** Math.max(0, Math.floor(Math.log2(pages)) - 2);
  return Math.ceil(pages / step) * step;
}

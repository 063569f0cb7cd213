import { createCipheriv } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { MIB } from "./sizes.ts";

/**
 * Bytes that no compression and no repetition makes easier, the same in every run: AES in counter mode over zeros.
 * `seed` is from 0 to 255.
 */
export class Noise {
  readonly #cipher;

  constructor(seed: number) {
    this.#cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, seed), Buffer.alloc(16));
  }

  next(lengthBytes: number): Buffer {
    return this.#cipher.update(Buffer.alloc(lengthBytes));
  }
}

export async function writeNoiseFile(path: string, bytes: number, signal: AbortSignal): Promise<void> {
  const noise = new Noise(1);
  const file = openSync(path, "wx");
  try {
    for (let left = bytes; left > 0; left -= MIB) {
      writeSync(file, noise.next(Math.min(left, MIB)));
      // Lets an interruption be heard.
      await setImmediate();
      signal.throwIfAborted();
    }
  } finally {
    closeSync(file);
  }
}

export function writeNoiseFiles(
  folder: string,
  { files, fileBytes }: { files: number; fileBytes: number },
): void {
  const noise = new Noise(2);
  mkdirSync(folder);
  for (let index = 0; index < files; index++) {
    writeFileSync(join(folder, `${String(index).padStart(6, "0")}.bin`), noise.next(fileBytes));
  }
}

import { randomBytes } from "node:crypto";
import { open } from "node:fs/promises";

const PIECE_BYTES = 1_048_576;

/** A file of so many MiB that nothing can compress. */
export async function writeRandom(path: string, mebibytes: number): Promise<void> {
  const file = await open(path, "wx");
  try {
    for (let written = 0; written < mebibytes; written++) await file.write(randomBytes(PIECE_BYTES));
  } finally {
    await file.close();
  }
}

import { readFile, writeFile as writeWhole } from "node:fs/promises";
import { PRIVATE_FILE, systemCode, writeFile } from "@chirograph/embedded/files";
import type { Context } from "../commands/command.ts";
import { Failure } from "../failure.ts";
import { inputFailure } from "../inputs/text-input.ts";

/** What can be read back as one piece: Node's limit. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * Before long work: what comes of it can be read again.
 * @throws Failure `badData`
 */
export function requireReadable(plannedBytes: number): void {
  if (plannedBytes <= MOST_BYTES) return;
  throw new Failure(
    "badData",
    `The encrypted matrix would have ${plannedBytes} bytes: 2 GiB cannot be read back.`,
    {
      hint: "Encrypt fewer values at once, or more of them in each ciphertext.",
    },
  );
}

/**
 * A whole file: pixels and matrices are worked on in memory.
 * @throws Failure `noInput`
 */
export async function readWhole(path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    const code = systemCode(error);
    throw code === undefined ? error : inputFailure(path, code, error);
  });
}

/** There whole or not at all, for its owner alone. */
export async function writePrivate(
  { unfinished }: Context,
  target: string,
  bytes: Uint8Array,
): Promise<void> {
  await writeFile(unfinished, target, (file) =>
    writeWhole(file, bytes, { flag: "wx", mode: PRIVATE_FILE, flush: true }),
  );
}

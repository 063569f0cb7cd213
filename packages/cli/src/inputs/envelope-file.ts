import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { ENVELOPE_FILE_NAME } from "@chirograph/core";
import { systemCode } from "@chirograph/embedded/files";
import { Failure } from "../failure.ts";
import { showName } from "../terminal/name.ts";
import { inputFailure } from "./text-input.ts";

/** A chart document and an envelope at their largest (docs/format.md, section 16), and their frame. */
const MOST_BYTES = (256 + 66 + 1) * 1_048_576;

export function envelopePath(folder: string): string {
  return join(folder, ENVELOPE_FILE_NAME);
}

/**
 * The bytes of an envelope file.
 * @throws Failure `noInput`
 */
export async function readEnvelopeFile(path: string): Promise<Uint8Array> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    const { reason, message } = inputFailure(path, systemCode(error) ?? "unknown", error);
    throw new Failure(reason, message, {
      hint: "Every copy of the file envelope of this record will do.",
      cause: error,
    });
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Failure("noInput", `${showName(path)} is not a file.`);
    if (stats.size > MOST_BYTES)
      throw new Failure("badData", `${showName(path)} is too large to be an envelope.`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

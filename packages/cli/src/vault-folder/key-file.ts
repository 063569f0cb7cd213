import { readFileSync, statSync } from "node:fs";
import { fromHex, toHex } from "@chirograph/core";
import { Failure, systemCode } from "../failure.ts";
import { inputFailure } from "../inputs/text-input.ts";
import { showName } from "../terminal/name.ts";

const PREFIX = "chirograph-catalogue-key-1:";
const KEY_BYTES = 32;
const OTHERS = 0o077;

export function formatKeyFile(catalogueKey: Uint8Array): string {
  return `${PREFIX}${toHex(catalogueKey)}\n`;
}

/**
 * The catalogue key. Like a private key of ssh it is not used when others may read it.
 * @throws Failure
 */
export function readKeyFile(path: string): Uint8Array {
  try {
    requirePrivate(path);
    return parseKeyFile(path, readFileSync(path, "latin1"));
  } catch (error) {
    const code = systemCode(error);
    throw code === undefined ? error : inputFailure(path, code, error);
  }
}

function parseKeyFile(path: string, text: string): Uint8Array {
  const key = text.startsWith(PREFIX) && text.endsWith("\n") ? fromHex(text.slice(PREFIX.length, -1)) : null;
  if (key?.length === KEY_BYTES) return key;
  throw new Failure("badData", `${showName(path)} does not hold the key of a catalogue.`, {
    hint: "chirograph reindex makes it again, from the stores and an owner's identity.",
  });
}

function requirePrivate(path: string): void {
  const { mode } = statSync(path);
  // Windows has no such modes: every file looks as if all might read it.
  if (process.platform === "win32" || (mode & OTHERS) === 0) return;
  throw new Failure("badData", `${showName(path)} may be read by others, so it is not used.`, {
    hint: `Close it again: chmod 600 ${showName(path)}`,
  });
}

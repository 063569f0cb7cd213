import { readFileSync } from "node:fs";
import { fromHex, toHex } from "@chirograph/core";
import { EmbeddedError } from "./error.ts";
import { showName } from "./files/name.ts";
import { requirePrivate } from "./files/private.ts";
import { unreadable } from "./files/unreadable.ts";

const PREFIX = "chirograph-catalogue-key-1:";
const KEY_BYTES = 32;

export function formatKeyFile(catalogueKey: Uint8Array): string {
  return `${PREFIX}${toHex(catalogueKey)}\n`;
}

/** The catalogue key. @throws EmbeddedError */
export function readKeyFile(path: string): Uint8Array {
  try {
    requirePrivate(path);
    return parseKeyFile(path, readFileSync(path, "latin1"));
  } catch (error) {
    throw unreadable(path, error);
  }
}

function parseKeyFile(path: string, text: string): Uint8Array {
  const key = text.startsWith(PREFIX) && text.endsWith("\n") ? fromHex(text.slice(PREFIX.length, -1)) : null;
  if (key?.length === KEY_BYTES) return key;
  throw new EmbeddedError("malformed", `${showName(path)} does not hold the key of a catalogue.`, {
    hint: "chirograph reindex makes it again, from the stores and an owner's identity.",
  });
}

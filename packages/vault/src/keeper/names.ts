import { fromHex, isZero, toHex } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";

const ID_BYTES = 16;
const FORM = /^[0-9a-f]{32}$/;

/** Whether a text has the form of an id, which is the form of object names too. */
export function isId(text: unknown): text is Id {
  return typeof text === "string" && FORM.test(text);
}

/** The 16 bytes of an id. */
export function idBytes(id: Id): Uint8Array<ArrayBuffer> {
  const bytes = isId(id) ? fromHex(id) : null;
  if (bytes === null) throw new VaultError("malformed", "An id is not 32 lower-case hexadecimal digits.");
  return bytes;
}

/** A fresh random id, or name of an object. */
export function newId(engine: Engine): Id {
  const bytes = engine.randomBytes(ID_BYTES);
  return isZero(bytes) ? newId(engine) : toHex(bytes);
}

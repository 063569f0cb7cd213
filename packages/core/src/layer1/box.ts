import type { Engine } from "@chirograph/engine/interface";
import { suiteNamed } from "../suite.ts";
import { openMessage } from "./open.ts";
import { sealMessage } from "./seal.ts";
import { sealedSize } from "./size.ts";

/** Length of a box around `messageBytes`. */
export function boxSize(messageBytes: number): number {
  return sealedSize(messageBytes);
}

/**
 * Every small symmetric encryption of the format: one whole Cobblestone-256 message under a key of 32 bytes
 * (docs/format.md, section 4).
 */
export function sealBox(
  engine: Engine,
  box: { key: Uint8Array; context: Uint8Array; message: Uint8Array },
): Promise<Uint8Array<ArrayBuffer>> {
  return sealMessage(
    engine,
    { suite: suiteNamed("aes-256"), inputKey: box.key, context: box.context },
    box.message,
  );
}

/** `null` when the key or the context is another one, or the box is damaged. */
export function openBox(
  engine: Engine,
  box: { key: Uint8Array; context: Uint8Array; sealed: Uint8Array },
): Promise<Uint8Array<ArrayBuffer> | null> {
  return openMessage(
    engine,
    { suite: suiteNamed("aes-256"), inputKey: box.key, context: box.context },
    box.sealed,
  );
}

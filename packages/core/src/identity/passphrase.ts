import type { Engine } from "@chirograph/engine/interface";
import {
  ARGON2_SALT_BYTES,
  type Argon2Cost,
  checkCost,
  encodeArgon2,
  readArgon2,
  stretch,
} from "../argon2.ts";
import { wipe } from "../encoding/bytes.ts";
import { type Label, labelled } from "../encoding/label.ts";
import { Reader } from "../encoding/reader.ts";
import { utf8 } from "../encoding/text.ts";

const KEY_BYTES = 32;

/** How a passphrase is to be stretched, with a fresh salt, as it stands in a file. @throws RangeError */
export function newStretching(engine: Engine, passphrase: string, cost: Argon2Cost): Uint8Array<ArrayBuffer> {
  checkCost(cost);
  if (passphrase === "") throw new RangeError("an empty passphrase protects nothing");
  return encodeArgon2({ ...cost, salt: engine.randomBytes(ARGON2_SALT_BYTES) });
}

/** The key of the box of a file that a passphrase protects: bound to what it is for, and to what the box belongs to. */
export async function passphraseKey(
  engine: Engine,
  argon2: Uint8Array,
  passphrase: string,
  box: { readonly label: Label; readonly of: Uint8Array },
): Promise<Uint8Array<ArrayBuffer>> {
  const settings = readArgon2(new Reader(argon2, "protected file"));
  const stretched = await stretch(engine, utf8(passphrase.normalize("NFC")), settings);
  const info = labelled(box.label, argon2, box.of);
  const key = await engine.hkdfSha512({ inputKey: stretched, info, lengthBytes: KEY_BYTES });
  wipe(stretched);
  return key;
}

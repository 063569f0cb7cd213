import type { Engine } from "@chirograph/engine/interface";
import {
  ARGON2_SALT_BYTES,
  type Argon2Cost,
  checkCost,
  encodeArgon2,
  LOWEST_COST,
  readArgon2,
  stretch,
} from "../argon2.ts";
import { wipe } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { Reader } from "../encoding/reader.ts";
import { utf8 } from "../encoding/text.ts";
import { Writer } from "../encoding/writer.ts";
import { ChirographError } from "../error.ts";
import { boxSize, openBox, sealBox } from "../layer1/box.ts";
import { armour, type ArmourKind, unarmour } from "./armour.ts";

const VERSION = 1;
const ARMOUR: ArmourKind = { title: "KEY", what: "encrypted key file", label: "key-file" };

/** A key of another scheme than the format's own, whose halves are bytes here. */
export interface KeyHalves {
  /** Readable without the passphrase. */
  readonly publicHalf: Uint8Array;
  readonly privateHalf: Uint8Array;
}

/** A key file that has been read; its private half is out of reach until `unlock`. */
export interface ProtectedKey {
  readonly publicHalf: Uint8Array;
  /** @throws ChirographError `wrong-passphrase` */
  unlock(passphrase: string): Promise<Uint8Array>;
}

/** The private half in a box, under a key that costs `cost` to guess, as an identity file has it. */
export async function formatProtectedKey(
  engine: Engine,
  { publicHalf, privateHalf }: KeyHalves,
  passphrase: string,
  cost: Argon2Cost = LOWEST_COST,
): Promise<string> {
  checkCost(cost);
  if (passphrase === "") throw new RangeError("an empty passphrase protects nothing");
  const argon2 = encodeArgon2({ ...cost, salt: engine.randomBytes(ARGON2_SALT_BYTES) });
  const of = await engine.sha256([publicHalf]);
  const key = await boxKey(engine, argon2, of, passphrase);
  const box = await sealBox(engine, { key, context: labelled("key", of), message: privateHalf });
  wipe(key);
  const body = new Writer().u8(VERSION).bytes32(publicHalf).raw(argon2).bytes32(box).finish();
  return armour(engine, ARMOUR, body);
}

/** @throws ChirographError */
export async function parseProtectedKey(engine: Engine, text: string): Promise<ProtectedKey> {
  const reader = new Reader(await unarmour(engine, ARMOUR, text), "key file");
  const version = reader.u8();
  if (version !== VERSION)
    throw new ChirographError("unsupported", `Key files of version ${version} are not known.`);
  const publicHalf = reader.bytes32();
  const argon2 = encodeArgon2(readArgon2(reader));
  const sealed = reader.bytes32();
  reader.end();
  if (sealed.length < boxSize(0)) reader.fail("has a box that is too short");
  return {
    publicHalf,
    async unlock(passphrase) {
      if (passphrase === "") throw wrongPassphrase();
      const of = await engine.sha256([publicHalf]);
      const key = await boxKey(engine, argon2, of, passphrase);
      const privateHalf = await openBox(engine, { key, context: labelled("key", of), sealed });
      wipe(key);
      if (privateHalf !== null) return privateHalf;
      throw wrongPassphrase();
    },
  };
}

function wrongPassphrase(): ChirographError {
  return new ChirographError("wrong-passphrase", "The passphrase does not open this key.");
}

async function boxKey(
  engine: Engine,
  argon2: Uint8Array,
  of: Uint8Array,
  passphrase: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const settings = readArgon2(new Reader(argon2, "key file"));
  const stretched = await stretch(engine, utf8(passphrase.normalize("NFC")), settings);
  const info = labelled("key-box-key", argon2, of);
  const key = await engine.hkdfSha512({ inputKey: stretched, info, lengthBytes: 32 });
  wipe(stretched);
  return key;
}

import type { Engine } from "@chirograph/engine/interface";
import { type Argon2Cost, encodeArgon2, LOWEST_COST, readArgon2 } from "../argon2.ts";
import { wipe } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { Reader } from "../encoding/reader.ts";
import { Writer } from "../encoding/writer.ts";
import { ChirographError } from "../error.ts";
import { boxSize, openBox, sealBox } from "../layer1/box.ts";
import { armour, type ArmourKind, unarmour } from "./armour.ts";
import { newStretching, passphraseKey } from "./passphrase.ts";

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
  const argon2 = newStretching(engine, passphrase, cost);
  const of = await engine.sha256([publicHalf]);
  const key = await passphraseKey(engine, argon2, passphrase, { label: "key-box-key", of });
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
      const key = await passphraseKey(engine, argon2, passphrase, { label: "key-box-key", of });
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

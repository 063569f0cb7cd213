import type { Engine } from "@chirograph/engine/interface";
import { type Argon2Cost, encodeArgon2, LOWEST_COST, readArgon2 } from "../argon2.ts";
import { concat, equalBytes, wipe } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { Reader } from "../encoding/reader.ts";
import { Writer } from "../encoding/writer.ts";
import { ChirographError } from "../error.ts";
import { boxSize, openBox, sealBox } from "../layer1/box.ts";
import { armour, type ArmourKind, unarmour } from "./armour.ts";
import { type Identity, identityFromSeeds, SEED_BYTES } from "./identity.ts";
import { newStretching, passphraseKey } from "./passphrase.ts";
import { parseRecipient, type Recipient, RECIPIENT_BYTES } from "./recipient.ts";

const VERSION = 1;
const IN_THE_CLEAR = 0;
const UNDER_PASSPHRASE = 1;
const ARMOUR: ArmourKind = { title: "IDENTITY", what: "identity file", label: "identity-file" };

/** An identity file that has been read; its seeds are out of reach until `unlock`. */
export interface IdentityFile {
  readonly recipient: Recipient;
  readonly protection: "clear" | "passphrase";
  /**
   * The identity. A file in the clear ignores the passphrase.
   * @throws ChirographError `wrong-passphrase`, or `mismatch` when the keys are not the recipient's
   */
  unlock(passphrase: string | undefined): Promise<Identity>;
}

export async function formatIdentityFile(engine: Engine, identity: Identity): Promise<string> {
  const body = new Writer()
    .u8(VERSION)
    .u8(IN_THE_CLEAR)
    .fixed(identity.recipient.bytes, RECIPIENT_BYTES)
    .fixed(identity.kemSeed, SEED_BYTES)
    .fixed(identity.signSeed, SEED_BYTES)
    .finish();
  return armour(engine, ARMOUR, body);
}

/** The same under a passphrase: a box whose key costs `cost` to guess. */
export async function formatProtectedIdentityFile(
  engine: Engine,
  identity: Identity,
  passphrase: string,
  cost: Argon2Cost = LOWEST_COST,
): Promise<string> {
  const argon2 = newStretching(engine, passphrase, cost);
  // At once: whoever holds the identity may wipe it while the passphrase is stretched.
  const seeds = concat(identity.kemSeed, identity.signSeed);
  const key = await identityKey(engine, argon2, identity.recipient, passphrase);
  const context = labelled("identity", identity.recipient.member);
  const box = await sealBox(engine, { key, context, message: seeds });
  wipe(key, seeds);
  const body = new Writer()
    .u8(VERSION)
    .u8(UNDER_PASSPHRASE)
    .fixed(identity.recipient.bytes, RECIPIENT_BYTES)
    .raw(argon2)
    .raw(box)
    .finish();
  return armour(engine, ARMOUR, body);
}

export async function parseIdentityFile(engine: Engine, text: string): Promise<IdentityFile> {
  const bytes = await unarmour(engine, ARMOUR, text);
  const reader = new Reader(bytes, "identity file");
  const version = reader.u8();
  if (version !== VERSION)
    throw new ChirographError("unsupported", `Identity files of version ${version} are not known.`);
  const protection = reader.u8();
  const recipient = await parseRecipient(engine, reader.fixed(RECIPIENT_BYTES));
  switch (protection) {
    case IN_THE_CLEAR: {
      const seeds = reader.fixed(2 * SEED_BYTES);
      reader.end();
      return { recipient, protection: "clear", unlock: () => identityOf(engine, recipient, seeds) };
    }
    case UNDER_PASSPHRASE: {
      const argon2 = encodeArgon2(readArgon2(reader));
      const sealed = reader.fixed(boxSize(2 * SEED_BYTES));
      reader.end();
      return {
        recipient,
        protection: "passphrase",
        async unlock(passphrase) {
          if (passphrase === undefined || passphrase === "") throw wrongPassphrase();
          const key = await identityKey(engine, argon2, recipient, passphrase);
          const seeds = await openBox(engine, {
            key,
            context: labelled("identity", recipient.member),
            sealed,
          });
          wipe(key);
          if (seeds === null) throw wrongPassphrase();
          return identityOf(engine, recipient, seeds);
        },
      };
    }
    default:
      return reader.fail(`has a protection of kind ${protection}, which is not known`);
  }
}

function identityKey(
  engine: Engine,
  argon2: Uint8Array,
  { member }: Recipient,
  passphrase: string,
): Promise<Uint8Array<ArrayBuffer>> {
  return passphraseKey(engine, argon2, passphrase, { label: "identity-key", of: member });
}

async function identityOf(engine: Engine, recipient: Recipient, seeds: Uint8Array): Promise<Identity> {
  const kemSeed = seeds.slice(0, SEED_BYTES);
  const signSeed = seeds.slice(SEED_BYTES);
  const identity = await identityFromSeeds(engine, kemSeed, signSeed);
  if (
    !equalBytes(identity.recipient.kem, recipient.kem) ||
    !equalBytes(identity.signing, recipient.signing)
  ) {
    throw new ChirographError("mismatch", "The identity file's private keys are not those of its recipient.");
  }
  return { ...identity, recipient };
}

function wrongPassphrase(): ChirographError {
  return new ChirographError("wrong-passphrase", "The passphrase does not open this identity.");
}

import type { Engine } from "@chirograph/engine/interface";
import { concatAll } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { Writer } from "../encoding/writer.ts";
import { ChirographError } from "../error.ts";
import type { Recipient } from "../identity/recipient.ts";
import { epochBytes } from "../ids.ts";
import type { Wrap } from "./change.ts";

const EPOCH = 1;
const GRANT = 2;
const CLASSIC = 3;
const STANDING = 4;
const ESCROW = 5;

/** What a wrap is for; everything here is bound into its HPKE `info` (docs/format.md, section 11). */
export type WrapPurpose =
  | { readonly of: "epoch"; readonly epoch: number }
  | {
      readonly of: "grant";
      readonly epoch: number;
      readonly record: Uint8Array;
      readonly versions: readonly Uint8Array[];
    }
  | { readonly of: "classic"; readonly record: Uint8Array; readonly version: Uint8Array }
  | { readonly of: "standing"; readonly epoch: number; readonly until: number }
  | {
      readonly of: "escrow";
      readonly epoch: number;
      readonly threshold: number;
      /** Member ids, ascending. */
      readonly officers: readonly Uint8Array[];
    };

export interface WrapPlace {
  readonly chart: Uint8Array;
  readonly purpose: WrapPurpose;
  /** Member id of the reader. */
  readonly member: Uint8Array;
  /** Ed25519 public key of the first signer of the link that carries the wrap. */
  readonly signer: Uint8Array;
}

export async function wrapFor(
  engine: Engine,
  recipient: Recipient,
  place: Omit<WrapPlace, "member">,
  secrets: Uint8Array,
): Promise<Wrap> {
  const { member, kem } = recipient;
  const info = await wrapInfo(engine, { ...place, member });
  const message = await engine.hpkeSeal({ publicKey: kem, info, plaintext: secrets });
  if (message === null)
    throw new ChirographError("malformed", "A recipient's public key is not a valid one.");
  return { member, ...message };
}

/** The wrapped secrets, or `null` when this key does not open this wrap in this place. */
export async function unwrap(
  engine: Engine,
  kemSeed: Uint8Array,
  place: WrapPlace,
  wrap: Pick<Wrap, "encapsulated" | "ciphertext">,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const { encapsulated, ciphertext } = wrap;
  return engine.hpkeOpen({ seed: kemSeed, info: await wrapInfo(engine, place), encapsulated, ciphertext });
}

async function wrapInfo(engine: Engine, { chart, purpose, member, signer }: WrapPlace): Promise<Uint8Array> {
  const info = (number: number, epoch: number, subject: Uint8Array): Uint8Array =>
    labelled("wrap", Uint8Array.of(number), chart, epochBytes(epoch), member, signer, subject);
  switch (purpose.of) {
    case "epoch":
      return info(EPOCH, purpose.epoch, new Uint8Array(32));
    case "grant": {
      const versions = labelled("grant", purpose.record, concatAll(purpose.versions));
      return info(GRANT, purpose.epoch, await engine.sha256([versions]));
    }
    case "classic": {
      const version = labelled("classic", purpose.record, purpose.version);
      return info(CLASSIC, 0, await engine.sha256([version]));
    }
    case "standing": {
      const until = labelled("standing", new Writer().u64(purpose.until).finish());
      return info(STANDING, purpose.epoch, await engine.sha256([until]));
    }
    case "escrow": {
      const officers = labelled("escrow", Uint8Array.of(purpose.threshold), concatAll(purpose.officers));
      return info(ESCROW, purpose.epoch, await engine.sha256([officers]));
    }
  }
}

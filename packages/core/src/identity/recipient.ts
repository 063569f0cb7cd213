import type { Engine } from "@chirograph/engine/interface";
import { concat, equalBytes, toHex } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { fromBase64Url, toBase64Url } from "../encoding/base64.ts";
import { Reader } from "../encoding/reader.ts";
import { Writer } from "../encoding/writer.ts";
import { ChirographError } from "../error.ts";

const KEM_PUBLIC_BYTES = 1216;
export const SIGNING_PUBLIC_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const MEMBER_ID_BYTES = 32;
/** docs/format.md, section 6. */
export const RECIPIENT_BYTES: number = 1 + KEM_PUBLIC_BYTES + SIGNING_PUBLIC_BYTES + SIGNATURE_BYTES;

const VERSION = 1;
const LINE_PREFIX = "chirograph1";
const LINE_CHECKSUM_BYTES = 4;

/** The public half of an identity. Whoever holds one of these has checked its proof. */
export interface Recipient {
  /** All 1,313 bytes, as they stand in chart documents. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** X-Wing public key, 1,216 bytes. */
  readonly kem: Uint8Array;
  /** Ed25519 public key, 32 bytes. */
  readonly signing: Uint8Array;
  /** Member id, 32 bytes. */
  readonly member: Uint8Array;
}

/** Joins two public keys; `sign` proves that one person has both. */
export async function makeRecipient(
  engine: Engine,
  keys: { kem: Uint8Array; signing: Uint8Array; sign: (message: Uint8Array) => Promise<Uint8Array> },
): Promise<Recipient> {
  const proof = await keys.sign(labelled("recipient", keys.kem, keys.signing));
  const bytes = new Writer()
    .u8(VERSION)
    .fixed(keys.kem, KEM_PUBLIC_BYTES)
    .fixed(keys.signing, SIGNING_PUBLIC_BYTES)
    .fixed(proof, SIGNATURE_BYTES)
    .finish();
  return { bytes, kem: keys.kem, signing: keys.signing, member: await memberId(engine, bytes) };
}

/**
 * Reads the 1,313 bytes and checks the proof, so that nobody's signing key is joined to another's KEM key.
 * @param what names the recipient in errors
 */
export async function parseRecipient(
  engine: Engine,
  bytes: Uint8Array,
  what = "recipient",
): Promise<Recipient> {
  const reader = new Reader(bytes, what);
  const version = reader.u8();
  if (version !== VERSION)
    throw new ChirographError("unsupported", `The ${what} is of version ${version}, which is not known.`);
  const kem = reader.fixed(KEM_PUBLIC_BYTES);
  const signing = reader.fixed(SIGNING_PUBLIC_BYTES);
  const proof = reader.fixed(SIGNATURE_BYTES);
  reader.end();
  const message = labelled("recipient", kem, signing);
  if (!(await engine.ed25519Verify({ publicKey: signing, message, signature: proof }))) {
    throw new ChirographError(
      "bad-signature",
      `The ${what} has two keys that do not belong together: its proof is wrong.`,
    );
  }
  return { bytes: Uint8Array.from(bytes), kem, signing, member: await memberId(engine, bytes) };
}

/** One line of text, 1,767 characters, to hand to others. */
export async function formatRecipientLine(engine: Engine, recipient: Recipient): Promise<string> {
  return LINE_PREFIX + toBase64Url(concat(recipient.bytes, await lineChecksum(engine, recipient.bytes)));
}

/** True for a text that means to be a recipient, be it damaged or not. */
export function looksLikeRecipientLine(text: string): boolean {
  return text.startsWith(LINE_PREFIX);
}

export async function parseRecipientLine(engine: Engine, line: string): Promise<Recipient> {
  const payload = looksLikeRecipientLine(line) ? fromBase64Url(line.slice(LINE_PREFIX.length)) : null;
  if (payload === null || payload.length !== RECIPIENT_BYTES + LINE_CHECKSUM_BYTES) {
    throw new ChirographError(
      "malformed",
      `A recipient is one line that begins with "${LINE_PREFIX}"; this one is not whole.`,
    );
  }
  const bytes = payload.subarray(0, RECIPIENT_BYTES);
  if (!equalBytes(payload.subarray(RECIPIENT_BYTES), await lineChecksum(engine, bytes))) {
    throw new ChirographError(
      "malformed",
      "The recipient line is damaged: its checksum does not match. Copy it again.",
    );
  }
  return parseRecipient(engine, bytes);
}

/** What people compare by eye: the first half of the member id in groups of four digits. */
export function fingerprint(member: Uint8Array): string {
  return toHex(member.subarray(0, 16)).replace(/(.{4})(?!$)/g, "$1 ");
}

function memberId(engine: Engine, recipient: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return engine.sha256([labelled("member", recipient)]);
}

async function lineChecksum(engine: Engine, recipient: Uint8Array): Promise<Uint8Array> {
  return (await engine.sha256([labelled("recipient-line", recipient)])).subarray(0, LINE_CHECKSUM_BYTES);
}

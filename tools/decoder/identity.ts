// The word (section 5), recipients and identity files (section 6).
import { equal, hex, join, label, Reader, text } from "./bytes.ts";
import {
  argon2id,
  hkdf,
  kemPublicKey,
  labelled,
  openBox,
  readArgon2,
  signingPublicKey,
  verifySignature,
} from "./primitives.ts";

/** The code points of a word, normalised and judged. */
export function judgeWord(word: string): string[] {
  const points = [...word.normalize("NFC")];
  if (points.some((point) => /\p{White_Space}/u.test(point)))
    throw new Error("the word has white space in it");
  if (new Set(points).size !== points.length) throw new Error("the word has a character twice");
  if (points.length < 8) throw new Error("the word has fewer than 8 characters");
  if (points.length > 64) throw new Error("the word has more than 64 characters");
  if (points.some((point) => /\p{C}/u.test(point))) throw new Error("the word has a character of category C");
  return points;
}

export interface Recipient {
  readonly bytes: Uint8Array;
  readonly kem: Uint8Array;
  readonly signing: Uint8Array;
  readonly memberId: Uint8Array;
}

export function readRecipient(reader: Reader): Recipient {
  const start = reader.at;
  reader.only(reader.u8(), 1, "recipient version");
  const kem = reader.take(1216);
  const signing = reader.take(32);
  const proof = reader.take(64);
  const bytes = reader.bytes.slice(start, reader.at);
  verifySignature(signing, join(label("recipient"), kem, signing), proof, `${reader.what}: recipient`);
  return { bytes, kem, signing, memberId: labelled("member", bytes) };
}

export function recipientLine(recipient: Recipient): string {
  const check = labelled("recipient-line", recipient.bytes).slice(0, 4);
  return `chirograph1${Buffer.from(join(recipient.bytes, check)).toString("base64url")}`;
}

export function parseRecipientLine(line: string): Recipient {
  const bytes = new Uint8Array(Buffer.from(line.slice(11), "base64url"));
  const recipient = readRecipient(new Reader(bytes, "recipient line"));
  if (recipientLine(recipient) !== line) throw new Error("recipient line: damaged");
  return recipient;
}

export function fingerprint(recipient: Recipient): string {
  return (hex(recipient.memberId.slice(0, 16)).match(/.{4}/g) ?? []).join(" ");
}

export interface Identity {
  readonly recipient: Recipient;
  readonly kemSeed: Uint8Array;
  readonly signSeed: Uint8Array;
}

export async function openIdentity(file: string, passphrase: string | undefined): Promise<Identity> {
  const what = "identity file";
  const bytes = unarmour(file);
  const reader = new Reader(bytes, what);
  reader.only(reader.u8(), 1, "version");
  const protection = reader.u8();
  if (protection > 1) throw new Error(`${what}: protection ${protection} is unknown`);
  const recipient = readRecipient(reader);
  const cost = protection === 1 ? readArgon2(reader) : undefined;
  const body = reader.take(protection === 1 ? 136 : 64);
  const checksum = labelled("identity-file", reader.before()).slice(0, 16);
  if (!equal(reader.take(16), checksum)) throw new Error(`${what}: damaged`);
  reader.end();

  let seeds = body;
  if (cost !== undefined) {
    if (passphrase === undefined) throw new Error(`${what}: needs its passphrase`);
    const stretched = argon2id(text(passphrase.normalize("NFC")), cost);
    const key = hkdf(stretched, join(label("identity-key"), cost.bytes, recipient.memberId), 32);
    seeds = openBox(key, join(label("identity"), recipient.memberId), body, `${what}, or its passphrase`);
  }
  const kemSeed = seeds.slice(0, 32);
  const signSeed = seeds.slice(32);
  if (
    !equal(await kemPublicKey(kemSeed), recipient.kem) ||
    !equal(signingPublicKey(signSeed), recipient.signing)
  ) {
    throw new Error(`${what}: the seeds do not give the public keys`);
  }
  return { recipient, kemSeed, signSeed };
}

function armour(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CHIROGRAPH IDENTITY-----", ...lines, "-----END CHIROGRAPH IDENTITY-----", ""].join(
    "\n",
  );
}

function unarmour(file: string): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(file.split("\n").slice(1, -2).join(""), "base64"));
  if (armour(bytes) !== file) throw new Error("identity file: not in the shape of one");
  return bytes;
}

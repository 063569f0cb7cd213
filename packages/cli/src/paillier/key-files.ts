import { createHash } from "node:crypto";
import { parseProtectedKey } from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import {
  encodePublicKey,
  parsePrivateKey,
  parsePublicKey,
  type PrivateKey,
  type PublicKey,
} from "@chirograph/schemes/paillier";
import { Failure } from "../failure.ts";
import { findSecret, passphrase } from "../inputs/secret.ts";
import { TextInput } from "../inputs/text-input.ts";
import { showName } from "../terminal/name.ts";

const LINE_PREFIX = "paillier1";
const CHECKSUM_BYTES = 4;

/** A key on its way to being used. */
export interface KeySource<Key> {
  /** @throws Failure `noInput` */
  requirePresent(): void;
  /** @throws Failure, ChirographError or SchemeError when it is no such key */
  read(): Promise<Key>;
}

/** The public half as one line of text, to hand to others. */
export function formatPublicLine(key: PublicKey): string {
  const bytes = encodePublicKey(key);
  return LINE_PREFIX + Buffer.concat([bytes, checksum(bytes)]).toString("base64url");
}

/** First half of the key's id in groups of four digits, as for identities. */
export function fingerprintOf(id: Uint8Array): string {
  return Buffer.from(id.subarray(0, 16))
    .toString("hex")
    .replace(/(.{4})(?!$)/g, "$1 ");
}

export async function findPublicKey(engine: Engine, path: string): Promise<KeySource<PublicKey>> {
  const input = await TextInput.read(path);
  return {
    requirePresent: () => input.requirePresent(),
    read: () => parsePublicLine(engine, input),
  };
}

async function parsePublicLine(engine: Engine, input: TextInput): Promise<PublicKey> {
  const line = input.text().trimEnd();
  if (!line.startsWith(LINE_PREFIX)) {
    throw new Failure("badData", `${showName(input.path)} does not hold a public Paillier key.`, {
      hint: "chirograph paillier public prints the public half of a key.",
    });
  }
  const payload = Buffer.from(line.slice(LINE_PREFIX.length), "base64url");
  const bytes = payload.subarray(0, Math.max(0, payload.length - CHECKSUM_BYTES));
  const isWhole = payload.toString("base64url") === line.slice(LINE_PREFIX.length);
  if (!isWhole || !checksum(bytes).equals(payload.subarray(bytes.length))) {
    throw new Failure("badData", "The public Paillier key is damaged: its checksum does not match.", {
      hint: "Copy it again.",
    });
  }
  return parsePublicKey(engine, bytes);
}

/** @throws Failure `usage` when there is no passphrase and nobody to ask */
export async function findPrivateKey(
  engine: Engine,
  path: string,
  passphrasePath: string | undefined,
): Promise<KeySource<PrivateKey>> {
  const input = await TextInput.read(path);
  const secret = await findSecret(passphrase, passphrasePath);
  return {
    requirePresent() {
      input.requirePresent();
      secret.requirePresent();
    },
    async read() {
      const file = await parseProtectedKey(engine, input.text());
      const privateHalf = await file.unlock(await secret.take(false));
      const key = await parsePrivateKey(engine, privateHalf).finally(() => privateHalf.fill(0));
      if (Buffer.from(encodePublicKey(key.publicKey)).equals(file.publicHalf)) return key;
      throw new Failure("badData", "The key file's private half is not that of its public half.");
    },
  };
}

/** The public half of a key file, which takes no passphrase. */
export async function readPublicHalf(engine: Engine, input: TextInput): Promise<PublicKey> {
  return parsePublicKey(engine, (await parseProtectedKey(engine, input.text())).publicHalf);
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash("sha256").update("chirograph/v1/paillier-line\0").update(bytes).digest().subarray(0, 4);
}

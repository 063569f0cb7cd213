import {
  type Identity,
  type IdentityFile,
  looksLikeRecipientLine,
  parseIdentityFile,
} from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import { Failure } from "../failure.ts";
import { showName } from "../terminal/name.ts";
import { findSecret, passphrase, type Secret } from "./secret.ts";
import { TextInput } from "./text-input.ts";

/** An identity file on its way to being unlocked. */
export interface IdentitySource {
  /** @throws Failure `noInput` */
  requirePresent(): void;
  /** @throws Failure or ChirographError when the file is no identity, or the passphrase another one */
  unlock(): Promise<Identity>;
}

/** @throws Failure `usage` when the identity is under a passphrase that nobody can give */
export async function findIdentity(
  engine: Engine,
  path: string,
  passphrasePath: string | undefined,
): Promise<IdentitySource> {
  const input = await TextInput.read(path);
  const secret = await findPassphrase(engine, input, passphrasePath);
  return {
    requirePresent() {
      input.requirePresent();
      secret?.requirePresent();
    },
    async unlock() {
      const file = await readIdentityFile(engine, input);
      return file.unlock(file.protection === "passphrase" ? await secret!.take(false) : undefined);
    },
  };
}

export async function readIdentityFile(engine: Engine, input: TextInput): Promise<IdentityFile> {
  const text = input.text();
  if (looksLikeRecipientLine(text.trimStart())) {
    throw new Failure(
      "badData",
      `${showName(input.path)} holds a recipient, the public half of an identity.`,
      {
        hint: "Name the file that chirograph identity new made.",
      },
    );
  }
  return parseIdentityFile(engine, text);
}

/** Only a protected identity needs one; a file that cannot be read will be told of in its turn. */
async function findPassphrase(
  engine: Engine,
  input: TextInput,
  passphrasePath: string | undefined,
): Promise<Secret | undefined> {
  const text = input.peek();
  const file = text === undefined ? undefined : await parseIdentityFile(engine, text).catch(() => undefined);
  return file?.protection === "passphrase" ? findSecret(passphrase, passphrasePath) : undefined;
}

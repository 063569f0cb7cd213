import { Failure } from "../failure.ts";
import { askSecret, canAsk } from "../terminal/prompt.ts";
import { TextInput } from "./text-input.ts";

/** A kind of secret, and the two ways to hand it over without a terminal. None is an argument: those show in `ps`. */
export interface SecretKind {
  readonly name: string;
  readonly option: string;
  readonly variable: string;
}

export const sequenceKey: SecretKind = {
  name: "sequence key",
  option: "--sequence-key-file",
  variable: "CHIROGRAPH_SEQUENCE_KEY",
};

export const passphrase: SecretKind = {
  name: "passphrase",
  option: "--passphrase-file",
  variable: "CHIROGRAPH_PASSPHRASE",
};

/** What a server knows the vault's owner by. */
export const ownerToken: SecretKind = {
  name: "token of the server",
  option: "--token-file",
  variable: "CHIROGRAPH_TOKEN",
};

export const secretsHelp: string = `Secrets are never arguments. They come from
  a file             ${sequenceKey.option} F, ${passphrase.option} F, ${ownerToken.option} F
                     (- is standard input); UTF-8; one line feed at the end does not count
  the environment    ${sequenceKey.variable}, ${passphrase.variable}, ${ownerToken.variable}
  the terminal       asked for, and not shown while you type`;

/** A secret whose source is known and which is handed out once everything before it is in order. */
export interface Secret {
  /** @throws Failure `noInput` when its file is missing */
  requirePresent(): void;
  /** The secret, if it lies there already. */
  peek(): string | undefined;
  /** The secret; a person is asked now, twice if it is a new one. */
  take(isNew: boolean): Promise<string>;
}

/**
 * @param otherwise one more way out, for the hint
 * @throws Failure `usage` when there is no file, no variable and nobody to ask
 */
export async function findSecret(
  kind: SecretKind,
  path: string | undefined,
  otherwise: string = "",
): Promise<Secret> {
  if (path !== undefined) return secretInFile(await TextInput.read(path));
  const value = process.env[kind.variable];
  if (value !== undefined && value !== "") return secretGiven(value);
  if (canAsk())
    return { requirePresent() {}, peek: () => undefined, take: (isNew) => askSecret(kind.name, isNew) };
  throw new Failure("usage", `There is no ${kind.name}, and no terminal to ask for it.`, {
    hint: `Give it with ${kind.option} FILE or in $${kind.variable}${otherwise}.`,
  });
}

function secretInFile(file: TextInput): Secret {
  return {
    requirePresent: () => file.requirePresent(),
    peek() {
      const text = file.peek();
      return text === undefined ? undefined : dropNewline(text);
    },
    take: async () => dropNewline(file.text()),
  };
}

function secretGiven(value: string): Secret {
  return { requirePresent() {}, peek: () => value, take: async () => value };
}

/** Editors end a file with a line feed; it is no part of the secret. */
function dropNewline(text: string): string {
  return text.replace(/\r?\n$/, "");
}

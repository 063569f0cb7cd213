import { en } from "../texts/en.ts";

/** The worst of passphrases are kept out; how good a long one is, only its owner knows. */
const SHORTEST_PASSPHRASE = 10;
const GOOD_LENGTH = 16;

/** Why the two fields give no passphrase, field by field. */
export interface PassphraseFaults {
  readonly first: string | undefined;
  readonly second: string | undefined;
}

export function passphraseFaults(first: string, second: string): PassphraseFaults {
  return { first: firstFault(first), second: first === second ? undefined : en.passphrase.differs };
}

export function isFaultless({ first, second }: PassphraseFaults): boolean {
  return first === undefined && second === undefined;
}

/** Said while it is typed; `undefined` before there is anything. */
export function passphraseHint(text: string): string | undefined {
  const length = Array.from(text).length;
  const { short, fair, good } = en.passphrase.strength;
  if (length === 0) return undefined;
  if (length < SHORTEST_PASSPHRASE) return short(SHORTEST_PASSPHRASE - length);
  return length < GOOD_LENGTH || new Set(text).size < SHORTEST_PASSPHRASE / 2 ? fair : good;
}

function firstFault(text: string): string | undefined {
  if (text === "") return en.passphrase.missing;
  return Array.from(text).length < SHORTEST_PASSPHRASE
    ? en.passphrase.tooShort(SHORTEST_PASSPHRASE)
    : undefined;
}

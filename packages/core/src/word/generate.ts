import type { Engine } from "@chirograph/engine/interface";
import { LONGEST_WORD, SHORTEST_WORD, Word } from "./rules.ts";

/** Twelve of 31 characters are 56 bits, and still easy to say on the telephone. */
export const GENERATED_LENGTH = 12;

/** Small letters and digits without those that are taken for one another: 0 and o, 1, i and l. */
const CLEAR_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
/** For words longer than the clear alphabet is good for. */
const WIDE_ALPHABET = `${CLEAR_ALPHABET}ABCDEFGHJKLMNPQRSTUVWXYZilo01IO+-=@#%&*?!`;
/** Past this many characters too little choice is left in the clear alphabet. */
const LONGEST_CLEAR = 20;

/** The characters that a generated word of this length is drawn from, without replacement. */
export function alphabetFor(length: number): readonly string[] {
  return Array.from(length <= LONGEST_CLEAR ? CLEAR_ALPHABET : WIDE_ALPHABET);
}

/** A random word: every sequence of `length` different characters of the alphabet is equally likely. */
export function generateWord(engine: Engine, length: number = GENERATED_LENGTH): Word {
  if (!Number.isInteger(length) || length < SHORTEST_WORD || length > LONGEST_WORD) {
    throw new RangeError(`a word has ${SHORTEST_WORD} to ${LONGEST_WORD} characters, not ${length}`);
  }
  const left = [...alphabetFor(length)];
  let text = "";
  while (text.length < length) text += left.splice(randomBelow(engine, left.length), 1)[0]!;
  return new Word(text);
}

/** A uniform number from 0 to `bound` − 1, bound ≤ 256: bytes that would favour small numbers are thrown away. */
function randomBelow(engine: Engine, bound: number): number {
  const fair = 256 - (256 % bound);
  for (;;) {
    const byte = engine.randomBytes(1)[0]!;
    if (byte < fair) return byte % bound;
  }
}

import { alphabetFor } from "./generate.ts";
import type { Word } from "./rules.ts";

/** How hard a word is to guess for the one person who can try: a reader without the word, at Argon2's price. */
export interface WordStrength {
  /** Base-2 logarithm of the guesses a good guesser needs on average. An estimate, and an upper bound. */
  readonly bits: number;
  readonly verdict: "weak" | "fair" | "strong";
}

/** Below this, one machine that does ten Argon2id guesses a second is through within a year. */
const WEAK_BELOW_BITS = 28;
/** From here on, a thousand such machines need centuries. */
const STRONG_FROM_BITS = 45;

/**
 * An honest estimate: what a dictionary and pattern guesser (zxcvbn) needs, and for digits alone no more than the words
 * that they can make. The length counts for nothing by itself, since n
 * tells it to everybody.
 */
export async function estimateStrength(word: Word): Promise<WordStrength> {
  return strengthOf(Math.min(await guesserBits(word), arrangementBits(word)));
}

/** The exact strength of a word from `generateWord`: how many there are, since all are equally likely. */
export function generatedStrength(length: number): WordStrength {
  return strengthOf(sequenceBits(alphabetFor(length).length, length));
}

function strengthOf(bits: number): WordStrength {
  return { bits, verdict: bits < WEAK_BELOW_BITS ? "weak" : bits < STRONG_FROM_BITS ? "fair" : "strong" };
}

/** Guesses of a guesser who knows passwords, names, keyboards, dates and English. The dictionaries load on first use. */
async function guesserBits(word: Word): Promise<number> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
    import("@zxcvbn-ts/language-en"),
  ]);
  const guesser = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
  });
  return guesser.check(word.characters.join("")).guessesLog10 / Math.log10(2);
}

/** A word of digits alone is one of few, which the guesser, who does not know that no character comes twice, overlooks. */
function arrangementBits(word: Word): number {
  const onlyDigits = word.characters.every((character) => /^[0-9]$/.test(character));
  return onlyDigits ? sequenceBits(10, word.characters.length) : Number.POSITIVE_INFINITY;
}

/** How many sequences of `length` different characters an alphabet gives, as a base-2 logarithm. */
function sequenceBits(alphabet: number, length: number): number {
  let bits = 0;
  for (let used = 0; used < length; used++) bits += Math.log2(alphabet - used);
  return bits;
}

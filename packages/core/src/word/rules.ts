import { utf8 } from "../encoding/text.ts";
import { ChirographError } from "../error.ts";

export const SHORTEST_WORD = 8;
export const LONGEST_WORD = 64;

/** A rule of docs/format.md, section 5, that a text breaks. Positions count code points from 1; they reveal no character. */
export type BrokenRule =
  | { readonly rule: "white-space"; readonly positions: readonly number[] }
  /** Each entry: the places that hold one and the same character. */
  | { readonly rule: "repeated"; readonly positions: readonly (readonly number[])[] }
  | { readonly rule: "too-short"; readonly length: number }
  | { readonly rule: "too-long"; readonly length: number }
  | { readonly rule: "not-printable"; readonly positions: readonly number[] };

/** What `text` is as a sequence key: its length in characters, and every rule it breaks, none left out. */
export interface WordJudgement {
  readonly length: number;
  readonly broken: readonly BrokenRule[];
}

export function judgeWord(text: string): WordJudgement {
  const characters = charactersOf(text);
  const length = characters.length;
  const broken: BrokenRule[] = [];

  const whiteSpace = positionsWhere(characters, (character) => /\p{White_Space}/u.test(character));
  if (whiteSpace.length > 0) broken.push({ rule: "white-space", positions: whiteSpace });

  const repeated = repeatedPositions(characters);
  if (repeated.length > 0) broken.push({ rule: "repeated", positions: repeated });

  if (length < SHORTEST_WORD) broken.push({ rule: "too-short", length });
  if (length > LONGEST_WORD) broken.push({ rule: "too-long", length });

  // A tab or a line feed is white space already; one rule is enough to say so.
  const notPrintable = positionsWhere(characters, (character) => /(?!\p{White_Space})\p{C}/u.test(character));
  if (notPrintable.length > 0) broken.push({ rule: "not-printable", positions: notPrintable });

  return { length, broken };
}

/** A sequence key that keeps all rules. Secret: it is never printed. */
export class Word {
  // Private, so that not even a debugger's way of printing objects shows it.
  readonly #characters: readonly string[];

  /** @throws ChirographError `invalid-word`, naming the rules that are broken and no character */
  constructor(text: string) {
    const { broken } = judgeWord(text);
    if (broken.length > 0) {
      throw new ChirographError(
        "invalid-word",
        `The sequence key is not valid: ${broken.map(explainRule).join("; ")}.`,
      );
    }
    this.#characters = charactersOf(text);
  }

  /** The characters, in order; all different. n is their number. */
  get characters(): readonly string[] {
    return this.#characters;
  }

  /** UTF-8 of the normalised word: what key derivation takes. */
  bytes(): Uint8Array<ArrayBuffer> {
    return utf8(this.characters.join(""));
  }

  /** Keeps the word out of anything that prints or serialises objects. */
  toJSON(): string {
    return "[sequence key]";
  }

  toString(): string {
    return "[sequence key]";
  }
}

/** One rule in plain words, without a full stop and without a character of the word. */
export function explainRule(broken: BrokenRule): string {
  switch (broken.rule) {
    case "white-space":
      return `it contains white space (${at(broken.positions)})`;
    case "repeated":
      return `a character stands in it more than once (${broken.positions.map(at).join("; ")})`;
    case "too-short":
      return `it has ${broken.length} characters and needs at least ${SHORTEST_WORD}`;
    case "too-long":
      return `it has ${broken.length} characters and may have at most ${LONGEST_WORD}`;
    case "not-printable":
      return `it contains a control or unprintable character (${at(broken.positions)})`;
  }
}

function charactersOf(text: string): string[] {
  return Array.from(text.normalize("NFC"));
}

function positionsWhere(characters: readonly string[], matches: (character: string) => boolean): number[] {
  return characters.flatMap((character, index) => (matches(character) ? [index + 1] : []));
}

function repeatedPositions(characters: readonly string[]): number[][] {
  const seen = new Map<string, number[]>();
  characters.forEach((character, index) => {
    const positions = seen.get(character);
    if (positions === undefined) seen.set(character, [index + 1]);
    else positions.push(index + 1);
  });
  return [...seen.values()].filter((positions) => positions.length > 1);
}

function at(positions: readonly number[]): string {
  return `${positions.length === 1 ? "character" : "characters"} ${positions.join(" and ")}`;
}

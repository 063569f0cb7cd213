import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadSample } from "../../../test-support/vectors.ts";
import { ChirographError } from "../src/error.ts";
import { alphabetFor, GENERATED_LENGTH, generateWord } from "../src/word/generate.ts";
import {
  type BrokenRule,
  explainRule,
  judgeWord,
  LONGEST_WORD,
  SHORTEST_WORD,
  Word,
} from "../src/word/rules.ts";
import { estimateStrength, generatedStrength } from "../src/word/strength.ts";
import { engine, refusal, scripted, seeded, utf8 } from "./fixtures.ts";

const NO_BREAK = "\u00a0";
const LINE_SEPARATOR = "\u2028";
const ZERO_WIDTH_JOINER = "\u200d";
const UNASSIGNED = "\u{e0080}";
const PRIVATE = "\ue000";
const LONE_SURROGATE = "\ud800";

const broken = (text: string): readonly BrokenRule[] => judgeWord(text).broken;
/** `length` different printable characters. */
const distinct = (length: number): string =>
  Array.from({ length }, (_, index) => String.fromCodePoint(0x4e00 + index)).join("");

describe("the rules", () => {
  test("take the authors' good sample and refuse their bad ones", () => {
    expect(broken("adk21937")).toEqual([]);
    expect(broken("Adk 1234")).toEqual([{ rule: "white-space", positions: [4] }]);
    expect(broken("Adk21224")).toEqual([{ rule: "repeated", positions: [[4, 6, 7]] }]);
    expect(broken("Adk12")).toEqual([{ rule: "too-short", length: 5 }]);
  });

  test("ask for 8 to 64 characters", () => {
    expect([SHORTEST_WORD, LONGEST_WORD]).toEqual([8, 64]);
    expect(judgeWord(distinct(7))).toEqual({ length: 7, broken: [{ rule: "too-short", length: 7 }] });
    expect(judgeWord(distinct(8))).toEqual({ length: 8, broken: [] });
    expect(judgeWord(distinct(64))).toEqual({ length: 64, broken: [] });
    expect(judgeWord(distinct(65))).toEqual({ length: 65, broken: [{ rule: "too-long", length: 65 }] });
    expect(judgeWord("")).toEqual({ length: 0, broken: [{ rule: "too-short", length: 0 }] });
  });

  test("count code points, not UTF-16 units or bytes", () => {
    expect(judgeWord("😀😁😂😃😄😅😆😇")).toEqual({ length: 8, broken: [] });
    expect(judgeWord("😀😁😂😃😄😅😆")).toEqual({ length: 7, broken: [{ rule: "too-short", length: 7 }] });
    expect(broken("a😀b😀cdefg")).toEqual([{ rule: "repeated", positions: [[2, 4]] }]);
  });

  test("judge the text in normal form: composed and decomposed are one", () => {
    expect(judgeWord("cafe\u0301xyzw")).toEqual(judgeWord("caf\u00e9xyzw"));
    expect(broken("e\u0301abcdfg\u00e9")).toEqual([{ rule: "repeated", positions: [[1, 8]] }]);
    expect(judgeWord("e\u0301abcdfg")).toEqual({ length: 7, broken: [{ rule: "too-short", length: 7 }] });
    expect(new Word("cafe\u0301xyzw").bytes()).toEqual(new Word("caf\u00e9xyzw").bytes());
  });

  test("tell capital and small letters apart", () => {
    expect(broken("aAbBcCdD")).toEqual([]);
  });

  test.each([
    " ",
    "\t",
    "\n",
    "\v",
    "\f",
    "\r",
    "\u0085",
    NO_BREAK,
    "\u1680",
    "\u2003",
    LINE_SEPARATOR,
    "\u2029",
    "\u202f",
    "\u205f",
    "\u3000",
  ])("call %j white space and nothing else", (space) => {
    expect(broken(`abcd${space}efgh`)).toEqual([{ rule: "white-space", positions: [5] }]);
  });

  test.each([
    "\0",
    "\u001f",
    "\u007f",
    "\u009f",
    "\u00ad",
    ZERO_WIDTH_JOINER,
    "\u202e",
    "\ufeff",
    UNASSIGNED,
    PRIVATE,
    LONE_SURROGATE,
    "\udfff",
  ])("call %j unprintable", (character) => {
    expect(broken(`${character}abcdefgh`)).toEqual([{ rule: "not-printable", positions: [1] }]);
  });

  test("refuse an emoji that is joined from others", () => {
    expect(broken("👩\u200d🔬abcdef")).toEqual([{ rule: "not-printable", positions: [2] }]);
  });

  test("report everything that is broken, together and in order", () => {
    expect(judgeWord(`a a${PRIVATE}b${LONE_SURROGATE}`)).toEqual({
      length: 6,
      broken: [
        { rule: "white-space", positions: [2] },
        { rule: "repeated", positions: [[1, 3]] },
        { rule: "too-short", length: 6 },
        { rule: "not-printable", positions: [4, 6] },
      ],
    });
    expect(broken(`${distinct(64)} \n\u200d\u4e00\u4e01\u4e00 `).map(({ rule }) => rule)).toEqual([
      "white-space",
      "repeated",
      "too-long",
      "not-printable",
    ]);
  });

  test("list every place of every character that comes again", () => {
    expect(broken("abcabcax")).toEqual([
      {
        rule: "repeated",
        positions: [
          [1, 4, 7],
          [2, 5],
          [3, 6],
        ],
      },
    ]);
  });

  test("hold for any text: none is broken exactly when a word can be made of it", () => {
    const characters = fc.constantFrom(...Array.from("abcdefghijkl 😀é日\t\u200d"));
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 14 }), (parts) => {
        const text = parts.join("");
        const points = [...text.normalize("NFC")];
        const { length, broken: found } = judgeWord(text);
        expect(length).toBe(points.length);
        const rules = found.map(({ rule }) => rule);
        expect(rules.includes("repeated")).toBe(new Set(points).size < points.length);
        expect(rules.includes("too-short")).toBe(points.length < 8);
        expect(rules.includes("white-space")).toBe(points.some((point) => point.trim() === ""));
        expect(rules.includes("not-printable")).toBe(points.includes("\u200d"));
        expect(charactersOf(text)).toEqual(found.length === 0 ? points : refusal("invalid-word"));
      }),
      { numRuns: 300 },
    );
  });
});

describe("a word", () => {
  test("is its characters, in order, and their UTF-8", () => {
    const word = new Word("aé日😀bcde");
    expect(word.characters).toEqual(["a", "é", "日", "😀", "b", "c", "d", "e"]);
    expect(word.bytes()).toEqual(utf8("aé日😀bcde"));
  });

  test("does not show itself where objects are printed", () => {
    const word = new Word("adk21937");
    expect(JSON.stringify({ word })).toBe('{"word":"[sequence key]"}');
    expect(word.toString()).toBe("[sequence key]");
    expect(Object.keys(word)).toEqual([]);
  });

  test("that is refused names every rule in plain words", () => {
    const explained = broken(`a a${PRIVATE}`).map(explainRule);
    expect(explained).toEqual([
      "it contains white space (character 2)",
      "a character stands in it more than once (characters 1 and 3)",
      "it has 4 characters and needs at least 8",
      "it contains a control or unprintable character (character 4)",
    ]);
    expect(broken(distinct(70)).map(explainRule)).toEqual(["it has 70 characters and may have at most 64"]);
    expect(broken("abababcdef").map(explainRule)).toEqual([
      "a character stands in it more than once (characters 1 and 3 and 5; characters 2 and 4 and 6)",
    ]);
    expect(() => new Word(`a a${PRIVATE}`)).toThrow(explained.join("; "));
  });

  test("that is refused leaves no character of itself in the error", async () => {
    const sample = (await loadSample("text/naughty-strings.json")) ?? utf8("[]");
    const naughty = JSON.parse(new TextDecoder().decode(sample)) as string[];
    // Signs that the sentences themselves never use.
    const telling = /[^ -~\s]/u;
    for (const text of ["ÄÄ ÖÜßáéíóú", "日日本本 語", "😀😀😁\t", "ЖЖЖ", PRIVATE, ...naughty]) {
      const message = messageFor(text);
      const shown = [...text.normalize("NFC")].filter(
        (character) => telling.test(character) && message.includes(character),
      );
      expect(shown).toEqual([]);
    }
    expect(messageFor("QZ QZ")).not.toMatch(/[QZ]/);
  });
});

/** The characters of the word that `text` is, or the error that it is none. */
function charactersOf(text: string): unknown {
  try {
    return new Word(text).characters;
  } catch (error) {
    return error;
  }
}

/** What the error says when `text` is no word; nothing when it is one. */
function messageFor(text: string): string {
  const found = charactersOf(text);
  return found instanceof ChirographError ? found.message : "";
}

describe("the generator", () => {
  test("makes words of the length asked for, of its alphabet, that keep the rules", () => {
    for (let length = 8; length <= 64; length++) {
      const { characters } = generateWord(engine, length);
      expect(characters).toHaveLength(length);
      expect(new Set(characters).size).toBe(length);
      expect(alphabetFor(length)).toEqual(expect.arrayContaining([...characters]));
    }
    expect(GENERATED_LENGTH).toBe(12);
    expect(generateWord(engine).characters).toHaveLength(12);
  });

  test.each([7, 65, 0, -8, 8.5, Number.NaN])("makes none of %d characters", (length) => {
    expect(() => generateWord(engine, length)).toThrow(RangeError);
  });

  test("draws from characters that are not mistaken for one another, as long as they last", () => {
    const clear = "abcdefghjkmnpqrstuvwxyz23456789";
    expect(alphabetFor(8).join("")).toBe(clear);
    expect(alphabetFor(20).join("")).toBe(clear);
    const wide = alphabetFor(21);
    expect(wide).toHaveLength(72);
    expect(new Set(wide).size).toBe(72);
    expect(broken(wide.slice(0, 64).join(""))).toEqual([]);
    expect(wide.every((character) => /^[!-~]$/.test(character))).toBe(true);
  });

  test("takes the character that the byte points at, of those that are left", () => {
    const first = scripted(engine, [0, 0, 0, 0, 0, 0, 0, 0]);
    expect(generateWord(first, 8).characters.join("")).toBe("abcdefgh");
    const last = scripted(engine, [30, 29, 28, 27, 26, 25, 24, 23]);
    expect(generateWord(last, 8).characters.join("")).toBe("98765432");
    const modulo = scripted(engine, [31 + 1, 30 + 1, 29 + 1, 28 + 1, 27 + 1, 26 + 1, 25 + 1, 24 + 1]);
    expect(generateWord(modulo, 8).characters.join("")).toBe("bcdefghj");
  });

  test("throws away bytes that would favour the first characters", () => {
    // 256 = 8 · 31 + 8: of 31 characters, the bytes from 248 on are thrown away; of 30, those from 240 on.
    const script = [248, 255, 247, 240, 255, 239, 0, 0, 0, 0, 0, 0];
    expect(generateWord(scripted(engine, script), 8).characters.join("")).toBe("98abcdef");
  });

  test("draws every character in every place about equally often", () => {
    const random = seeded(engine, 11);
    const rounds = 3100;
    const counts = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      const { characters } = generateWord(random, 8);
      for (const place of [0, 7]) {
        const key = `${place}${characters[place]!}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(2 * 31);
    // 100 expected, deviation 10: five of those either way, for a script that is always the same.
    for (const count of counts.values())
      expect(count).toSatisfy((found: number) => found > 50 && found < 150);
  });
});

const judge = (text: string) => estimateStrength(new Word(text));
const bitsOf = async (text: string): Promise<number> => (await judge(text)).bits;

/** Sequences of `length` different characters, as a base-2 logarithm. */
const sequences = (alphabet: number, length: number): number =>
  Array.from({ length }, (_, index) => Math.log2(alphabet - index)).reduce((sum, bits) => sum + bits);

describe("the estimate of strength", () => {
  test.each([
    "abcdefgh",
    "12345678",
    "qwertyui",
    "87654321",
    "zyxwvuts",
    "lumberjack",
    "pasword1",
    "kxqzvjwp",
  ])("calls %j weak", async (text) => {
    expect(await judge(text)).toMatchObject({ verdict: "weak" });
  });

  test("calls generated words fair at the usual length, and strong a little beyond", async () => {
    const random = seeded(engine, 5);
    const verdict = async (length: number) => (await estimateStrength(generateWord(random, length))).verdict;
    expect([await verdict(8), await verdict(12), await verdict(14), await verdict(64)]).toEqual([
      "weak",
      "fair",
      "strong",
      "strong",
    ]);
  });

  test("counts ten guesses a character where a guesser finds no pattern", async () => {
    expect(await bitsOf("kxqzvjwp")).toBeCloseTo(8 * Math.log2(10), 6);
    expect(await bitsOf("kxqzvjwpmtbn")).toBeCloseTo(12 * Math.log2(10), 6);
    expect(await bitsOf("語日本医療記録暗")).toBeCloseTo(8 * Math.log2(10), 6);
  });

  test("is never more than the number of words that such characters make", async () => {
    expect(await bitsOf("7039184625")).toBeCloseTo(sequences(10, 10), 6);
    expect(await bitsOf("k039184625")).toBeGreaterThan(sequences(10, 10));
  });

  test("grows with the length, and falls with a pattern", async () => {
    expect(await bitsOf("kxqzvjwp")).toBeLessThan(await bitsOf("kxqzvjwpm"));
    expect(await bitsOf("abcdefgh")).toBeLessThan(await bitsOf("kxqzvjwp"));
    expect(await bitsOf("lumberjack")).toBeLessThan(await bitsOf("kxqzvjwpmt"));
  });

  test("of a generated word is the number of words that may come out", () => {
    expect(generatedStrength(8).bits).toBeCloseTo(sequences(31, 8), 9);
    expect(generatedStrength(12).bits).toBeCloseTo(sequences(31, 12), 9);
    expect(generatedStrength(21).bits).toBeCloseTo(sequences(72, 21), 9);
    expect(generatedStrength(64).bits).toBeCloseTo(sequences(72, 64), 9);
    expect(generatedStrength(8).verdict).toBe("fair");
    expect(generatedStrength(12).verdict).toBe("strong");
  });
});

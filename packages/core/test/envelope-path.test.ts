import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadSample, samplesMissing } from "../../../test-support/vectors.ts";
import { checkEntries, compareEntries, type Entry, type Shape } from "../src/envelope/path.ts";
import { ChirographError } from "../src/error.ts";
import { refusal, utf8 } from "./fixtures.ts";

const refused = refusal("invalid-path");
const entries = (...paths: string[]): Entry[] =>
  paths.map((path) => ({ path, bytes: path.endsWith("/") ? 0 : 1 }));
const check = (...paths: string[]): void => checkEntries("folder", entries(...paths));

const compare = (left: string, right: string): number =>
  Math.sign(compareEntries({ path: left, bytes: 0 }, { path: right, bytes: 0 }));

describe("the paths of a record", () => {
  test.each([
    "scan.dcm",
    "a/b/c",
    "a/b/",
    "folder/",
    ".hidden",
    "...",
    "a..b",
    "a/...",
    " ",
    "a b ",
    "~",
    "-rf",
    "CON",
    "a:b",
    "a*?<>|b",
    "日本/語",
    "😀",
    "caf\u00e9",
    "\u200d",
    "\u200b",
    "\u202f",
    "\u2065",
    "\u206a",
    "\ue000",
    "\u{e0080}",
  ])("may be %j", (path) => {
    expect(() => check(path)).not.toThrow();
  });

  test.each([
    ["empty", ""],
    ["absolute", "/a"],
    ["a slash", "/"],
    ["two slashes", "//"],
    ["an empty part", "a//b"],
    ["an empty part at the end", "a//"],
    ["here", "."],
    ["here, inside", "a/./b"],
    ["here, at the end", "a/./"],
    ["up", ".."],
    ["up, first", "../a"],
    ["up, inside", "a/../b"],
    ["up, last", "a/.."],
    ["up, as a folder", "../"],
    ["a backslash", "a\\b"],
    ["a null", "a\0b"],
    ["a line feed", "a\nb"],
    ["an escape", "\u001b[2J"],
    ["a delete", "\u007f"],
    ["a C1 control", "a\u009bb"],
    ["an Arabic letter mark", "a\u061cb"],
    ["a left-to-right mark", "\u200ea"],
    ["a right-to-left mark", "\u200fa"],
    ["an embedding", "a\u202ab"],
    ["an override that hides the ending", "scan\u202egpj.exe"],
    ["an isolate", "a\u2066b"],
    ["the end of an isolate", "a\u2069b"],
    ["a decomposed letter", "cafe\u0301"],
  ])("may not be or hold %s", (_, path) => {
    expect(() => check(path)).toThrow(refused);
    expect(() => check(...(path.endsWith("/") ? [`x/${path}`] : [`x/${path}/y`]))).toThrow(refused);
  });

  test("have parts of at most 255 bytes", () => {
    check("a".repeat(255), `b/${"é".repeat(127)}`);
    expect(() => check("a".repeat(256))).toThrow(refused);
    expect(() => check("é".repeat(128))).toThrow(refused);
    expect(() => check(`a/${"b".repeat(256)}/`)).toThrow(refused);
  });

  test("have at most 4,096 bytes", () => {
    const folders = `${"a".repeat(255)}/`.repeat(15);
    check(`${folders}${"b".repeat(255)}`);
    check(`${folders}${"b".repeat(255)}/`);
    expect(() => check(`${folders}${"b".repeat(254)}/c/`)).toThrow(refused);
    check(`${folders}${"b".repeat(253)}/cd`);
    expect(() => check(`${folders}${"b".repeat(253)}/cde`)).toThrow(refused);
  });

  test("ascend by their bytes, each once", () => {
    check("A", "B", "a", "a.b", "b/c", "é", "日", "😀");
    check();
    expect(() => check("b", "a")).toThrow(refused);
    expect(() => check("a", "a")).toThrow(refused);
    expect(() => check("a", "c", "b")).toThrow(refused);
    expect(() => check("😀", "\ufb00")).toThrow(refused);
    check("\ufb00", "😀");
  });

  test("may not be the folder of another, be it a file or an empty folder", () => {
    check("a/", "b/c/", "b/d");
    check("a", "ab/c");
    expect(() => check("a", "a/b")).toThrow(refused);
    expect(() => check("a", "a.", "a/b")).toThrow(refused);
    expect(() => check("a", "a/")).toThrow(refused);
    expect(() => check("a", "a.", "a/")).toThrow(refused);
    expect(() => check("a/", "a/b")).toThrow(refused);
    expect(() => check("a/b", "a/b/c/d")).toThrow(refused);
    expect(() => check("a/b/", "a/b/c/")).toThrow(refused);
  });

  test("of a single file are one plain name", () => {
    checkEntries("file", [{ path: "scan.dcm", bytes: 7 }]);
    checkEntries("file", [{ path: "empty", bytes: 0 }]);
    for (const bad of [[], entries("a", "b"), entries("a/b"), entries("a/"), entries("")]) {
      expect(() => checkEntries("file", bad)).toThrow(refused);
    }
  });

  test("that end in a slash have no content", () => {
    expect(() => checkEntries("folder", [{ path: "a/", bytes: 1 }])).toThrow(refused);
    checkEntries("folder", [{ path: "a/", bytes: 0 }]);
  });

  test("are compared by their bytes", () => {
    expect([compare("a", "b"), compare("b", "a"), compare("a", "a")]).toEqual([-1, 1, 0]);
    // UTF-16 would put the emoji first.
    expect(compare("\ufb00", "😀")).toBe(-1);
  });

  test("name the culprit in the error, made harmless", () => {
    expect(() => check("a\u001bb")).toThrow(String.raw`"a\u001bb"`);
    expect(() => check("a", "a/b")).toThrow('"a"');
  });
});

const attempt = (shape: Shape, path: string): unknown => {
  try {
    checkEntries(shape, [{ path, bytes: path.endsWith("/") ? 0 : 1 }]);
    return undefined;
  } catch (error) {
    return error;
  }
};

/** What the format says of one path, in other words than the code's. */
function isLegal(path: string): boolean {
  const trimmed = path.endsWith("/") ? path.slice(0, -1) : path;
  return (
    path === path.normalize() &&
    utf8(path).length <= 4096 &&
    trimmed.split("/").every(
      (part) =>
        !["", ".", ".."].includes(part) &&
        utf8(part).length <= 255 &&
        ![...part].some((character) => {
          const code = character.codePointAt(0)!;
          const control = code < 0x20 || (code >= 0x7f && code < 0xa0);
          const turning = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
          return control || turning || [0x5c, 0x61c, 0x200e, 0x200f].includes(code);
        }),
    )
  );
}

describe("hostile names", () => {
  test.skipIf(samplesMissing !== undefined)(
    "from a published list are taken or refused by the rules, and throw nothing else",
    async () => {
      const names = JSON.parse(
        new TextDecoder().decode(await loadSample("text/naughty-strings.json")),
      ) as string[];
      expect(names.length).toBeGreaterThan(400);
      for (const name of names) {
        for (const path of [name, `../${name}`, `${name}/x`, `x/${name}`]) {
          const error = attempt("folder", path);
          expect(error === undefined || error instanceof ChirographError).toBe(true);
          expect(error === undefined, `path ${JSON.stringify(path)}`).toBe(isLegal(path));
          const single = attempt("file", path);
          expect(single === undefined, `path ${JSON.stringify(path)}`).toBe(
            isLegal(path) && !path.includes("/"),
          );
        }
      }
    },
  );

  test("of any kind are taken or refused by the rules", () => {
    const piece = fc.oneof(
      fc.constantFrom("/", ".", "..", "\\", "\u202e", "e\u0301", "a", "\0", "😀"),
      fc.string({ unit: "binary", maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const path = pieces.join("");
        expect(attempt("folder", path) === undefined, `path ${JSON.stringify(path)}`).toBe(isLegal(path));
      }),
      { numRuns: 500 },
    );
  });
});

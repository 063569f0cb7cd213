import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from "../src/encoding/base64.ts";
import { compareBytes, equalBytes, fromHex, isZero, wipe } from "../src/encoding/bytes.ts";
import { labelled } from "../src/encoding/label.ts";
import { Reader } from "../src/encoding/reader.ts";
import { fromUtf8 } from "../src/encoding/text.ts";
import { Writer } from "../src/encoding/writer.ts";
import { epochBytes, newId, NO_ID, scopeBytes } from "../src/ids.ts";
import { suiteNamed, suiteNumbered } from "../src/suite.ts";
import { concat, engine, id, pattern, refusal, scripted, toHex, utf8 } from "./fixtures.ts";

const reader = (...bytes: number[]): Reader => new Reader(Uint8Array.from(bytes), "thing");
const malformed = refusal("malformed");
const LARGEST = Number.MAX_SAFE_INTEGER;

describe("integers", () => {
  test("are big-endian", () => {
    const bytes = new Writer().u8(1).u16(0x0203).u32(0x04050607).u64(0x08090a0b0c0d0e).finish();
    expect(toHex(bytes)).toBe("010203040506070008090a0b0c0d0e");
    const read = new Reader(bytes, "thing");
    expect([read.u8(), read.u16(), read.u32(), read.u64()]).toEqual([
      1, 0x0203, 0x04050607, 0x08090a0b0c0d0e,
    ]);
    expect(read.offset).toBe(15);
    read.end();
  });

  test("come back as they were", () => {
    const numbers = fc.tuple(
      fc.nat({ max: 0xff }),
      fc.nat({ max: 0xffff }),
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.integer({ min: 0, max: LARGEST }),
    );
    fc.assert(
      fc.property(numbers, ([u8, u16, u32, u64]) => {
        const read = new Reader(new Writer().u8(u8).u16(u16).u32(u32).u64(u64).finish(), "thing");
        expect([read.u8(), read.u16(), read.u32(), read.u64()]).toEqual([u8, u16, u32, u64]);
      }),
    );
  });

  test("are written up to their largest and not beyond, and never below zero or broken", () => {
    for (const [write, largest] of [
      [(value: number) => new Writer().u8(value), 0xff],
      [(value: number) => new Writer().u16(value), 0xffff],
      [(value: number) => new Writer().u32(value), 0xffffffff],
      [(value: number) => new Writer().u64(value), LARGEST],
    ] as const) {
      expect(isZero(write(0).finish())).toBe(true);
      expect(write(largest).finish().at(-1)).toBe(0xff);
      for (const value of [largest + 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(() => write(value), `${value}`).toThrow(RangeError);
      }
    }
  });

  test("of 64 bits are refused above 2⁵³ − 1", () => {
    expect(reader(0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff).u64()).toBe(LARGEST);
    expect(() => reader(0, 0x20, 0, 0, 0, 0, 0, 0).u64()).toThrow(malformed);
    expect(() => reader(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff).u64()).toThrow(malformed);
  });

  test("that are cut short are refused", () => {
    expect(() => reader().u8()).toThrow(malformed);
    expect(() => reader(1).u16()).toThrow(malformed);
    expect(() => reader(1, 2, 3).u32()).toThrow(malformed);
    expect(() => reader(0, 0, 0, 0, 0, 0, 0).u64()).toThrow(malformed);
  });
});

const keys = (...each: number[][]): Uint8Array[] => each.map((bytes) => Uint8Array.from(bytes));

describe("bytes", () => {
  test("of a fixed length are exactly that, and a copy", () => {
    const bytes = pattern(4);
    const read = new Reader(bytes, "thing").fixed(4);
    bytes[0] = 99;
    expect(read).toEqual(pattern(4));
    expect(() => reader(1, 2).fixed(3)).toThrow(malformed);
    expect(() => new Writer().fixed(pattern(3), 4)).toThrow(RangeError);
    expect(() => new Writer().fixed(pattern(5), 4)).toThrow(RangeError);
  });

  test("carry their length", () => {
    expect(toHex(new Writer().bytes16(pattern(3, 1)).finish())).toBe("000301080f");
    expect(toHex(new Writer().bytes32(pattern(3, 1)).finish())).toBe("0000000301080f");
    expect(toHex(new Writer().bytes16(new Uint8Array()).raw(pattern(1, 5)).finish())).toBe("000005");
    expect(reader(0, 1, 7).bytes16()).toEqual(Uint8Array.of(7));
    expect(reader(0, 0, 0, 1, 7).bytes32()).toEqual(Uint8Array.of(7));
    expect(() => reader(0, 2, 7).bytes16()).toThrow(malformed);
    expect(() => reader(255, 255, 255, 255, 7).bytes32()).toThrow(malformed);
    expect(() => new Writer().bytes16(new Uint8Array(65_536))).toThrow(RangeError);
  });

  test("left over at the end are refused", () => {
    const read = reader(1, 2);
    read.u8();
    expect(() => read.end()).toThrow(malformed);
    read.u8();
    read.end();
  });

  test("begin with the magic or are refused", () => {
    const read = new Reader(utf8("CHGCHART!"), "thing");
    read.magic("CHGCHART");
    expect(read.offset).toBe(8);
    for (const text of ["CHGCHARS", "xHGCHART", "CHGCHAR", ""]) {
      expect(() => new Reader(utf8(text), "thing").magic("CHGCHART")).toThrow(malformed);
    }
  });

  test("that are keys ascend, each once", () => {
    reader().ascending([], "keys");
    reader().ascending(keys([5]), "keys");
    reader().ascending(keys([1], [1, 0], [2], [255]), "keys");
    expect(() => reader().ascending(keys([1], [1]), "keys")).toThrow(malformed);
    expect(() => reader().ascending(keys([1], [3], [2]), "keys")).toThrow(malformed);
    expect(() => reader().ascending(keys([1, 0], [1]), "keys")).toThrow(malformed);
  });

  test("are named in the error", () => {
    expect(() => new Reader(new Uint8Array(), "chart document").u8()).toThrow(
      "The chart document is cut short.",
    );
    expect(() => reader().fail("is odd")).toThrow("The thing is odd.");
  });

  test("are ordered as unsigned numbers, the shorter first", () => {
    const bytes = fc.uint8Array({ maxLength: 4, max: 3 });
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        const [a, b] = [toHex(left), toHex(right)];
        expect(Math.sign(compareBytes(left, right))).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(equalBytes(left, right)).toBe(a === b);
      }),
    );
    expect(compareBytes(Uint8Array.of(0x7f), Uint8Array.of(0x80))).toBeLessThan(0);
  });

  test("are zero, joined, shown and wiped", () => {
    expect([isZero(new Uint8Array(5)), isZero(new Uint8Array()), isZero(Uint8Array.of(0, 0, 1))]).toEqual([
      true,
      true,
      false,
    ]);
    expect(concat()).toEqual(new Uint8Array());
    expect(concat(pattern(2), new Uint8Array(), pattern(1, 9))).toEqual(Uint8Array.of(0, 7, 9));
    expect(toHex(Uint8Array.of(0, 10, 255))).toBe("000aff");
    const [first, second] = [pattern(3, 1), pattern(3, 1)];
    wipe(first, second);
    expect(isZero(first) && isZero(second)).toBe(true);
  });
});

describe("hexadecimal", () => {
  test("has two lower-case digits for each byte, and comes back", () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const text = Array.from(all, (byte) => byte.toString(16).padStart(2, "0")).join("");
    expect(toHex(all)).toBe(text);
    expect(fromHex(text)).toEqual(all);
    expect(toHex(all.subarray(10, 12))).toBe("0a0b");
    expect(toHex(new Uint8Array())).toBe("");
    expect(fromHex("")).toEqual(new Uint8Array());
  });

  test("of any other form is refused", () => {
    for (const text of [
      "0",
      "000",
      "0A",
      "0g",
      "g0",
      "0x",
      " 00",
      "00\n",
      "0\u00e9",
      "0\u0130",
      "0\uff11",
      "\ud83d\ude00",
    ])
      expect(fromHex(text)).toBeNull();
    const unit = fc.constantFrom(...Array.from("019afAg/:`\u0100\u0130"));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 6 }), (text) => {
        expect(fromHex(text) !== null).toBe(/^([0-9a-f]{2})*$/.test(text));
      }),
    );
  });
});

describe("text", () => {
  test("is UTF-8 in normal form C", () => {
    const bytes = new Writer().text16("cafe\u0301 😀").finish();
    expect(bytes).toEqual(concat(Uint8Array.of(0, 10), utf8("caf\u00e9 😀")));
    expect(new Reader(bytes, "thing").text16()).toBe("caf\u00e9 😀");
    expect(new Reader(Uint8Array.of(0, 0), "thing").text16()).toBe("");
  });

  test.each([
    ["decomposed", utf8("e\u0301")],
    ["cut inside a character", Uint8Array.of(0xf0, 0x9f, 0x98)],
    ["an overlong form", Uint8Array.of(0xc0, 0xaf)],
    ["a surrogate", Uint8Array.of(0xed, 0xa0, 0x80)],
    ["a byte that is none", Uint8Array.of(0xff)],
  ])("that is %s is refused", (_, bytes) => {
    expect(() => new Reader(new Writer().bytes16(bytes).finish(), "thing").text16()).toThrow(malformed);
  });

  test("keeps a byte order mark", () => {
    expect(fromUtf8(utf8("\ufeffa"))).toBe("\ufeffa");
    expect(fromUtf8(Uint8Array.of(0xff))).toBeNull();
  });

  test("of a label ends with a zero byte, before the fields", () => {
    expect(labelled("mark/head", Uint8Array.of(7), Uint8Array.of(8))).toEqual(
      concat(utf8("chirograph/v1/mark/head"), Uint8Array.of(0, 7, 8)),
    );
  });
});

const native = (of: Uint8Array): string => btoa(String.fromCharCode(...of));

describe("base64", () => {
  const bytes = fc.uint8Array({ maxLength: 100 });

  test("is what the platform writes, in both alphabets, and comes back", () => {
    fc.assert(
      fc.property(bytes, (some) => {
        const text = native(some);
        const url = text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
        expect(toBase64(some)).toBe(text);
        expect(fromBase64(text)).toEqual(some);
        expect(toBase64Url(some)).toBe(url);
        expect(fromBase64Url(url)).toEqual(some);
      }),
    );
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(toBase64(all)).toBe(native(all));
    expect(fromBase64(native(all))).toEqual(all);
  });

  test("reads nothing that it would not have written", () => {
    const characters = fc.constantFrom(...Array.from("ABab09+/=-_\n é"));
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 9 }), (parts) => {
        const text = parts.join("");
        for (const [read, write] of [
          [fromBase64, toBase64],
          [fromBase64Url, toBase64Url],
        ] as const) {
          const found = read(text);
          expect(found === null || write(found) === text).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    "QQ",
    "QQ=",
    "QR==",
    "QUI",
    "QUJ=",
    "Q",
    "Q===",
    "QQ==QQ==",
    "QQ== ",
    "=",
    "====",
    "QQ=\n=",
    "-_8=",
    "A",
  ])("refuses %j", (text) => expect(fromBase64(text)).toBeNull());

  test.each(["QQ==", "QR", "QUJ", "Q", "+/8", "QQ ", "="])("for addresses refuses %j", (text) => {
    expect(fromBase64Url(text)).toBeNull();
  });
});

describe("ids and suites", () => {
  test("an id is random and never zero", () => {
    const script = [...NO_ID, ...id(9)];
    expect(newId(scripted(engine, script))).toEqual(id(9));
    expect(newId(engine)).not.toEqual(newId(engine));
    expect(newId(engine)).toHaveLength(16);
  });

  test("a scope is suite, chart, record and version", () => {
    const scope = { suite: 0x0102, chart: id(1), record: id(2), version: id(3), epoch: 9 };
    expect(scopeBytes(scope)).toEqual(concat(Uint8Array.of(1, 2), id(1), id(2), id(3)));
    expect(epochBytes(0x01020304)).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  test("the suites are those of the format, and no others", () => {
    expect(suiteNumbered(1)).toEqual({ id: 1, name: "aes-128", aead: "AEAD_AES_128_GCM", keyBytes: 16 });
    expect(suiteNumbered(2)).toEqual({ id: 2, name: "aes-256", aead: "AEAD_AES_256_GCM", keyBytes: 32 });
    expect(suiteNumbered(0x101)).toEqual({
      id: 0x101,
      name: "classic",
      aead: "AEAD_AES_128_GCM",
      keyBytes: 16,
    });
    expect(suiteNamed("aes-256").id).toBe(2);
    for (const number of [0, 3, 0x100, 0x102, 0xffff]) {
      expect(() => suiteNumbered(number)).toThrow(refusal("unsupported"));
    }
  });
});

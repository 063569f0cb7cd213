// What the command line says, piece by piece and without a process.
import { ChirographError } from "@chirograph/core";
import { describe, expect, test } from "vitest";
import { explain } from "../src/explain.ts";
import { showName } from "../src/terminal/name.ts";
import { Progress } from "../src/terminal/progress.ts";
import { showBytes, showDuration, showTime } from "../src/terminal/quantity.ts";
import { PassThrough } from "node:stream";

test("an error that nobody foresaw is internal and tells nothing of itself", () => {
  const explained = explain(new TypeError("the word is adk21937"));
  expect(explained.reason).toBe("internal");
  expect(JSON.stringify(explained)).not.toContain("adk21937");
  expect(explain(new ChirographError("erased", "It was erased.")).reason).toBe("badData");
});

describe("names from outside cannot play with the terminal", () => {
  test.for([
    ["plain.dcm", "plain.dcm"],
    ["größe 日本.txt", "größe 日本.txt"],
    ["a\u001B[2J", '"a\\u001b[2J"'],
    ["a\nb", '"a\\nb"'],
    ["a\u202Eb", '"a\\u{202e}b"'],
    ["a\u2028b", '"a\\u{2028}b"'],
    ['say "hi"', '"say \\"hi\\""'],
  ] as const)("%j", ([name, shown]) => expect(showName(name)).toBe(shown));

  test("bytes that are no text", () => expect(showName(Buffer.of(0x61, 0xff, 0x0a))).toBe('"a\\xff\\x0a"'));
});

test("quantities", () => {
  expect([0, 1, 1023, 1024, 1_600_000, 2 ** 40].map(showBytes)).toEqual([
    "0 bytes",
    "1 byte",
    "1023 bytes",
    "1.0 KiB",
    "1.5 MiB",
    "1.0 TiB",
  ]);
  expect([900, 61_000, 3_660_000].map(showDuration)).toEqual(["1 s", "1 min 01 s", "1 h 01 min"]);
  expect(showTime(2 ** 53 - 1)).toBe("at no possible time");
});

test("progress shows on a terminal only, and after a second", async () => {
  const streams = [true, false].map((isTTY) => Object.assign(new PassThrough(), { isTTY, columns: 80 }));
  const meters = streams.map((stream) => new Progress(stream, "sealing", 4 * 1_048_576));
  for (const meter of meters) meter.add(1_048_576);
  expect(streams.map((stream) => stream.read() as unknown)).toEqual([null, null]);
  await new Promise((resolve) => setTimeout(resolve, 1050));
  for (const meter of meters) meter.add(1_048_576);
  const [shown, hidden] = streams.map((stream) => stream.read() as Buffer | null);
  expect(String(shown)).toMatch(/sealing 2\.0 MiB of 4\.0 MiB, [\d.]+ MiB\/s, [12] s left/);
  expect(hidden).toBeNull();
});

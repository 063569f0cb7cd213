import { expect, test } from "vitest";
import { announcedSize } from "../../src/viewers/image/dimensions.ts";
import { decodeText, lineNumbers } from "../../src/viewers/text/decode-text.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test("bytes that are no text are replaced, and that is told", () => {
  expect(decodeText(utf8("Größe"), true)).toEqual({ text: "Größe", isReplaced: false });
  expect(decodeText(Uint8Array.of(0x41, 0xff, 0x42), true)).toEqual({ text: "A\uFFFDB", isReplaced: true });
});

test("a character that a part cuts in two is left for the next part", () => {
  const cut = utf8("Größe").subarray(0, 3);
  expect(decodeText(cut, false)).toEqual({ text: "Gr", isReplaced: false });
  expect(decodeText(cut, true).isReplaced).toBe(true);
});

test("UTF-16 is known by its mark", () => {
  expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x41, 0, 0xe4, 0), true).text).toBe("Aä");
});

test.for([
  ["", "1"],
  ["one", "1"],
  ["one\n", "1"],
  ["one\ntwo", "1\n2"],
  ["\n\n", "1\n2"],
] as const)("lines of %j", ([text, numbers]) => {
  expect(lineNumbers(text)).toBe(numbers);
});

test("a picture's announced size is read before anything is decoded", () => {
  const png = new Uint8Array(24);
  new DataView(png.buffer).setUint32(16, 70_000);
  new DataView(png.buffer).setUint32(20, 2);
  expect(announcedSize("image/png", png)).toEqual({ width: 70_000, height: 2 });
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 17, 8, 0, 9, 0, 12, 3);
  expect(announcedSize("image/jpeg", jpeg)).toEqual({ width: 12, height: 9 });
  expect(announcedSize("image/jpeg", jpeg.subarray(0, 8))).toBeUndefined();
  expect(announcedSize("image/png", png.subarray(0, 10))).toBeUndefined();
});

import { expect, test } from "vitest";
import { firstPage } from "../../src/screens/pictures/first-page.ts";

test("a text shows its first lines, cut to a page", () => {
  const content = Array.from({ length: 40 }, (_, line) => `line ${line} ${"x".repeat(100)}`).join("\r\n");
  const page = firstPage("text/plain", new TextEncoder().encode(content));
  expect(page).toMatchObject({ shape: "text" });
  const lines = page.shape === "text" ? page.lines : [];
  expect(lines).toHaveLength(18);
  expect(lines[1]).toMatch(/^line 1 x+$/);
  expect(lines[1]).toHaveLength(64);
});

test("anything else shows its first bytes", () => {
  expect(firstPage("application/pdf", new TextEncoder().encode("%PDF-1.7\n%"))).toEqual({
    shape: "bytes",
    rows: [
      { hex: "25 50 44 46 2d 31 2e 37", text: "%PDF-1.7" },
      { hex: "0a 25", text: "·%" },
    ],
  });
  expect(firstPage("application/octet-stream", new Uint8Array())).toEqual({ shape: "bytes", rows: [] });
});

test("the zeros in front of a DICOM file are passed over", () => {
  const file = new Uint8Array(128 + 4);
  file.set(new TextEncoder().encode("DICM"), 128);
  expect(firstPage("application/dicom", file)).toEqual({
    shape: "bytes",
    rows: [{ hex: "44 49 43 4d", text: "DICM" }],
  });
});

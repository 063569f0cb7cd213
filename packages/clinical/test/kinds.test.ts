import { describe, expect, test } from "vitest";
import { kindOf } from "../src/kinds/kinds.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

function withBytes(length: number, offset: number, content: string): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(text(content), offset);
  return bytes;
}

describe("the kind of a file", () => {
  test.each([
    ["scan", withBytes(400, 128, "DICM"), "application/dicom"],
    ["a.png", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0), "image/png"],
    ["a.jpg", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), "image/jpeg"],
    ["a.pdf", text("%PDF-1.7"), "application/pdf"],
    ["a.mp4", withBytes(40, 4, "ftypisom"), "video/mp4"],
    ["a.mov", withBytes(40, 4, "ftypqt  "), "video/quicktime"],
    ["a.webm", Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3, 0x9f, ...text("B\x82\x84webm")), "video/webm"],
    ["dna.vcf", text("##fileformat=VCFv4.2\n"), "text/x-vcf"],
    ["DNA.VCF", text("##fileformat=VCFv4.2\n"), "text/x-vcf"],
    ["labs.csv", text("name,value\n"), "text/csv"],
    ["patient.json", text("{}"), "application/json"],
    ["note", text("Grüezi, all is well.\n"), "text/plain"],
    ["empty.txt", new Uint8Array(), "application/octet-stream"],
    ["noise.bin", Uint8Array.of(1, 2, 3, 0xff), "application/octet-stream"],
  ])("%s", (name, head, kind) => {
    expect(kindOf(name, head)).toBe(kind);
  });

  test("is told by the bytes where the name lies", () => {
    expect(kindOf("report.pdf", text("<script>alert(1)</script>"))).toBe("text/plain");
    expect(kindOf("photo.png", text("%PDF-1.7"))).toBe("application/pdf");
    expect(kindOf("records.vcf", Uint8Array.of(0, 1, 2))).toBe("application/octet-stream");
  });

  test("is text where the last character was cut off", () => {
    expect(kindOf("note", text("Grüezi ü").subarray(0, -1))).toBe("text/plain");
  });

  test("is DICOM without a preamble, explicit or implicit", () => {
    const explicit = withBytes(200, 4, "UL");
    explicit.set([8, 0, 0, 0], 0);
    explicit.set([4, 0], 6);
    explicit.set([8, 0, 5, 0], 12);
    expect(kindOf("IM0001", explicit)).toBe("application/dicom");
    const implicit = new Uint8Array(200);
    implicit.set([8, 0, 5, 0, 10, 0, 0, 0], 0);
    implicit.set([8, 0, 8, 0], 18);
    expect(kindOf("IM0001", implicit)).toBe("application/dicom");
    expect(kindOf("IM0001", new Uint8Array(200))).toBe("application/octet-stream");
  });
});

test.each([
  ["", "application/octet-stream"],
  ["\x01\x02", "application/octet-stream"],
  ["\xFF\xFE", "application/octet-stream"],
  ["Dear doctor,\r\n", "text/plain"],
])("the content %j is of kind %s", (head, kind) => {
  const bytes = Uint8Array.from(head, (character) => character.charCodeAt(0));
  expect(kindOf("", bytes)).toBe(kind);
});

test("text that is cut off inside a character is text", () => {
  expect(kindOf("", text("é").subarray(0, 1))).toBe("text/plain");
});

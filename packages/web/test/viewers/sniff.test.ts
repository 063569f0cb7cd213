import { expect, test } from "vitest";
import { loadSample, samplesMissing } from "../../../../test-support/vectors.ts";
import { chooseViewer, HEAD_BYTES } from "../../src/viewers/sniff.ts";

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)),
  );
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

test.for([
  ["dicom", bytes(zeros(128), "DICM")],
  ["dicom", bytes([8, 0, 5, 0], "CS", [10, 0], "ISO_IR 100", [8, 0, 8, 0], "CS", [2, 0], "A ")],
  ["dicom", bytes([8, 0, 0x16, 0, 2, 0, 0, 0], "1 ", [8, 0, 0x18, 0, 2, 0, 0, 0], "1 ", zeros(8))],
  ["image", bytes([0x89], "PNG\r\n\u001A\n")],
  ["image", bytes([0xff, 0xd8, 0xff, 0xe0])],
  ["image", bytes("GIF89a")],
  ["image", bytes("RIFF", zeros(4), "WEBPVP8L")],
  ["image", bytes("BM", zeros(12), [40, 0, 0, 0], zeros(36))],
  ["pdf", bytes("%PDF-1.7\n")],
  ["film", bytes([0x1a, 0x45, 0xdf, 0xa3])],
  ["film", bytes(zeros(4), "ftypisom")],
  ["film", bytes("RIFF", zeros(4), "WAVEfmt ")],
  ["text", bytes("plain text\r\n")],
  ["text", bytes("<script>alert(1)</script>")],
  ["text", bytes('<?xml version="1.0"?><svg onload="alert(1)"/>')],
  ["text", bytes("BMI 24.1 kg/m², measured twice this week by the nurse")],
  ["text", bytes([0xff, 0xfe, 0x41, 0])],
  ["none", bytes("text with a zero\u0000 in it")],
  ["none", bytes([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0])],
  ["none", new Uint8Array()],
] as const)("%s is chosen by the bytes", ([viewer, head]) => {
  expect(chooseViewer(head).viewer).toBe(viewer);
});

test("a text is cut anywhere, even inside a character", () => {
  const text = new TextEncoder().encode("ä".repeat(4000));
  expect(chooseViewer(text.subarray(0, HEAD_BYTES - 1)).viewer).toBe("text");
});

test.skipIf(samplesMissing).for([
  ["png/basn6a16.png", "image"],
  ["png/xc9n2c08.png", "image"],
  ["png/xcrn0g04.png", "damaged-png"],
  ["text/dna-report.vcf", "text"],
  ["text/naughty-strings.json", "text"],
  ["fhir/Patient-example.json", "text"],
  ["dicom/CT_small.dcm", "dicom"],
  ["dicom/no_meta.dcm", "none"],
  ["dicom-malformed/TC0379_preamble_ff.dcm", "dicom"],
] as const)("the sample %s is for the viewer %s", async ([name, viewer]) => {
  const file = (await loadSample(name))!;
  expect(chooseViewer(file.subarray(0, HEAD_BYTES)).viewer).toBe(viewer);
});

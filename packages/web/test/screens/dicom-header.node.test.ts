import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { drawFrame } from "../../src/screens/pictures/dicom-frame.ts";
import { readFrameHeader, readStudyHeader } from "../../src/screens/pictures/dicom-header.ts";
import { kindOf } from "@chirograph/clinical/kinds";

const samples = inject("samples");
const read = (name: string): Uint8Array => readFileSync(join(samples.path, name));

describe.skipIf(samples.missing !== undefined)("headers of published DICOM files", () => {
  test("a CT slice", () => {
    const bytes = read("dicom/CT_small.dcm");
    const header = readFrameHeader(bytes)!;
    expect(header).toMatchObject({ rows: 128, columns: 128, samples: 1, bitsAllocated: 16, isSigned: true });
    const greys = drawFrame(header, bytes.subarray(header.offset))!;
    expect(greys).toHaveLength(128 * 128 * 4);
    expect(new Set(greys).size).toBeGreaterThan(50);
    expect(readStudyHeader(bytes)).toMatchObject({ title: expect.any(String) as string });
  });

  test.each(["dicom/MR_small.dcm", "dicom/ExplVR_BigEnd.dcm"])("%s has a picture", (name) => {
    const bytes = read(name);
    expect(kindOf(name, bytes.subarray(0, 4096))).toBe("application/dicom");
    const header = readFrameHeader(bytes)!;
    expect(new Set(drawFrame(header, bytes.subarray(header.offset))).size).toBeGreaterThan(20);
  });

  test("a data set without the preamble and header of a file", () => {
    const whole = read("dicom/CT_small.dcm");
    const header = 132 + 12 + new DataView(whole.buffer, whole.byteOffset).getUint32(132 + 8, true);
    const bare = whole.subarray(header);
    expect(kindOf("IM0001", bare.subarray(0, 4096))).toBe("application/dicom");
    expect(readFrameHeader(bare)).toMatchObject({ rows: 128, columns: 128 });
  });

  test.each(["dicom/JPEG2000.dcm", "dicom/MR_small_RLE.dcm", "dicom/rtplan.dcm", "dicom/test-SR.dcm"])(
    "%s has none without a decoder",
    (name) => {
      expect(readFrameHeader(read(name))).toBeUndefined();
    },
  );

  test("malformed ones are refused or drawn, and nothing is thrown", () => {
    const folder = join(samples.path, "dicom-malformed");
    const names = existsSync(folder) ? readdirSync(folder) : [];
    for (const name of names) {
      const bytes = read(join("dicom-malformed", name));
      const header = readFrameHeader(bytes);
      if (header !== undefined) drawFrame(header, bytes.subarray(header.offset));
      readStudyHeader(bytes.subarray(0, 4096));
    }
    expect(names.length).toBeGreaterThan(0);
  });
});

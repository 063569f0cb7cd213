import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { ImageError, readPixels } from "../src/pixels/index.ts";

const samples = inject("samples");

async function outcomeOf(bytes: Uint8Array): Promise<string> {
  const read = await readPixels(bytes).catch((error: unknown) => error);
  if (read instanceof ImageError) return read.code;
  if (read instanceof Error) throw read;
  return "pixels";
}

describe.skipIf(samples.missing !== undefined)("published DICOM files that are hostile or broken", () => {
  it("are refused with a reason, or are an image all the same; nothing else comes of them", async () => {
    const folder = join(samples.path, "dicom-malformed");
    const seen: Record<string, number> = {};
    for (const name of readdirSync(folder)) {
      const outcome = await outcomeOf(new Uint8Array(readFileSync(join(folder, name))));
      seen[outcome] = (seen[outcome] ?? 0) + 1;
    }
    expect(Object.keys(seen).toSorted()).toEqual(["malformed", "pixels", "unsupported"]);
  });

  it("cut short anywhere, a compressed image is refused; with a byte changed, it ends in pixels or in a reason", async () => {
    const files = ["MR_small_RLE.dcm", "MR_small_jpeg_ls_lossless.dcm", "SC_rgb_jpeg_gdcm.dcm"];
    for (const name of files) {
      const bytes = new Uint8Array(readFileSync(join(samples.path, "dicom", name)));
      for (let part = 1; part < 12; part++) {
        const at = Math.floor((bytes.length * part) / 12);
        // Half a data set may end before it says that it has pixels.
        expect(["malformed", "no-pixels"]).toContain(await outcomeOf(bytes.subarray(0, at)));
        const outcome = await outcomeOf(bytes.with(at, bytes[at]! ^ 0xff));
        expect(["malformed", "unsupported", "no-pixels", "out-of-limits", "pixels"]).toContain(outcome);
      }
    }
  });
});

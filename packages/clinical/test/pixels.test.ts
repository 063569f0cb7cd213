import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodePixels,
  ImageError,
  makeSamples,
  parsePixels,
  type PixelForm,
  type PixelMatrix,
  readPixels,
  sampleCount,
  writePng,
} from "../src/pixels/index.ts";
import { loadSample, samplesMissing } from "../../../test-support/vectors.ts";
import { COLOURS } from "../src/pixels/matrix.ts";
import { decodeWith, interleave } from "../src/pixels/codecs.ts";
import { decodeRle } from "../src/pixels/dicom/rle.ts";
import { drawSlice, PHANTOM_SIZE, samplePeople, writeCtStudy } from "../src/samples/index.ts";
import { counting } from "./randomness.ts";

async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof ImageError) return error.code;
    throw error;
  }
  return "none";
}

function rleHeader(segments: number, ...offsets: number[]): number[] {
  const words = Uint32Array.of(segments, ...offsets, ...Array(15 - offsets.length).fill(0));
  return [...new Uint8Array(words.buffer)];
}

const forms: fc.Arbitrary<PixelForm> = fc.record({
  frames: fc.integer({ min: 1, max: 3 }),
  rows: fc.integer({ min: 1, max: 9 }),
  columns: fc.integer({ min: 1, max: 9 }),
  colour: fc.constantFrom(...COLOURS),
  bits: fc.constantFrom(8, 16, 32),
  signed: fc.boolean(),
});
const matrices: fc.Arbitrary<PixelMatrix> = forms.chain((form) =>
  fc.uint8Array({ minLength: 4 * sampleCount(form), maxLength: 4 * sampleCount(form) }).map((bytes) => {
    const data = makeSamples(form, sampleCount(form));
    const words = new Int32Array(bytes.buffer, 0, data.length);
    for (let index = 0; index < data.length; index++) data[index] = words[index]!;
    return { ...form, data };
  }),
);

describe("a matrix of pixels", () => {
  it("comes back from its file exactly, and encodes again to the same bytes", () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const bytes = encodePixels(matrix);
        expect(parsePixels(bytes)).toEqual(matrix);
        expect(encodePixels(parsePixels(bytes))).toEqual(bytes);
      }),
    );
  });

  it("comes back from PNG exactly, or is refused there", async () => {
    await fc.assert(
      fc.asyncProperty(matrices, async (matrix) => {
        const hasForm =
          matrix.frames === 1 &&
          !matrix.signed &&
          matrix.bits !== 32 &&
          matrix.colour !== "ybr" &&
          matrix.colour !== "grey-inverted";
        const written = await writePng(matrix).catch((error: ImageError) => error.code);
        expect(written === "unsupported").toBe(!hasForm);
        const read = typeof written === "string" ? undefined : await readPixels(written);
        expect(read).toEqual(hasForm ? matrix : undefined);
      }),
      { numRuns: 60 },
    );
  });

  it("is refused when it is cut short, longer, too large or of another version", async () => {
    const form = { frames: 1, rows: 2, columns: 3, colour: "grey", bits: 8, signed: false } as const;
    const bytes = encodePixels({ ...form, data: new Uint8Array(6) });
    const changed = (at: number, ...values: number[]): Uint8Array => {
      const copy = new Uint8Array(bytes);
      copy.set(values, at);
      return copy;
    };
    for (const length of [0, 17, 32, 33, 38]) {
      expect(await codeOf(() => parsePixels(bytes.subarray(0, length)))).toBe("malformed");
    }
    expect(await codeOf(() => parsePixels(new Uint8Array([...bytes, 0])))).toBe("malformed");
    expect(await codeOf(() => parsePixels(changed(17, 2)))).toBe("unsupported");
    expect(await codeOf(() => parsePixels(changed(18, 255, 255, 255, 255)))).toBe("out-of-limits");
    expect(await codeOf(() => parsePixels(changed(18, 0, 0, 0, 0)))).toBe("out-of-limits");
    for (const [at, value] of [
      [30, 6],
      [31, 12],
      [32, 2],
    ] as const) {
      expect(await codeOf(() => parsePixels(changed(at, value)))).toBe("malformed");
    }
  });
});

describe("pixels of files", () => {
  it("of a CT slice are those that were drawn, signed as they are", async () => {
    const plan = { person: samplePeople.paula, slices: 1, date: "20260302", randomBytes: counting() };
    const [file] = writeCtStudy(plan);
    const pixels = await readPixels(file!);
    expect(pixels).toMatchObject({ rows: PHANTOM_SIZE, columns: PHANTOM_SIZE, colour: "grey", signed: true });
    expect([...pixels.data]).toEqual([...drawSlice(0)]);
    const short = file!.subarray(0, file!.length - 1000);
    expect(await codeOf(() => readPixels(short))).toBe("malformed");
  });

  it("in DICOM's run lengths are unpacked, and damage is named", async () => {
    // Two segments: the high bytes 1, 1, 1, 2 and the low bytes 9, 8, 8, 8.
    const packed = [254, 1, 0, 2, 128, 0, 9, 254, 8];
    const frame = Uint8Array.of(...rleHeader(2, 64, 69), ...packed);
    const form = { pixels: 4, samples: 1, sampleBytes: 2 };
    expect([...decodeRle(frame, form)]).toEqual([9, 1, 8, 1, 8, 1, 8, 2]);
    for (const bad of [
      frame.subarray(0, 60),
      frame.subarray(0, 72),
      Uint8Array.of(...rleHeader(1, 64), ...packed),
      Uint8Array.of(...rleHeader(2, 64, 900), ...packed),
      Uint8Array.of(...rleHeader(2, 64, 67), ...packed),
      Uint8Array.of(...rleHeader(2, 64, 69), 129, 1, 0, 2, 128, 0, 9, 254, 8),
    ]) {
      expect(await codeOf(() => decodeRle(bad, form))).toBe("malformed");
    }
  });

  it("are decoded by a codec that is started again after it could not be loaded", async () => {
    const frame = { width: 2, height: 1, bitsPerSample: 8, componentCount: 1 };
    class Decoder {
      readonly getEncodedBuffer = (lengthBytes: number): Uint8Array => new Uint8Array(lengthBytes);
      readonly getDecodedBuffer = (): Uint8Array => Uint8Array.of(4, 5);
      readonly getFrameInfo = (): object => frame;
      decode(): void {}
      delete(): void {}
    }
    let starts = 0;
    const factory = async (): Promise<object> => {
      if (++starts === 1) throw new Error("no network");
      return { Decoder };
    };
    const decode = () => decodeWith("image", factory, "Decoder", Uint8Array.of(1));
    await expect(decode()).rejects.toThrow("no network");
    for (let time = 0; time < 2; time++) expect([...(await decode()).bytes]).toEqual([4, 5]);
    expect(starts).toBe(2);
  });

  it("in planes come side by side", () => {
    expect([...interleave(Uint8Array.of(1, 2, 3, 4, 5, 6), 3, 1)]).toEqual([1, 3, 5, 2, 4, 6]);
    expect([...interleave(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 2, 2)]).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
  });

  it("of no image are none", async () => {
    for (const bytes of [new Uint8Array(), new TextEncoder().encode("a letter"), new Uint8Array(500)]) {
      expect(await codeOf(() => readPixels(bytes))).toBe("no-pixels");
    }
    const png = await writePng({
      frames: 1,
      rows: 1,
      columns: 1,
      colour: "grey",
      bits: 8,
      signed: false,
      data: Uint8Array.of(7),
    });
    expect(await codeOf(() => readPixels(png.subarray(0, 20)))).toBe("malformed");
    expect(await codeOf(() => readPixels(png.subarray(0, 45)))).toBe("malformed");
    expect(await codeOf(() => readPixels(png.with(16, 255)))).toBe("out-of-limits");
    expect(await codeOf(() => readPixels(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)))).toBe("malformed");
  });
});

describe.skipIf(samplesMissing !== undefined)("pixels of the samples", () => {
  it.each([
    ["CT_small.dcm", 1, 128, 128, "grey", 16, true],
    ["ExplVR_BigEnd.dcm", 1, 60, 80, "rgb", 8, false],
    ["JPEG2000.dcm", 1, 1024, 256, "grey", 16, true],
    ["MR2_UNCI.dcm", 1, 1024, 1024, "grey", 16, false],
    ["OBXXXX1A_2frame.dcm", 2, 600, 800, "rgb", 16, false],
    ["RG3_J2KR.dcm", 1, 1760, 1760, "grey-inverted", 16, false],
    ["SC_rgb_jpeg_gdcm.dcm", 1, 100, 100, "rgb", 8, false],
    ["examples_overlay.dcm", 1, 300, 484, "grey", 16, false],
    ["examples_palette.dcm", 1, 350, 800, "rgb", 16, false],
    ["examples_ybr_color.dcm", 30, 240, 320, "rgb", 8, false],
  ] as const)("%s are decoded, whole", async (name, frames, rows, columns, colour, bits, signed) => {
    const { data, ...form } = await readPixels((await loadSample(`dicom/${name}`))!);
    expect(form).toEqual({ frames, rows, columns, colour, bits, signed });
    expect(data).toHaveLength(sampleCount(form));
    expect(new Set(data).size).toBeGreaterThan(4);
  });

  it("are the same in every lossless encoding: plain, run lengths, JPEG-LS; plain and JPEG 2000", async () => {
    const [plain, rle, jpegLs] = await Promise.all(
      ["MR_small.dcm", "MR_small_RLE.dcm", "MR_small_jpeg_ls_lossless.dcm"].map(async (name) =>
        readPixels((await loadSample(`dicom/${name}`))!),
      ),
    );
    expect(rle).toEqual(plain);
    expect(jpegLs).toEqual(plain);
    const [ultrasound, jpeg2000] = await Promise.all(
      ["US1_UNCR.dcm", "examples_jpeg2k.dcm"].map(async (name) =>
        readPixels((await loadSample(`dicom/${name}`))!),
      ),
    );
    expect(encodePixels(jpeg2000!)).toEqual(encodePixels(ultrasound!));
  });

  it("are the same in a JPEG file as in the DICOM file whose frame it is, and no others when it is cut", async () => {
    const file = (await loadSample("dicom/examples_ybr_color.dcm"))!;
    const find = (second: number, from: number): number =>
      file.findIndex((byte, at) => at >= from && byte === 0xff && file[at + 1] === second);
    const start = find(0xd8, 0);
    const jpeg = file.slice(start, find(0xd9, start) + 2);
    const { data, ...pixels } = await readPixels(jpeg);
    const video = await readPixels(file);
    expect(pixels).toEqual({ frames: 1, rows: 240, columns: 320, colour: "rgb", bits: 8, signed: false });
    expect(Array.from(data)).toEqual(Array.from(video.data.subarray(0, data.length)));
    expect(await codeOf(() => readPixels(jpeg.subarray(0, 100)))).toBe("malformed");
  });

  it("survive PNG, where PNG has a form for them", async () => {
    for (const name of ["basi2c16", "basn0g16", "basn2c08", "basn3p08", "basn6a16"]) {
      const pixels = await readPixels((await loadSample(`png/${name}.png`))!);
      expect(pixels).toMatchObject({ rows: 32, columns: 32 });
      expect(await readPixels(await writePng(pixels))).toEqual(pixels);
    }
  });

  it("that are damaged, or that are no image, are refused", async () => {
    const codes = [
      ["dicom/MR_truncated.dcm", "malformed"],
      ["png/xc9n2c08.png", "malformed"],
      ["png/xcrn0g04.png", "no-pixels"],
      ["dicom/test-SR.dcm", "no-pixels"],
      ["dicom/rtplan.dcm", "no-pixels"],
      ["text/dna-report.vcf", "no-pixels"],
    ] as const;
    for (const [name, code] of codes) {
      const bytes = (await loadSample(name))!;
      expect([name, await codeOf(() => readPixels(bytes))]).toEqual([name, code]);
    }
  });
});

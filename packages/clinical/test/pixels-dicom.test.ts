import { describe, expect, it } from "vitest";
import { ImageError, type PixelMatrix, readPixels } from "../src/pixels/index.ts";
import { type DicomImage, dicomImage, SYNTAX } from "./dicom-image.ts";
import { encodeLossless } from "./lossless-jpeg.ts";

async function outcomeOf(image: DicomImage): Promise<string> {
  const read = await readPixels(dicomImage(image)).catch((error: unknown) => error);
  if (read instanceof ImageError) return read.code;
  if (read instanceof Error) throw read;
  return (read as PixelMatrix).colour;
}

/** Six samples in one row with a sign, as OpenJPEG 2.5.4 wrote them: of 12 bits, and of 8. */
const SIGNED_12 = {
  values: [-2048, -1, 0, 1, 5, 2047],
  frame: fromHex(
    [
      "ff4fff51002900000000000600000001000000000000000000000006000000010000000000000000",
      "00018b0101ff52000c00020001000004040001ff5c00044060ff6400250001437265617465642062",
      "79204f70656e4a5045472076657273696f6e20322e352e34ff90000a0000000000190001ff93dfe0",
      "2007784f798027127fffd9",
    ].join(""),
  ),
};
const SIGNED_8 = fromHex(
  [
    "ff4fff51002900000000000600000001000000000000000000000006000000010000000000000000",
    "0001870101ff52000c00020001000004040001ff5c00044040ff6400250001437265617465642062",
    "79204f70656e4a5045472076657273696f6e20322e352e34ff90000a0000000000170001ff93df80",
    "3007784eb68526ffd9",
  ].join(""),
);

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g)!, (byte) => Number.parseInt(byte, 16));
}

/** A baseline JPEG of 8 × 8 pixels of one colour: for each component, a mean and no more. */
function flatJpeg(colour: readonly number[], ...marker: readonly number[]): Uint8Array {
  const ids = [1, 2, 3];
  const bits = colour.map((value) => {
    const mean = 8 * (value - 128);
    const category = mean === 0 ? 0 : Math.floor(Math.log2(Math.abs(mean))) + 1;
    const extra = mean > 0 ? mean : mean + 2 ** category - 1;
    const written = category === 0 ? "" : extra.toString(2).padStart(category, "0");
    return `${category.toString(2).padStart(4, "0")}${written}0`;
  });
  const scan = bits
    .join("")
    .match(/.{1,8}/g)!
    .flatMap((byte) => {
      const value = Number.parseInt(byte.padEnd(8, "1"), 2);
      return value === 0xff ? [value, 0] : [value];
    });
  const categories = Array.from({ length: 12 }, (_, index) => index);
  const bytes = [
    [0xff, 0xd8, ...marker],
    [0xff, 0xdb, 0, 67, 0, ...Array<number>(64).fill(1)],
    [0xff, 0xc0, 0, 17, 8, 0, 8, 0, 8, 3, ...ids.flatMap((id) => [id, 0x11, 0])],
    [0xff, 0xc4, 0, 31, 0, 0, 0, 0, 12, ...Array<number>(12).fill(0), ...categories],
    [0xff, 0xc4, 0, 20, 0x10, 1, ...Array<number>(15).fill(0), 0],
    [0xff, 0xda, 0, 12, 3, ...ids.flatMap((id) => [id, 0]), 0, 63, 0],
    scan,
    [0xff, 0xd9],
  ];
  return Uint8Array.from(bytes.flat());
}

const grey = { rows: 2, columns: 3, bits: 8, data: [1, 2, 3, 4, 5, 60] };
const image = { syntax: SYNTAX.lossless, rows: 2, columns: 3, frame: encodeLossless(grey) };

/** A frame whose header alone is there: it must be refused before a decoder sees it. */
function frameOf(marker: number, { bits = 8, rows = 2, columns = 3, samples = 1 }): Uint8Array {
  const components = Array.from({ length: samples }, (_, index) => [index + 1, 0x11, 0]).flat();
  const length = 8 + components.length;
  const size = [rows >> 8, rows & 255, columns >> 8, columns & 255];
  return Uint8Array.of(
    0xff,
    0xd8,
    0xff,
    marker,
    0,
    length,
    bits,
    ...size,
    samples,
    ...components,
    0xff,
    0xd9,
  );
}

describe("frames in DICOM", () => {
  it("in lossless JPEG are read", async () => {
    const { data, ...form } = await readPixels(dicomImage(image));
    expect(form).toEqual({ frames: 1, rows: 2, columns: 3, colour: "grey", bits: 8, signed: false });
    expect([...data]).toEqual(grey.data);
  });

  it("that are of another size than the image says are malformed before they are decoded", async () => {
    for (const [syntax, marker] of [
      [SYNTAX.jpeg, 0xc0],
      [SYNTAX.lossless, 0xc3],
      [SYNTAX.jpegLs, 0xf7],
    ] as const) {
      for (const other of [{ rows: 65_000, columns: 65_000 }, { samples: 3 }]) {
        const frame = frameOf(marker, other);
        const error = await readPixels(dicomImage({ ...image, syntax, frame })).catch(
          (reason: unknown) => reason,
        );
        expect(error).toMatchObject({
          code: "malformed",
          message: expect.stringContaining("and the image says"),
        });
      }
    }
    const wide = frameOf(0xf7, { bits: 12 });
    expect(await outcomeOf({ ...image, syntax: SYNTAX.jpegLs, frame: wide })).toBe("malformed");
  });

  it("made by another process than the transfer syntax names, or of 12 bits, are unsupported", async () => {
    for (const [syntax, marker] of [
      [SYNTAX.jpeg, 0xc3],
      [SYNTAX.lossless, 0xc0],
      [SYNTAX.jpegLs, 0xc3],
    ] as const) {
      expect(await outcomeOf({ ...image, syntax, frame: frameOf(marker, {}) })).toBe("unsupported");
    }
    const frame = frameOf(0xc1, { bits: 12 });
    const twelve = { ...image, syntax: SYNTAX.jpeg12, allocated: 16, stored: 12, frame };
    expect(await outcomeOf(twelve)).toBe("unsupported");
  });

  it("with markers that have no length before their header are malformed", async () => {
    const frame = frameOf(0xc3, {});
    for (const marker of [0x01, 0xd0, 0xd7, 0xd9]) {
      const bad = Uint8Array.of(...frame.subarray(0, 2), 0xff, marker, 0, 2, ...frame.subarray(2));
      expect(await outcomeOf({ ...image, frame: bad })).toBe("malformed");
    }
  });

  it("in lossy JPEG are RGB, and refused where frame and image name different colours", async () => {
    const adobe = [0xff, 0xee, 0, 14, ...new TextEncoder().encode("Adobe"), 0, 100, 0, 0, 0, 0, 0];
    // Luma 100 with half of each chroma is grey; more of the red one is red.
    const [ybr, rgb] = [flatJpeg([100, 128, 200]), flatJpeg([100, 128, 200], ...adobe)];
    const coloured = { syntax: SYNTAX.jpeg, rows: 8, columns: 8, samples: 3 };
    const first = async (frame: Uint8Array, photometric: string): Promise<readonly unknown[]> => {
      const { colour, data } = await readPixels(dicomImage({ ...coloured, frame, photometric }));
      return [colour, ...data.subarray(0, 3)];
    };
    for (const photometric of ["YBR_FULL", "YBR_FULL_422"]) {
      expect(await first(ybr, photometric)).toEqual(["rgb", 201, 49, 100]);
      expect(await outcomeOf({ ...coloured, frame: rgb, photometric })).toBe("unsupported");
    }
    expect(await first(rgb, "RGB")).toEqual(["rgb", 100, 128, 200]);
    expect(await outcomeOf({ ...coloured, frame: ybr, photometric: "RGB" })).toBe("unsupported");
  });

  it("in lossless JPEG keep the colours that the image names, and no others are made up", async () => {
    const data = Array.from({ length: 12 }, (_, index) => 20 * index);
    const frame = encodeLossless({ rows: 2, columns: 2, bits: 8, components: 3, data });
    const coloured = { syntax: SYNTAX.lossless, rows: 2, columns: 2, samples: 3, frame };
    expect(await outcomeOf({ ...coloured, photometric: "RGB" })).toBe("rgb");
    expect(await outcomeOf({ ...coloured, photometric: "YBR_FULL" })).toBe("ybr");
    for (const photometric of ["YBR_FULL_422", "YBR_RCT", "YBR_ICT"]) {
      expect(await outcomeOf({ ...coloured, photometric })).toBe("unsupported");
    }
  });

  it("in JPEG 2000 with a sign keep it in wider words, and are refused where the image says none", async () => {
    const { values, frame } = SIGNED_12;
    const signed = { syntax: SYNTAX.jpeg2000, rows: 1, columns: 6, frame, signed: true };
    for (const [allocated, stored] of [
      [16, 12],
      [16, 16],
      [32, 20],
    ] as const) {
      const { data } = await readPixels(dicomImage({ ...signed, allocated, stored }));
      expect([...data]).toEqual(values);
    }
    const wide = { ...signed, allocated: 16 };
    expect(await outcomeOf({ ...wide, signed: false })).toBe("malformed");
    expect(await outcomeOf({ ...wide, columns: 5 })).toBe("malformed");
    expect(await outcomeOf({ ...wide, frame: frame.subarray(0, 40) })).toBe("malformed");
    expect(await outcomeOf({ ...wide, frame: frame.subarray(2) })).toBe("malformed");
    // The codec makes zero of what is below it there.
    expect(await outcomeOf({ ...signed, frame: SIGNED_8 })).toBe("unsupported");
    expect(await outcomeOf({ ...wide, frame: SIGNED_8 })).toBe("unsupported");
  });

  it("in lossless JPEG of fewer bits than are stored have no sign that is known", async () => {
    expect(await outcomeOf({ ...image, signed: true })).toBe("grey");
    expect(await outcomeOf({ ...image, signed: true, allocated: 16, stored: 12 })).toBe("malformed");
    expect(await outcomeOf({ ...image, allocated: 16, stored: 12 })).toBe("grey");
  });
});

it("DICOM that is deflated is unsupported, and not inflated", async () => {
  expect(await outcomeOf({ ...image, syntax: SYNTAX.deflated })).toBe("unsupported");
});

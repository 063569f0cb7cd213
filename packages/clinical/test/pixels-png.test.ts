import { describe, expect, it } from "vitest";
import { ImageError, readPixels } from "../src/pixels/index.ts";

type Chunk = readonly [type: string, content: Uint8Array];

interface Header {
  readonly columns: number;
  readonly rows: number;
  readonly depth?: number;
  readonly colourType?: number;
  readonly interlace?: number;
}

async function outcomeOf(png: Uint8Array): Promise<string> {
  const read = await readPixels(png).catch((error: unknown) => error);
  if (read instanceof ImageError) return read.code;
  if (read instanceof Error) throw read;
  return "pixels";
}

function crc(bytes: Uint8Array): number {
  let value = 0xffff_ffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb8_8320 : 0);
  }
  return ~value >>> 0;
}

function pngOf(...chunks: readonly Chunk[]): Uint8Array {
  const bytes = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];
  for (const [type, content] of chunks) {
    const body = [...new TextEncoder().encode(type), ...content];
    bytes.push(...word(content.length), ...body, ...word(crc(Uint8Array.from(body))));
  }
  return Uint8Array.from(bytes);
}

function word(value: number): number[] {
  return [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function header({ columns, rows, depth = 8, colourType = 0, interlace = 0 }: Header): Chunk {
  return ["IHDR", Uint8Array.of(...word(columns), ...word(rows), depth, colourType, 0, 0, interlace)];
}

async function deflate(rows: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const end: Chunk = ["IEND", new Uint8Array()];
/** Rows of 3 grey pixels behind their filter. */
const rows = Uint8Array.of(0, 1, 2, 3, 0, 4, 5, 6);
const small = header({ columns: 3, rows: 2 });

describe("PNG", () => {
  it("is read, with texts and hints beside its pixels left out", async () => {
    const data = await deflate(rows);
    const bomb = await deflate(new Uint8Array(2 ** 20));
    const beside: Chunk = ["iCCP", Uint8Array.of(...new TextEncoder().encode("x"), 0, 0, ...bomb)];
    const png = pngOf(small, beside, ["IDAT", data.subarray(0, 5)], ["IDAT", data.subarray(5)], end);
    expect(await readPixels(png)).toMatchObject({
      rows: 2,
      columns: 3,
      data: Uint8Array.of(1, 2, 3, 4, 5, 6),
    });
    const inColour = header({ columns: 1, rows: 1, colourType: 2 });
    const hint: Chunk = ["PLTE", Uint8Array.of(9, 9, 9)];
    const hinted = pngOf(inColour, hint, ["IDAT", await deflate(Uint8Array.of(0, 7, 8, 9))], end);
    expect(await readPixels(hinted)).toMatchObject({ colour: "rgb", data: Uint8Array.of(7, 8, 9) });
  });

  it("with rows missing, surplus or damaged in its compressed data is malformed, not filled up", async () => {
    const whole = await deflate(rows);
    const bad = [
      await deflate(rows.slice(0, 7)),
      await deflate(rows.slice(0, 4)),
      await deflate(Uint8Array.of(...rows, 0)),
      whole.subarray(0, whole.length - 5),
      whole.with(whole.length - 1, whole.at(-1)! ^ 1),
      new Uint8Array(),
    ];
    for (const data of bad) expect(await outcomeOf(pngOf(small, ["IDAT", data], end))).toBe("malformed");
    expect(await outcomeOf(pngOf(small, end))).toBe("malformed");
  });

  it("that unpacks to far more than it says is refused before it is unpacked", async () => {
    const bomb = await deflate(new Uint8Array(2 ** 26));
    expect(await outcomeOf(pngOf(small, ["IDAT", bomb], end))).toBe("malformed");
  });

  it("interlaced has the rows of every pass, of the smallest images too", async () => {
    // Of 1 × 1 pixels only the first pass is there; of 5 × 1, the first, second, fourth and sixth.
    const one = header({ columns: 1, rows: 1, interlace: 1 });
    expect(await outcomeOf(pngOf(one, ["IDAT", await deflate(Uint8Array.of(0, 9))], end))).toBe("pixels");
    const five = header({ columns: 5, rows: 1, interlace: 1 });
    const passes = Uint8Array.of(0, 1, 0, 5, 0, 3, 0, 2, 4);
    const read = await readPixels(pngOf(five, ["IDAT", await deflate(passes)], end));
    expect(read.data).toEqual(Uint8Array.of(1, 2, 3, 4, 5));
    const short = pngOf(five, ["IDAT", await deflate(passes.slice(0, 8))], end);
    expect(await outcomeOf(short)).toBe("malformed");
  });

  it("interlaced with less than 8 bits is unsupported, since the decoder takes it for damage", async () => {
    for (const [depth, colourType] of [
      [1, 0],
      [4, 0],
      [4, 3],
    ] as const) {
      const interlaced = header({ columns: 1, rows: 1, depth, colourType, interlace: 1 });
      const data: Chunk = ["IDAT", await deflate(Uint8Array.of(0, 0))];
      const palette: Chunk = ["PLTE", Uint8Array.of(1, 2, 3)];
      expect(await outcomeOf(pngOf(interlaced, palette, data, end))).toBe("unsupported");
      const plain = header({ columns: 1, rows: 1, depth, colourType });
      expect(await outcomeOf(pngOf(plain, palette, data, end))).toBe("pixels");
    }
  });

  it("with another header than one, first and whole, or of a form that PNG has not, is malformed", async () => {
    const data: Chunk = ["IDAT", await deflate(rows)];
    for (const png of [
      pngOf(data, small, end),
      pngOf(small, small, data, end),
      pngOf(["IHDR", Uint8Array.of(...small[1], 0)], data, end),
      pngOf(["IHDR", small[1].subarray(0, 12)], data, end),
      pngOf(header({ columns: 3, rows: 2, depth: 3 }), data, end),
      pngOf(header({ columns: 3, rows: 2, depth: 4, colourType: 2 }), data, end),
      pngOf(header({ columns: 3, rows: 2, interlace: 2 }), data, end),
      pngOf(small, data),
      pngOf(small, data, end).subarray(0, -6),
    ]) {
      expect(await outcomeOf(png)).toBe("malformed");
    }
    const huge = header({ columns: 2 ** 20, rows: 2 ** 20 });
    expect(await outcomeOf(pngOf(huge, data, end))).toBe("out-of-limits");
    expect(await outcomeOf(pngOf(small, ["XTRA", new Uint8Array()], data, end))).toBe("unsupported");
  });
});

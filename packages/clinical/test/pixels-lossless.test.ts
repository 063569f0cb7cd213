import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeLosslessJpeg } from "../src/pixels/lossless-jpeg.ts";
import { ImageError } from "../src/pixels/index.ts";
import { encodeLossless, type LosslessPlan } from "./lossless-jpeg.ts";

async function codeOf(jpeg: Uint8Array): Promise<string> {
  const decoded = await decodeLosslessJpeg(jpeg).catch((error: unknown) => error);
  if (decoded instanceof ImageError) return decoded.code;
  if (decoded instanceof Error) throw decoded;
  return "pixels";
}

const plans: fc.Arbitrary<LosslessPlan> = fc
  .record({
    rows: fc.integer({ min: 1, max: 9 }),
    columns: fc.integer({ min: 1, max: 9 }),
    form: fc.oneof(
      fc.record({ components: fc.constant(1 as const), bits: fc.integer({ min: 2, max: 16 }) }),
      fc.record({ components: fc.constant(3 as const), bits: fc.integer({ min: 2, max: 8 }) }),
    ),
    predictor: fc.integer({ min: 1, max: 7 }),
    restartRows: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    seed: fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
  })
  .map(({ form, rows, columns, predictor, restartRows, seed }) => ({
    ...form,
    rows,
    columns,
    ...(form.components === 1 && restartRows !== undefined ? { restartRows, predictor: 1 } : { predictor }),
    data: Array.from(seed.take(rows * columns * form.components), (part) =>
      Math.floor(part * 2 ** form.bits),
    ),
  }));

function samplesOf({ bytes, bits }: { bytes: Uint8Array; bits: number }): number[] {
  return bits <= 8 ? [...bytes] : [...new Uint16Array(Uint8Array.from(bytes).buffer)];
}

/** Where the samples begin. */
function scanAt(jpeg: Uint8Array): number {
  return jpeg.findIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xda) + 10;
}

const flat = { rows: 4, columns: 4, bits: 8, data: new Uint8Array(16).fill(128) };
const slope = Uint16Array.from({ length: 64 }, (_, index) => (index * 997) % 4096);

describe("lossless JPEG", () => {
  it("gives exactly what was encoded, whatever its bits, colours, predictor and restarts", async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const decoded = await decodeLosslessJpeg(encodeLossless(plan));
        expect(decoded).toMatchObject({ rows: plan.rows, columns: plan.columns, bits: plan.bits });
        expect(samplesOf(decoded)).toEqual(Array.from(plan.data));
      }),
      { numRuns: 200 },
    );
  });

  it("that ends on a byte with equal samples keeps its last one", async () => {
    const decoded = await decodeLosslessJpeg(encodeLossless(flat));
    expect([...decoded.bytes]).toEqual([...flat.data]);
  });

  it("that is cut short anywhere is malformed, with an end of image after the cut or without", async () => {
    const form = { rows: 8, columns: 8, bits: 12, data: slope };
    for (const plan of [form, { ...form, restartRows: 2 }, { ...form, predictor: 7 }]) {
      const whole = encodeLossless(plan);
      for (let length = 2; length < whole.length; length++) {
        const cut = whole.subarray(0, length);
        expect([length, await codeOf(cut)]).toEqual([length, "malformed"]);
        if (length <= scanAt(whole) || length >= whole.length - 2) continue;
        const ended = Uint8Array.of(...cut, 0xff, 0xd9, ...new Uint8Array(400));
        expect([length, await codeOf(ended)]).toEqual([length, "malformed"]);
      }
    }
  });

  it("of whose restart intervals one is short is malformed, not filled up", async () => {
    const whole = encodeLossless({ rows: 8, columns: 8, bits: 12, data: slope, restartRows: 2 });
    const marker = whole.findIndex((byte, at) => byte === 0xff && whole[at + 1] === 0xd0);
    for (const missing of [1, 2, 5]) {
      const short = Uint8Array.of(...whole.subarray(0, marker - missing), ...whole.subarray(marker));
      expect(await codeOf(short)).toBe("malformed");
    }
  });

  it("with data left over is malformed; a byte of padding after its end is not", async () => {
    const whole = encodeLossless({ rows: 8, columns: 8, bits: 12, data: slope });
    const end = whole.length - 2;
    expect(await codeOf(Uint8Array.of(...whole.subarray(0, end), 1, 2, 3, 4, 0xff, 0xd9))).toBe("malformed");
    expect(await codeOf(Uint8Array.of(...whole, 0))).toBe("pixels");
  });

  it("of kinds that would come out wrong is unsupported", async () => {
    const grey = { rows: 2, columns: 2, bits: 8, data: [1, 2, 3, 4] };
    const colour = { ...grey, components: 3 as const, data: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] };
    for (const plan of [
      { ...colour, bits: 12 },
      { ...colour, restartRows: 1 },
      { ...grey, restartRows: 1, predictor: 2 },
      { ...grey, pointTransform: 1 },
    ]) {
      expect(await codeOf(encodeLossless(plan))).toBe("unsupported");
    }
  });
});

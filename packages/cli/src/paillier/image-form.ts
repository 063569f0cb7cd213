import {
  COLOURS,
  makeSamples,
  type PixelForm,
  type PixelMatrix,
  samplesPerPixel,
} from "@chirograph/clinical/pixels";
import type { MatrixHeader, Shape } from "@chirograph/schemes/paillier";
import { Failure } from "../failure.ts";

/** What travels with an encrypted image about its samples; the dimensions are in its shape. */
export function aboutImage({ colour, bits, signed }: PixelForm): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`image ${colour} ${bits} ${signed ? "signed" : "unsigned"}`);
}

export function shapeOf(form: PixelForm): Shape {
  const { frames, rows, columns } = form;
  return { frames, rows, columns, samples: samplesPerPixel(form) };
}

/** Everything that a sample of the form can be: bounds that tell nothing of the image. */
export function rangeOf({ bits, signed }: PixelForm): { min: number; max: number } {
  return signed ? { min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 } : { min: 0, max: 2 ** bits - 1 };
}

/** How the image was stored that a matrix is of, or `null` for a series. */
export function imageFormOf({ about, shape }: MatrixHeader): PixelForm | null {
  const match = /^image ([a-z-]+) (8|16|32) (signed|unsigned)$/.exec(new TextDecoder("latin1").decode(about));
  const colour = COLOURS.find((name) => name === match?.[1]);
  if (match === null || colour === undefined) return null;
  const { frames, rows, columns } = shape;
  const bits = Number(match[2]) as 8 | 16 | 32;
  const form: PixelForm = { frames, rows, columns, colour, bits, signed: match[3] === "signed" };
  return samplesPerPixel(form) === shape.samples ? form : null;
}

/**
 * Values as pixels again: of the form that the image had where they fit, otherwise of 32 bits with a sign. What a
 * mean does not divide evenly is rounded.
 */
export function pixelsFrom(form: PixelForm, values: Float64Array, divisor: number): PixelMatrix {
  const samples = divisor === 1 ? values : values.map((value) => Math.round(value / divisor) + 0);
  const wide: PixelForm = { ...form, bits: 32, signed: true };
  const fitting = [form, wide].find((each) => {
    const { min, max } = rangeOf(each);
    return samples.every((sample) => sample >= min && sample <= max);
  });
  if (fitting === undefined) {
    throw new Failure("badData", "The values are too large for pixels of 32 bits.", {
      hint: "Open them as numbers with --as csv.",
    });
  }
  const data = makeSamples(fitting, samples.length);
  data.set(samples);
  return { ...fitting, data };
}

/** Images as matrices of samples, and back. Decoders are loaded when an image needs them. */
export { ImageError, type ImageErrorCode } from "./error.ts";
export {
  COLOURS,
  type Colour,
  encodePixels,
  encodeSamples,
  makeSamples,
  parsePixels,
  type PixelForm,
  type PixelMatrix,
  sampleCount,
  samplesPerPixel,
} from "./matrix.ts";
export { writePng } from "./png.ts";
export { readPixels, sampleOffset } from "./read.ts";

import { DICOM_KIND, HEAD_BYTES, kindOf, PIXELS_KIND } from "../kinds/kinds.ts";
import { dicomSampleOffset, readDicom } from "./dicom/read.ts";
import { ImageError } from "./error.ts";
import { readJpeg } from "./jpeg.ts";
import { HEADER_BYTES, parsePixels, type PixelMatrix } from "./matrix.ts";
import { readPng } from "./png.ts";

/**
 * The pixels of a PNG, JPEG or DICOM file, or of a matrix that was written before.
 * @throws ImageError that says what is wrong
 */
export async function readPixels(bytes: Uint8Array): Promise<PixelMatrix> {
  const kind = kindOf("", bytes.subarray(0, HEAD_BYTES));
  switch (kind) {
    case "image/png":
      return readPng(bytes);
    case "image/jpeg":
      return readJpeg(bytes);
    case DICOM_KIND:
      return readDicom(bytes);
    case PIXELS_KIND:
      return parsePixels(bytes);
    default:
      throw new ImageError("no-pixels", "This is no image whose pixels are read: PNG, JPEG and DICOM are.");
  }
}

/**
 * Where the samples of an image begin that stand in its file one after the other; whether they stand there in the form
 * of `encodeSamples`, as many bits and in little endian, is for the caller to compare.
 */
export async function sampleOffset(bytes: Uint8Array): Promise<number | undefined> {
  const kind = kindOf("", bytes.subarray(0, HEAD_BYTES));
  if (kind === PIXELS_KIND) return HEADER_BYTES;
  return kind === DICOM_KIND ? dicomSampleOffset(bytes) : undefined;
}

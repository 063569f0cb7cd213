import { frameBytes, type FrameHeader } from "./dicom-header.ts";

/** A frame as the eye sees it: four bytes a pixel. `undefined` where the bytes do not reach. */
export function drawFrame(
  header: FrameHeader,
  bytes: Uint8Array,
): Uint8ClampedArray<ArrayBuffer> | undefined {
  if (bytes.length < frameBytes(header)) return undefined;
  return header.samples === 3 ? drawColour(header, bytes) : drawGrey(header, bytes);
}

function drawGrey(header: FrameHeader, bytes: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const values = readValues(header, bytes);
  const { center, width } = header.window ?? wholeRange(values);
  const rgba = new Uint8ClampedArray(values.length * 4);
  for (let index = 0; index < values.length; index++) {
    // The linear function of PS3.3, C.11.2.1.2.
    const shade =
      width <= 1
        ? values[index]! > center - 0.5
          ? 1
          : 0
        : (values[index]! - (center - 0.5)) / (width - 1) + 0.5;
    const grey = 255 * (header.isInverted ? 1 - shade : shade);
    rgba.fill(grey, index * 4, index * 4 + 3);
    rgba[index * 4 + 3] = 255;
  }
  return rgba;
}

/** What the detector saw, in the units of the modality. */
function readValues(header: FrameHeader, bytes: Uint8Array): Float32Array {
  const { bitsAllocated, bitsStored, highBit, isSigned, isLittleEndian, slope, intercept } = header;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lowBit = highBit + 1 - bitsStored;
  const unused = 32 - bitsStored;
  return Float32Array.from({ length: header.rows * header.columns }, (_, index) => {
    const raw = bitsAllocated === 8 ? bytes[index]! : view.getUint16(index * 2, isLittleEndian);
    const shifted = (raw >>> lowBit) << unused;
    return (isSigned ? shifted >> unused : shifted >>> unused) * slope + intercept;
  });
}

/** The window of a picture that names none. */
function wholeRange(values: Float32Array): { center: number; width: number } {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const width = most - least + 1;
  return { center: least + width / 2, width };
}

function drawColour(
  { rows, columns, isPlanar }: FrameHeader,
  bytes: Uint8Array,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = rows * columns;
  const rgba = new Uint8ClampedArray(pixels * 4);
  for (let index = 0; index < pixels; index++) {
    for (let colour = 0; colour < 3; colour++) {
      rgba[index * 4 + colour] = bytes[isPlanar ? colour * pixels + index : index * 3 + colour]!;
    }
    rgba[index * 4 + 3] = 255;
  }
  return rgba;
}

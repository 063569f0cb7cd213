import { guarded, malformed } from "./error.ts";

/** One decoded frame, as a codec gives it. */
export interface DecodedFrame {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  /** Bits that a sample has; it takes one byte up to 8, otherwise two, in little endian. */
  readonly bits: number;
  readonly signed: boolean;
  /** The samples of a pixel side by side. */
  readonly bytes: Uint8Array;
}

/** The one form in which the codecs of the Cornerstone project decode. */
interface Decoder {
  getEncodedBuffer(lengthBytes: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): {
    readonly width: number;
    readonly height: number;
    readonly bitsPerSample: number;
    readonly componentCount: number;
    readonly isSigned?: boolean;
  };
  decode(): void;
  getInterleaveMode?(): number;
  delete(): void;
}

type Codec = Readonly<Record<string, new () => Decoder>>;
type CodecFactory = (options: object) => Promise<Codec>;

/** Codecs that have been started; one that failed may be out of order, and is started anew. */
const started = new Map<CodecFactory, Promise<Codec>>();

function start(factory: CodecFactory): Promise<Codec> {
  const running = started.get(factory);
  if (running !== undefined) return running;
  // What a codec would print about an image is for nobody here.
  const codec = factory({ print: () => {}, printErr: () => {} });
  started.set(factory, codec);
  return codec;
}

/** JPEG, 8 bits, lossy. Colours come out as RGB. */
export async function decodeJpeg(bytes: Uint8Array): Promise<DecodedFrame> {
  const { default: factory } = await import("@cornerstonejs/codec-libjpeg-turbo-8bit/decode");
  return decodeWith("JPEG image", factory, "JPEGDecoder", bytes);
}

export async function decodeJpegLs(bytes: Uint8Array): Promise<DecodedFrame> {
  const { default: factory } = await import("@cornerstonejs/codec-charls/decode");
  return decodeWith("JPEG-LS image", factory, "JpegLSDecoder", bytes);
}

export async function decodeJpeg2000(bytes: Uint8Array): Promise<DecodedFrame> {
  const { default: factory } = await import("@cornerstonejs/codec-openjpeg/decode");
  return decodeWith("JPEG 2000 image", factory, "J2KDecoder", bytes);
}

/** Decodes with a codec; one that failed, while it was loaded too, is started anew the next time. */
export async function decodeWith(
  what: string,
  factory: unknown,
  decoderName: string,
  bytes: Uint8Array,
): Promise<DecodedFrame> {
  try {
    const codec = await start(factory as CodecFactory);
    return await guarded(what, () => {
      const decoder = new codec[decoderName]!();
      const frame = decodeFrame(what, decoder, bytes);
      decoder.delete();
      return frame;
    });
  } catch (error) {
    started.delete(factory as CodecFactory);
    throw error;
  }
}

function decodeFrame(what: string, decoder: Decoder, bytes: Uint8Array): DecodedFrame {
  decoder.getEncodedBuffer(bytes.length).set(bytes);
  decoder.decode();
  const { width, height, bitsPerSample, componentCount, isSigned } = decoder.getFrameInfo();
  const decoded = Uint8Array.from(decoder.getDecodedBuffer());
  const isPlanar = componentCount > 1 && decoder.getInterleaveMode?.() === 0;
  const sampleBytes = bitsPerSample > 8 ? 2 : 1;
  if (decoded.length !== width * height * componentCount * sampleBytes) {
    throw malformed(`The ${what} is cut short.`);
  }
  return {
    rows: height,
    columns: width,
    samples: componentCount,
    bits: bitsPerSample,
    signed: isSigned ?? false,
    bytes: isPlanar ? interleave(decoded, componentCount, sampleBytes) : decoded,
  };
}

/** Planes one after the other become pixels with their samples side by side. */
export function interleave(planes: Uint8Array, samples: number, sampleBytes: number): Uint8Array {
  const pixels = planes.length / samples / sampleBytes;
  const bytes = new Uint8Array(planes.length);
  for (let index = 0; index < planes.length; index++) {
    const [sample, byte] = [Math.floor(index / sampleBytes), index % sampleBytes];
    const [plane, pixel] = [Math.floor(sample / pixels), sample % pixels];
    bytes[(pixel * samples + plane) * sampleBytes + byte] = planes[index]!;
  }
  return bytes;
}

// The only globals beyond ECMAScript that this room uses: every platform has them.

interface TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare const TextEncoder: new () => TextEncoder;

interface TextDecoder {
  decode(bytes: Uint8Array, options?: { readonly stream?: boolean }): string;
}
declare const TextDecoder: new (encoding: string, options?: { readonly fatal?: boolean }) => TextDecoder;

interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
  cancel(): Promise<void>;
}

interface Writer {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

interface CompressionStream {
  readonly readable: { getReader(): Reader };
  readonly writable: { getWriter(): Writer };
}
declare const CompressionStream: new (format: "deflate") => CompressionStream;
declare const DecompressionStream: new (format: "deflate") => CompressionStream;

/** The codecs of the Cornerstone project come without types; `codecs.ts` says what it takes from them. */
declare module "@cornerstonejs/codec-charls/decode" {
  const factory: unknown;
  export default factory;
}
declare module "@cornerstonejs/codec-libjpeg-turbo-8bit/decode" {
  const factory: unknown;
  export default factory;
}
declare module "@cornerstonejs/codec-openjpeg/decode" {
  const factory: unknown;
  export default factory;
}

/** It names types that it does not bring. */
declare module "jpeg-lossless-decoder-js/release/lossless.js" {
  export class Decoder {
    readonly frame: {
      readonly dimX: number;
      readonly dimY: number;
      readonly precision: number;
    };
    readonly scan: { readonly al: number };
    readonly stream: { readonly index: number; readonly buffer: Uint8Array };
    readonly numComp: number;
    readonly selection: number;
    readonly restartInterval: number;
    readonly xLoc: number;
    readonly yLoc: number;
    readonly yDim: number;
    decode(buffer: ArrayBuffer, offset: number, length: number): Uint8Array | Uint16Array;
    decodeUnit(prev: number[], temp: number[], index: number[]): number;
    getn(prev: number[], category: number, temp: number[], index: number[]): number;
    isLastPixel(): boolean;
  }
}

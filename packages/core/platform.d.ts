// The only globals beyond ECMAScript that the core uses: every platform has them.

interface TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare const TextEncoder: new () => TextEncoder;

interface TextDecoder {
  decode(bytes: Uint8Array): string;
}
declare const TextDecoder: new (
  encoding?: "utf-8",
  options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean },
) => TextDecoder;

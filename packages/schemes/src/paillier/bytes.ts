import { SchemeError } from "../error.ts";

export const encoder: TextEncoder = new TextEncoder();

/** Reads fields of fixed length; whatever is cut short or left over is refused. */
export class FieldReader {
  readonly #bytes: Uint8Array;
  /** What the bytes are, for errors. */
  readonly #what: string;
  #offset = 0;

  constructor(bytes: Uint8Array, what: string) {
    // Whatever it was given: a slice of Node's own kind of bytes is no copy, and takes all of its memory along.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#what = what;
  }

  /** Bytes that are not read yet. */
  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  integer(lengthBytes: number): number {
    let value = 0;
    for (const byte of this.take(lengthBytes)) value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) this.fail("has a number above 2^53 - 1");
    return value;
  }

  /** A signed number of eight bytes. */
  signed(): number {
    const value = BigInt.asIntN(
      64,
      this.take(8).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
    );
    if (!Number.isSafeInteger(Number(value))) this.fail("has a number beyond 2^53 - 1");
    return Number(value);
  }

  /** The next `lengthBytes` bytes, not copied. */
  take(lengthBytes: number): Uint8Array {
    if (lengthBytes > this.left) this.fail("is cut short");
    this.#offset += lengthBytes;
    return this.#bytes.subarray(this.#offset - lengthBytes, this.#offset);
  }

  /** Fails unless the next bytes are these ASCII characters. */
  magic(expected: string): void {
    const wanted = encoder.encode(expected);
    if (this.left < wanted.length || this.take(wanted.length).some((byte, index) => byte !== wanted[index])) {
      this.fail("does not begin as one");
    }
  }

  end(): void {
    if (this.left > 0) this.fail("has bytes left over");
  }

  fail(problem: string): never {
    throw new SchemeError("malformed", `The ${this.#what} ${problem}.`);
  }
}

/** An unsigned number, or a signed one in two's complement, most significant byte first. */
export function integerBytes(value: number, lengthBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthBytes);
  let rest = BigInt.asUintN(8 * lengthBytes, BigInt(value));
  for (let index = lengthBytes - 1; index >= 0; index--) {
    bytes[index] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

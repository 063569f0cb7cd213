import { ChirographError } from "../error.ts";
import { compareBytes } from "./bytes.ts";
import { fromUtf8 } from "./text.ts";

/**
 * Reads the byte structures of docs/format.md, section 1, strictly: whatever is cut short, left over or
 * encoded in a second way is `malformed`, and the error says what was being read.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  /** What the bytes are, for errors: "envelope", "chart document link 3". */
  readonly #what: string;
  #offset = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  u8(): number {
    return this.#integer(1);
  }

  u16(): number {
    return this.#integer(2);
  }

  u32(): number {
    return this.#integer(4);
  }

  u64(): number {
    const value = this.#integer(8);
    if (value > Number.MAX_SAFE_INTEGER) this.fail("has a number above 2^53 - 1");
    return value;
  }

  /** The next `lengthBytes` bytes, copied. */
  fixed(lengthBytes: number): Uint8Array<ArrayBuffer> {
    if (lengthBytes > this.#bytes.length - this.#offset) this.fail("is cut short");
    // Not `slice`, which copies nothing where the bytes are a Node `Buffer`.
    const value = new Uint8Array(this.#bytes.subarray(this.#offset, this.#offset + lengthBytes));
    this.#offset += lengthBytes;
    return value;
  }

  /** The same without a copy: for memory that whoever reads has to himself. */
  view(lengthBytes: number): Uint8Array {
    if (lengthBytes > this.#bytes.length - this.#offset) this.fail("is cut short");
    const end = this.#offset + lengthBytes;
    const value = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return value;
  }

  bytes16(): Uint8Array<ArrayBuffer> {
    return this.fixed(this.u16());
  }

  bytes32(): Uint8Array<ArrayBuffer> {
    return this.fixed(this.u32());
  }

  text16(): string {
    const text = fromUtf8(this.bytes16());
    if (text === null || text !== text.normalize("NFC")) this.fail("has a text that is not normalised UTF-8");
    return text;
  }

  /** Fails unless the next bytes are these ASCII characters. */
  magic(expected: string): void {
    const found = this.fixed(expected.length);
    for (let index = 0; index < expected.length; index++) {
      if (found[index] !== expected.charCodeAt(index)) this.fail("does not begin as it should");
    }
  }

  /** Fails unless every byte has been read. */
  end(): void {
    if (this.#offset !== this.#bytes.length) this.fail("has bytes left over");
  }

  /** Fails unless `keys` ascend strictly, which also forbids doubles. */
  ascending(keys: readonly Uint8Array[], what: string): void {
    for (let index = 1; index < keys.length; index++) {
      if (compareBytes(keys[index - 1]!, keys[index]!) >= 0) this.fail(`has ${what} out of order or twice`);
    }
  }

  fail(problem: string): never {
    throw new ChirographError("malformed", `The ${this.#what} ${problem}.`);
  }

  #integer(lengthBytes: number): number {
    if (lengthBytes > this.#bytes.length - this.#offset) this.fail("is cut short");
    let value = 0;
    for (let index = 0; index < lengthBytes; index++) value = value * 256 + this.#bytes[this.#offset++]!;
    return value;
  }
}

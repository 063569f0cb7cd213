import { concatAll } from "./bytes.ts";
import { utf8 } from "./text.ts";

/** Builds the byte structures of docs/format.md, section 1. A value that does not fit is the caller's defect. */
export class Writer {
  readonly #parts: Uint8Array[] = [];

  u8(value: number): this {
    return this.#integer(value, 1);
  }

  u16(value: number): this {
    return this.#integer(value, 2);
  }

  u32(value: number): this {
    return this.#integer(value, 4);
  }

  u64(value: number): this {
    return this.#integer(value, 8);
  }

  /** `value`, which must be exactly `lengthBytes` long. */
  fixed(value: Uint8Array, lengthBytes: number): this {
    if (value.length !== lengthBytes) {
      throw new RangeError(`expected ${lengthBytes} bytes, got ${value.length}`);
    }
    this.#parts.push(value);
    return this;
  }

  /** Bytes of any length, with nothing that tells their length. */
  raw(value: Uint8Array): this {
    this.#parts.push(value);
    return this;
  }

  bytes16(value: Uint8Array): this {
    return this.u16(value.length).raw(value);
  }

  bytes32(value: Uint8Array): this {
    return this.u32(value.length).raw(value);
  }

  text16(value: string): this {
    if (!value.isWellFormed()) throw new RangeError("a text is not valid Unicode");
    return this.bytes16(utf8(value.normalize("NFC")));
  }

  finish(): Uint8Array<ArrayBuffer> {
    return concatAll(this.#parts);
  }

  #integer(value: number, lengthBytes: number): this {
    const largest = lengthBytes === 8 ? Number.MAX_SAFE_INTEGER : 2 ** (8 * lengthBytes) - 1;
    if (!Number.isInteger(value) || value < 0 || value > largest) {
      throw new RangeError(`${value} does not fit in ${lengthBytes} bytes`);
    }
    const part = new Uint8Array(lengthBytes);
    let rest = value;
    for (let index = lengthBytes - 1; index >= 0; index--) {
      part[index] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.#parts.push(part);
    return this;
  }
}

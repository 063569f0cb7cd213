// Byte strings, the integers and texts in them, and the strict reader (section 1).

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function integer(value: number, size: 1 | 2 | 4 | 8): Uint8Array {
  const bytes = new Uint8Array(size);
  let rest = value;
  for (let i = size - 1; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  if (rest !== 0) throw new Error(`${value} does not fit in ${size} bytes`);
  return bytes;
}

export const u8 = (value: number): Uint8Array => integer(value, 1);
export const u16 = (value: number): Uint8Array => integer(value, 2);
export const u32 = (value: number): Uint8Array => integer(value, 4);
export const u64 = (value: number): Uint8Array => integer(value, 8);
export const text = (value: string): Uint8Array => new TextEncoder().encode(value);
export const label = (name: string): Uint8Array => join(text(`chirograph/v1/${name}`), u8(0));
export const zeros = (size: number): Uint8Array => new Uint8Array(size);
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** Below zero, zero or above zero, as `a` comes before `b`, is the same, or comes after. */
const compare = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b);
export const equal = (a: Uint8Array, b: Uint8Array): boolean => compare(a, b) === 0;

export function ascending(list: readonly Uint8Array[], what: string): void {
  list.forEach((each, i) => {
    const before = list[i - 1];
    if (before !== undefined && compare(before, each) >= 0)
      throw new Error(`${what}: not in ascending order`);
  });
}

/** Valid UTF-8 in normalisation form C. */
function strictText(bytes: Uint8Array, what: string): string {
  let value: string;
  try {
    value = utf8.decode(bytes);
  } catch {
    throw new Error(`${what}: not UTF-8`);
  }
  if (value.normalize("NFC") !== value) throw new Error(`${what}: not in normalisation form C`);
  return value;
}

export class Reader {
  readonly bytes: Uint8Array;
  readonly what: string;
  at = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.bytes = bytes;
    this.what = what;
  }

  take(size: number): Uint8Array {
    if (this.at + size > this.bytes.length) throw new Error(`${this.what}: ends too early`);
    this.at += size;
    return this.bytes.slice(this.at - size, this.at);
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
    if (value > Number.MAX_SAFE_INTEGER) throw new Error(`${this.what}: a number is above 2^53 - 1`);
    return value;
  }

  text(): string {
    return strictText(this.take(this.u16()), this.what);
  }

  /** An id of 16 bytes that is not zero. */
  id(): Uint8Array {
    const id = this.take(16);
    if (isZero(id)) throw new Error(`${this.what}: an id is zero`);
    return id;
  }

  list<T>(count: number, one: () => T): T[] {
    const list: T[] = [];
    for (let i = 0; i < count; i++) list.push(one());
    return list;
  }

  expect(magic: string): void {
    if (!equal(this.take(magic.length), text(magic)))
      throw new Error(`${this.what}: does not begin with ${magic}`);
  }

  only(value: number, allowed: number, name: string): void {
    if (value !== allowed) throw new Error(`${this.what}: ${name} ${value} is unknown`);
  }

  /** Everything read so far. */
  before(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }

  end(): void {
    if (this.at !== this.bytes.length) throw new Error(`${this.what}: has bytes left over`);
  }

  #integer(size: number): number {
    let value = 0;
    for (const byte of this.take(size)) value = value * 256 + byte;
    return value;
  }
}

/** Numbers that a seed gives again: sfc32 (PractRand), seeded by splitmix32. Nothing secret comes from here. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param seeds whole numbers, which together are the seed */
  constructor(...seeds: readonly number[]) {
    let state = 0x9e3779b9;
    const mix = (value: number): number => {
      state = (state + value + 0x9e3779b9) | 0;
      let mixed = state ^ (state >>> 16);
      mixed = Math.imul(mixed, 0x21f0aaad);
      mixed ^= mixed >>> 15;
      mixed = Math.imul(mixed, 0x735a2d97);
      return (state = mixed ^ (mixed >>> 15));
    };
    for (const seed of seeds) {
      mix(seed % 0x1_0000_0000);
      mix(Math.floor(seed / 0x1_0000_0000));
    }
    [this.#a, this.#b, this.#c] = [mix(1), mix(2), mix(3)];
    for (let round = 0; round < 12; round++) this.uint32();
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** In [0, 1). */
  share(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** A whole number in [0, end). */
  below(end: number): number {
    return Math.floor(this.share() * end);
  }

  /** A whole number in [first, last]. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  chance(probability: number): boolean {
    return this.share() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** Some of them, in an order of their own. */
  sample<T>(items: readonly T[], count: number): T[] {
    const left = [...items];
    const chosen: T[] = [];
    while (chosen.length < count && left.length > 0) chosen.push(...left.splice(this.below(left.length), 1));
    return chosen;
  }

  /** One of the keys, as often as its weight says. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key {
    const entries = Object.entries(weights) as [Key, number][];
    let left = this.share() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    return (entries.find(([, weight]) => (left -= weight) < 0) ?? entries.at(-1)!)[0];
  }

  bytes(lengthBytes: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(lengthBytes);
    for (let offset = 0; offset < lengthBytes; offset += 4) {
      let word = this.uint32();
      for (let index = offset; index < Math.min(offset + 4, lengthBytes); index++) {
        bytes[index] = word;
        word >>>= 8;
      }
    }
    return bytes;
  }
}

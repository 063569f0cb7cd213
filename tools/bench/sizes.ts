/** Bytes, written as people do on a command line. */
export const KIB = 1024;
export const MIB: number = 1024 * KIB;
export const GIB: number = 1024 * MIB;

const units: readonly (readonly [name: string, bytes: number])[] = [
  ["GiB", GIB],
  ["MiB", MIB],
  ["KiB", KIB],
];

/** "64MiB" as bytes, or `undefined` for what is none. */
export function parseSize(text: string): number | undefined {
  const [, digits, name] = /^([1-9]\d{0,5})(KiB|MiB|GiB)$/.exec(text) ?? [];
  const unit = units.find(([known]) => known === name);
  return unit && Number(digits) * unit[1];
}

/** In the largest unit that it has at least one of, with one digit behind the point where it is no whole number. */
export function showSize(bytes: number): string {
  const [name, unit] = units.find(([, size]) => bytes >= size) ?? ["bytes", 1];
  const value = bytes / unit;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${name}`;
}

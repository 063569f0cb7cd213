import { Failure } from "../failure.ts";

const MOST_DECIMALS = 12;

/** Whole numbers, each to be divided by 10^`decimals`. */
export interface Series {
  readonly values: readonly number[];
  readonly decimals: number;
}

/** Numbers as people write them: one a line, or several with commas or semicolons between. */
export function parseSeries(text: string): Series {
  const words = text.split(/[\s,;]+/).filter((word) => word !== "");
  if (words.length === 0) throw new Failure("badData", "The series holds no numbers.");
  // One by one: as arguments of a call, some hundred thousand numbers overflow the stack.
  const decimals = words.reduce((most, word) => Math.max(most, decimalsIn(word)), 0);
  return { values: words.map((word) => scaled(word, decimals)), decimals };
}

function decimalsIn(word: string): number {
  const match = /^[+-]?\d+(?:\.(\d+))?$/.exec(word);
  if (match === null) {
    throw new Failure("badData", "The series holds something that is no number such as 12 or -5.4.");
  }
  const decimals = match[1]?.length ?? 0;
  if (decimals <= MOST_DECIMALS) return decimals;
  throw new Failure("badData", `The series holds a number with more than ${MOST_DECIMALS} decimals.`);
}

function scaled(word: string, decimals: number): number {
  const [whole = "", fraction = ""] = word.split(".");
  const value = Number(whole + fraction.padEnd(decimals, "0"));
  if (Number.isSafeInteger(value)) return value + 0;
  throw new Failure("badData", "The series holds a number too large to be exact: 15 digits are.");
}

/**
 * Values as decimal text, one a line. What a mean does not divide evenly is rounded to six decimals more than the
 * values have.
 */
export function formatSeries(
  values: ArrayLike<number>,
  { decimals, divisor }: { readonly decimals: number; readonly divisor: number },
): string {
  const digits = divisor === 1 ? decimals : decimals + 6;
  return Array.from(values, (value) => `${quotient(value, divisor, digits - decimals, digits)}\n`).join("");
}

/** value · 10^extra / divisor, rounded half away from zero, written with `digits` decimals. */
function quotient(value: number, divisor: number, extra: number, digits: number): string {
  const scaledValue = BigInt(Math.abs(value)) * 10n ** BigInt(extra);
  const rounded = (2n * scaledValue + BigInt(divisor)) / (2n * BigInt(divisor));
  const text = rounded.toString().padStart(digits + 1, "0");
  const sign = value < 0 && rounded !== 0n ? "-" : "";
  if (digits === 0) return sign + text;
  const fraction = text.slice(-digits);
  const shown = extra === 0 ? fraction : fraction.replace(/0+$/, "");
  return sign + text.slice(0, -digits) + (shown === "" ? "" : `.${shown}`);
}

/** Whole numbers with commas between, as weights are given. */
export function parseWeights(text: string): number[] {
  const weights = text.split(",").map((word) => (/^-?\d{1,15}$/.test(word) ? Number(word) : Number.NaN));
  if (weights.every(Number.isInteger)) return weights;
  throw new Failure("usage", "Weights are whole numbers with commas between, such as 1,2,5.");
}

/** The lowest of some numbers. @throws RangeError for none */
export function minimum(values: readonly number[]): number {
  return sorted(values)[0]!;
}

/** The highest of some numbers. @throws RangeError for none */
export function maximum(values: readonly number[]): number {
  return sorted(values).at(-1)!;
}

/** The one in the middle, or the mean of the two there. @throws RangeError for none */
export function median(values: readonly number[]): number {
  const ascending = sorted(values);
  const half = Math.floor(ascending.length / 2);
  return ascending.length % 2 === 1 ? ascending[half]! : (ascending[half - 1]! + ascending[half]!) / 2;
}

/** The smallest value that at least `share` (above 0, at most 1) of all do not exceed. @throws RangeError for none */
export function percentile(values: readonly number[], share: number): number {
  return sorted(values)[Math.ceil(share * values.length) - 1]!;
}

/** From the lowest to the highest, as a share of the median. @throws RangeError for none */
export function spread(values: readonly number[]): number {
  return (maximum(values) - minimum(values)) / median(values);
}

function sorted(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError("no values");
  return values.toSorted((left, right) => left - right);
}

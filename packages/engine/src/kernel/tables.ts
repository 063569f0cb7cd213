import { multiply } from "../field.ts";

/** Of one coefficient: its products with 0 to 15, and those with 0, 16, 32 … 240. */
export const TABLE_BYTES = 32;
const HALF = 16;

/** What the kernel looks products up in: a table for each coefficient, row by row. */
export function tablesOf(matrix: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const coefficients = matrix.flatMap((row) => [...row]);
  const tables = new Uint8Array(coefficients.length * TABLE_BYTES);
  coefficients.forEach((coefficient, position) => {
    const table = tables.subarray(position * TABLE_BYTES, (position + 1) * TABLE_BYTES);
    for (let half = 0; half < HALF; half++) {
      table[half] = multiply(coefficient, half);
      table[HALF + half] = multiply(coefficient, half * HALF);
    }
  });
  return tables;
}

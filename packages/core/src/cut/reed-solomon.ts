import { invert, type Matrix, multiplyMatrices, vandermonde } from "./matrix.ts";

/**
 * Systematic Reed-Solomon: n rows of k coefficients, of which the first k are the identity and any k are
 * independent (docs/format.md, section 8: M = V · (top k rows of V)⁻¹).
 */
export function codeMatrix(total: number, needed: number): Matrix {
  const name = `${needed} of ${total}`;
  const known = codes.get(name);
  if (known !== undefined) return known;
  const rows = vandermonde(total, needed);
  const matrix = multiplyMatrices(rows, invert(rows.slice(0, needed)));
  codes.set(name, matrix);
  return matrix;
}

/** A small record takes less time than its matrix, and there are few of them. */
const codes = new Map<string, Matrix>();

/** Rows that make the parity blocks out of the k data blocks. */
export function parityRows(total: number, needed: number): Matrix {
  return codeMatrix(total, needed).slice(needed);
}

/**
 * Rows that make the blocks at positions `wanted` out of the blocks at positions `present`, k of them.
 * Positions count from 0 over all n.
 */
export function rebuildRows(
  code: { total: number; needed: number },
  present: readonly number[],
  wanted: readonly number[],
): Matrix {
  const matrix = codeMatrix(code.total, code.needed);
  const toData = invert(present.map((index) => matrix[index]!));
  return multiplyMatrices(
    wanted.map((index) => matrix[index]!),
    toData,
  );
}

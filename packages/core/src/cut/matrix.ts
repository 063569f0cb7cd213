import { divide, multiply, power } from "@chirograph/engine/field";

/** Rows of coefficients in GF(2⁸). */
export type Matrix = readonly Uint8Array[];

/** V[r][c] = r^c: any `columns` of its rows are independent. */
export function vandermonde(rows: number, columns: number): Matrix {
  return Array.from({ length: rows }, (_, row) =>
    Uint8Array.from({ length: columns }, (__, column) => power(row, column)),
  );
}

export function multiplyMatrices(left: Matrix, right: Matrix): Matrix {
  const columns = right[0]!.length;
  return left.map((row) =>
    Uint8Array.from({ length: columns }, (_, column) =>
      row.reduce((sum, coefficient, inner) => sum ^ multiply(coefficient, right[inner]![column]!), 0),
    ),
  );
}

/** Gauss and Jordan. A matrix that has no inverse is the caller's defect: the rows of our codes are independent. */
export function invert(matrix: Matrix): Matrix {
  const size = matrix.length;
  const work = matrix.map((row, index) => {
    const wide = new Uint8Array(2 * size);
    wide.set(row);
    wide[size + index] = 1;
    return wide;
  });
  for (let column = 0; column < size; column++) {
    const pivot = work.findIndex((row, index) => index >= column && row[column] !== 0);
    if (pivot < 0) throw new RangeError("the matrix has no inverse");
    [work[column], work[pivot]] = [work[pivot]!, work[column]!];
    const pivotRow = work[column]!;
    const leading = pivotRow[column]!;
    for (let index = 0; index < 2 * size; index++) pivotRow[index] = divide(pivotRow[index]!, leading);
    for (const row of work) {
      const factor = row[column]!;
      if (row === pivotRow || factor === 0) continue;
      for (let index = 0; index < 2 * size; index++)
        row[index] = row[index]! ^ multiply(factor, pivotRow[index]!);
    }
  }
  return work.map((row) => row.subarray(size));
}

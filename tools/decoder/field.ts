// GF(256) with the polynomial 0x11d, matrices over it, the Reed-Solomon code and Shamir's shares (section 8).

/** Multiplication digit by digit, as in school; the table below is made with it. */
function multiplySlowly(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) {
    if ((b >> bit) & 1) product ^= a << bit;
  }
  for (let bit = 14; bit >= 8; bit--) {
    if ((product >> bit) & 1) product ^= 0x11d << (bit - 8);
  }
  return product;
}

const products: readonly Uint8Array[] = Array.from({ length: 256 }, (_, a) =>
  Uint8Array.from({ length: 256 }, (_, b) => multiplySlowly(a, b)),
);

export const multiply = (a: number, b: number): number => products[a]?.[b] ?? 0;

function inverse(a: number): number {
  const found = products[a]?.indexOf(1) ?? -1;
  if (found < 0) throw new Error("zero has no inverse");
  return found;
}

/** base to the power of exponent; 0 to the power of 0 is 1. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result = multiply(result, base);
  return result;
}

type Matrix = Uint8Array[];

/** Each row of `a` times the rows of `b`, which may be of any length. */
export function multiplyMatrix(a: readonly Uint8Array[], b: readonly Uint8Array[]): Matrix {
  const width = b[0]?.length ?? 0;
  return a.map((row) => {
    const result = new Uint8Array(width);
    b.forEach((other, c) => {
      const times = products[row[c] ?? 0] ?? new Uint8Array(256);
      for (let j = 0; j < width; j++) result[j] = (result[j] ?? 0) ^ (times[other[j] ?? 0] ?? 0);
    });
    return result;
  });
}

/** Gauss and Jordan: the matrix is turned into the identity, which meanwhile becomes the inverse. */
function invertMatrix(matrix: readonly Uint8Array[]): Matrix {
  const size = matrix.length;
  const rows = matrix.map((row, r) =>
    Uint8Array.from({ length: 2 * size }, (_, c) => row[c] ?? (c - size === r ? 1 : 0)),
  );
  for (let c = 0; c < size; c++) {
    const pivot = rows.findIndex((row, r) => r >= c && row[c] !== 0);
    const pivotRow = rows[pivot];
    const here = rows[c];
    if (pivotRow === undefined || here === undefined) throw new Error("a matrix has no inverse");
    const factor = inverse(pivotRow[c] ?? 0);
    const scaled = pivotRow.map((value) => multiply(value, factor));
    rows[pivot] = here;
    rows[c] = scaled;
    rows.forEach((row, r) => {
      const times = row[c] ?? 0;
      if (r !== c) rows[r] = row.map((value, j) => value ^ multiply(times, scaled[j] ?? 0));
    });
  }
  return rows.map((row) => row.slice(size));
}

/** The n rows that make n blocks of k data blocks; the first k rows are the identity. */
export function codeMatrix(n: number, k: number): Matrix {
  const vandermonde = Array.from({ length: n }, (_, r) =>
    Uint8Array.from({ length: k }, (_, c) => power(r, c)),
  );
  return multiplyMatrix(vandermonde, invertMatrix(vandermonde.slice(0, k)));
}

/** The k data blocks from any k numbered blocks of one stripe. */
export function dataBlocks(
  matrix: readonly Uint8Array[],
  blocks: readonly { i: number; block: Uint8Array }[],
): Matrix {
  const rows = blocks.map(({ i }) => matrix[i] ?? new Uint8Array());
  const inverted = invertMatrix(rows);
  return multiplyMatrix(
    inverted,
    blocks.map(({ block }) => block),
  );
}

/** The value at x of the polynomial, byte by byte, through the given points (Lagrange). */
export function interpolate(points: readonly { x: number; y: Uint8Array }[], x: number): Uint8Array {
  const value = new Uint8Array(points[0]?.y.length ?? 0);
  for (const point of points) {
    let weight = 1;
    for (const other of points) {
      if (other.x === point.x) continue;
      weight = multiply(weight, multiply(x ^ other.x, inverse(point.x ^ other.x)));
    }
    point.y.forEach((byte, j) => {
      value[j] = (value[j] ?? 0) ^ multiply(weight, byte);
    });
  }
  return value;
}

// The erasure kernel: linear combinations over GF(2⁸), sixteen bytes at a time.
//
// A product with a constant is two look-ups of sixteen entries, one for each half of a byte, and `swizzle` does sixteen
// of them at once (Plank, Greenan, Miller: "Screaming fast Galois field arithmetic using Intel SIMD instructions",
// FAST 2013). The tables are made by the caller.

/** Two halves of a table for one coefficient: the products of 0 to 15, and those of 0, 16, 32 … 240. */
const TABLES_BYTES: usize = 32;
/** So many bytes are taken at a step, so that a table that was loaded serves twice. */
const STEP: usize = 32;
const LANE: usize = 16;

/** Relaxed, it need not clear lanes whose index is above fifteen, of which there are none here: the result is the same. */
@inline
function lookUp(table: v128, indices: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i8x16.relaxed_swizzle(table, indices);
  return i8x16.swizzle(table, indices);
}

@inline
function product(low: v128, high: v128, lows: v128, highs: v128): v128 {
  return v128.xor(lookUp(low, lows), lookUp(high, highs));
}

/**
 * Output r becomes the sum over c of coefficient (r, c) times input c.
 * @param tables `rows × columns` of them, row by row
 * @param inputs addresses of `columns` blocks (u32 each)
 * @param outputs addresses of `rows` blocks, which do not overlap the inputs
 * @param lengthBytes a multiple of STEP; all blocks are as long
 */
export function combine(
  rows: u32,
  columns: u32,
  tables: usize,
  inputs: usize,
  outputs: usize,
  lengthBytes: usize,
): void {
  const rowBytes: usize = <usize>columns * TABLES_BYTES;
  let row: u32 = 0;
  for (; row + 1 < rows; row += 2) {
    combineTwo(columns, tables + <usize>row * rowBytes, rowBytes, inputs, outputs + (<usize>row << 2), lengthBytes);
  }
  if (row < rows) {
    combineOne(columns, tables + <usize>row * rowBytes, inputs, outputs + (<usize>row << 2), lengthBytes);
  }
}

/** Two rows in one pass over the inputs. */
function combineTwo(
  columns: u32,
  tables: usize,
  rowBytes: usize,
  inputs: usize,
  outputs: usize,
  lengthBytes: usize,
): void {
  const fifteen = i8x16.splat(15);
  const first = <usize>load<u32>(outputs);
  const second = <usize>load<u32>(outputs, 4);
  for (let at: usize = 0; at < lengthBytes; at += STEP) {
    let first0 = i64x2.splat(0);
    let first1 = i64x2.splat(0);
    let second0 = i64x2.splat(0);
    let second1 = i64x2.splat(0);
    let table = tables;
    for (let column: u32 = 0; column < columns; column++) {
      const input = <usize>load<u32>(inputs + (<usize>column << 2)) + at;
      const bytes0 = v128.load(input);
      const bytes1 = v128.load(input, LANE);
      const lows0 = v128.and(bytes0, fifteen);
      const lows1 = v128.and(bytes1, fifteen);
      const highs0 = i8x16.shr_u(bytes0, 4);
      const highs1 = i8x16.shr_u(bytes1, 4);
      const low = v128.load(table);
      const high = v128.load(table, LANE);
      first0 = v128.xor(first0, product(low, high, lows0, highs0));
      first1 = v128.xor(first1, product(low, high, lows1, highs1));
      const otherLow = v128.load(table + rowBytes);
      const otherHigh = v128.load(table + rowBytes, LANE);
      second0 = v128.xor(second0, product(otherLow, otherHigh, lows0, highs0));
      second1 = v128.xor(second1, product(otherLow, otherHigh, lows1, highs1));
      table += TABLES_BYTES;
    }
    v128.store(first + at, first0);
    v128.store(first + at, first1, LANE);
    v128.store(second + at, second0);
    v128.store(second + at, second1, LANE);
  }
}

function combineOne(columns: u32, tables: usize, inputs: usize, outputs: usize, lengthBytes: usize): void {
  const fifteen = i8x16.splat(15);
  const output = <usize>load<u32>(outputs);
  for (let at: usize = 0; at < lengthBytes; at += STEP) {
    let sum0 = i64x2.splat(0);
    let sum1 = i64x2.splat(0);
    let table = tables;
    for (let column: u32 = 0; column < columns; column++) {
      const input = <usize>load<u32>(inputs + (<usize>column << 2)) + at;
      const bytes0 = v128.load(input);
      const bytes1 = v128.load(input, LANE);
      const low = v128.load(table);
      const high = v128.load(table, LANE);
      sum0 = v128.xor(sum0, product(low, high, v128.and(bytes0, fifteen), i8x16.shr_u(bytes0, 4)));
      sum1 = v128.xor(sum1, product(low, high, v128.and(bytes1, fifteen), i8x16.shr_u(bytes1, 4)));
      table += TABLES_BYTES;
    }
    v128.store(output + at, sum0);
    v128.store(output + at, sum1, LANE);
  }
}

import type { CombineRequest } from "./engine.ts";
import { multiplicationRow } from "./field.ts";

/**
 * The erasure kernel in plain JavaScript: the reference for any faster one.
 * @throws RangeError as `requireCombineShape`
 */
export function combine(request: CombineRequest): Uint8Array<ArrayBuffer>[] {
  const lengthBytes = requireCombineShape(request);
  return request.matrix.map((row) => combineRow(row, request.inputs, lengthBytes));
}

/**
 * The common length of the inputs.
 * @throws RangeError unless there is at least one input, all are of one length, and every row has a
 *   coefficient for each
 */
export function requireCombineShape({ matrix, inputs }: CombineRequest): number {
  const lengthBytes = inputs[0]?.length;
  if (lengthBytes === undefined) throw new RangeError("combine: no inputs");
  if (inputs.some((input) => input.length !== lengthBytes)) {
    throw new RangeError("combine: inputs of different lengths");
  }
  if (matrix.some((row) => row.length !== inputs.length)) {
    throw new RangeError(`combine: a row without exactly ${inputs.length} coefficients`);
  }
  return lengthBytes;
}

function combineRow(
  coefficients: Uint8Array,
  inputs: readonly Uint8Array[],
  lengthBytes: number,
): Uint8Array<ArrayBuffer> {
  const sum = new Uint8Array(lengthBytes);
  let untouched = true;
  for (const [index, coefficient] of coefficients.entries()) {
    if (coefficient === 0) continue;
    const input = inputs[index]!;
    // Most rows of a systematic code say "this very block".
    if (untouched && coefficient === 1) sum.set(input);
    else addMultiple(sum, coefficient, input);
    untouched = false;
  }
  return sum;
}

// A function of its own, so that the compiler sees one tight loop over three typed arrays.
function addMultiple(sum: Uint8Array, coefficient: number, input: Uint8Array): void {
  const row = multiplicationRow(coefficient);
  for (let index = 0; index < input.length; index++) sum[index]! ^= row[input[index]!]!;
}

import { type EncryptedMatrix, matrixSize, parseMatrix } from "@chirograph/schemes/paillier";
import type { Command } from "commander";
import { readWhole } from "../../paillier/files.ts";
import { imageFormOf } from "../../paillier/image-form.ts";
import { fingerprintOf } from "../../paillier/key-files.ts";
import { showBytes } from "../../terminal/quantity.ts";
import { addCommand, type Context, type Outcome, type Perform } from "../command.ts";

export function addShowCommand(paillier: Command, perform: Perform): void {
  addCommand(paillier, "show", "what everybody can know of an encrypted matrix")
    .argument("<matrix>", "the encrypted matrix")
    .action(perform(showCommand));
}

async function showCommand(_: Context, path: string): Promise<Outcome> {
  const matrix = parseMatrix(await readWhole(path));
  const { shape, packing, bounds, decimals, divisor, bits } = matrix;
  const form = imageFormOf(matrix);
  const lines = [
    `key         ${fingerprintOf(matrix.key)}, ${bits} bits`,
    `shape       ${shape.frames} × ${shape.rows} × ${shape.columns} × ${shape.samples}`,
    `values      ${form === null ? `numbers with ${decimals} decimals` : `pixels: ${form.colour}`}`,
    `bounds      ${bounds.min} to ${bounds.max}${divisor === 1 ? "" : `, to be divided by ${divisor}`}`,
    `packing     ${packing.perCiphertext} values of ${packing.slotBits} bits in a ciphertext`,
    `size        ${showBytes(matrixSize(matrix))}`,
  ];
  return { lines, document: { matrix: path, ...describeMatrix(matrix) } };
}

/** The same for programs. */
export function describeMatrix(matrix: EncryptedMatrix): object {
  const { shape, packing, bounds, decimals, divisor, bits } = matrix;
  return {
    key: fingerprintOf(matrix.key),
    bits,
    shape,
    image: imageFormOf(matrix) !== null,
    packing,
    bounds,
    decimals,
    divisor,
    sizeBytes: matrixSize(matrix),
  };
}

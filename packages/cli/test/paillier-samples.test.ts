import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ImageError, type PixelMatrix, readPixels } from "@chirograph/clinical/pixels";
import { createEngine } from "@chirograph/engine";
import { createPaillier, createPrivateKey, encodeMatrix, parseMatrix } from "@chirograph/schemes/paillier";
import { afterAll, describe, expect, inject, test } from "vitest";
import { samplesMissing } from "../../../test-support/vectors.ts";
import { aboutImage, imageFormOf, pixelsFrom, rangeOf, shapeOf } from "../src/paillier/image-form.ts";
import { fileFrom, restOf } from "../src/paillier/rest.ts";

/** Larger images take minutes each: CHIROGRAPH_LONG=1 asks for them too. */
const MOST_SAMPLES = process.env["CHIROGRAPH_LONG"] === "1" ? Number.POSITIVE_INFINITY : 20_000;

const engine = createEngine();
const paillier = createPaillier(engine);
afterAll(() => paillier.stop());

async function readable(file: Buffer): Promise<PixelMatrix | undefined> {
  try {
    return await readPixels(new Uint8Array(file));
  } catch (error) {
    if (error instanceof ImageError) return undefined;
    throw error;
  }
}

describe.skipIf(samplesMissing !== undefined)("every image among the samples that can be read", () => {
  test("comes back from its encrypted pixels: the matrix exactly, the file bit for bit", async () => {
    const key = await createPrivateKey(engine, 2048);
    const done: string[] = [];
    for (const folder of ["dicom", "png"]) {
      for (const name of readdirSync(join(inject("samples").path, folder))) {
        const file = readFileSync(join(inject("samples").path, folder, name));
        const pixels = await readable(file);
        if (pixels === undefined || pixels.data.length > MOST_SAMPLES) continue;
        const plan = { shape: shapeOf(pixels), bounds: rangeOf(pixels), about: aboutImage(pixels) };
        const sealed = encodeMatrix(await paillier.encrypt(key.publicKey, pixels.data, plan));
        const matrix = parseMatrix(sealed);
        const opened = pixelsFrom(imageFormOf(matrix)!, await paillier.decrypt(key, matrix), matrix.divisor);
        expect(Object.entries(opened).filter(([part]) => part !== "data")).toEqual(
          Object.entries(pixels).filter(([part]) => part !== "data"),
        );
        expect(Buffer.compare(bytesOf(opened), bytesOf(pixels))).toBe(0);
        expect(fileFrom(await restOf(file, pixels), opened).equals(file)).toBe(true);
        done.push(name);
      }
    }
    expect(done.length).toBeGreaterThanOrEqual(9);
  }, 3_600_000);
});

function bytesOf({ data }: PixelMatrix): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

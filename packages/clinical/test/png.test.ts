import { expect, test } from "vitest";
import { drawChest, encodeGreyPng } from "../src/samples/index.ts";
import { counting } from "./randomness.ts";

const picture = drawChest(counting());

test("a picture comes back as it was drawn", async () => {
  const png = await encodeGreyPng(picture);
  const pixels = "createImageBitmap" in globalThis ? await byBrowser(png) : await byHand(png);
  expect(pixels.length).toBe(picture.pixels.length);
  expect(pixels.every((value, index) => value === picture.pixels[index])).toBe(true);
});

test("lungs are darker than the spine between them", () => {
  expect(at(0.3, 0.42)).toBeLessThan(at(0.5, 0.42) - 60);
  expect(at(0.7, 0.42)).toBeLessThan(at(0.5, 0.42) - 60);
});

function at(x: number, y: number): number {
  const [row, column] = [Math.round(y * picture.height), Math.round(x * picture.width)];
  return picture.pixels[row * picture.width + column]!;
}

async function byBrowser(png: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const image = await createImageBitmap(new Blob([png], { type: "image/png" }));
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d")!;
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return Uint8Array.from({ length: data.length / 4 }, (_, pixel) => data[pixel * 4]!);
}

/** Of the one kind that is written here: one IDAT, no filter. */
async function byHand(png: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const view = new DataView(png.buffer);
  const length = view.getUint32(33);
  const stream = new Blob([png.subarray(41, 41 + length)]).stream();
  const inflated = new Response(stream.pipeThrough(new DecompressionStream("deflate")));
  const rows = new Uint8Array(await inflated.arrayBuffer());
  return rows.filter((_, index) => index % (picture.width + 1) !== 0);
}

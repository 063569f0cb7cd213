/** A picture of 16-bit pixels that is no two runs of one value: smooth shapes with grain, made by a fixed rule. */
export function testImage(columns: number, rows: number): Uint16Array {
  const pixels = new Uint16Array(columns * rows);
  let grain = 1;
  for (let index = 0; index < pixels.length; index++) {
    const [x, y] = [index % columns, Math.floor(index / columns)];
    grain = (Math.imul(grain, 1_664_525) + 1_013_904_223) >>> 0;
    const shape = Math.sin(x / 37) * Math.cos(y / 53) * 20_000 + 32_768;
    pixels[index] = Math.min(65_535, Math.max(0, Math.round(shape + (grain >>> 20))));
  }
  return pixels;
}

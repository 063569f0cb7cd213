import type { Types } from "@cornerstonejs/core";
import type { Overlay, Picture } from "./reading.ts";

/** Draws the file's graphics into what is shown, as bright as its brightest value. What is stored stays as it is. */
export function drawOverlays(image: Types.IImage, { overlays, pixels }: Picture): void {
  const shown = image.getPixelData();
  const samples = image.color ? 3 : 1;
  const brightest = image.color ? 255 : image.maxPixelValue;
  for (const overlay of overlays) {
    for (const pixel of pixelsOf(overlay, pixels.rows, pixels.columns)) {
      shown.fill(brightest, pixel * samples, (pixel + 1) * samples);
    }
  }
}

/** Where it covers the picture. */
function* pixelsOf(overlay: Overlay, rows: number, columns: number): Generator<number> {
  for (let row = 0; row < overlay.rows; row++) {
    for (let column = 0; column < overlay.columns; column++) {
      const bit = row * overlay.columns + column;
      if (((overlay.bits[bit >> 3]! >> (bit & 7)) & 1) === 0) continue;
      const [y, x] = [row + overlay.top, column + overlay.left];
      if (y >= 0 && y < rows && x >= 0 && x < columns) yield y * columns + x;
    }
  }
}

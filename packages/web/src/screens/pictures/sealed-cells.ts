/** How sealed bytes are laid out as a picture. */
export interface SealedCells {
  readonly columns: number;
  readonly rows: number;
  /** Bytes of one cell: one is a grey, three are red, green and blue. */
  readonly bytesEach: 1 | 3;
  /** Bytes that are drawn: the first ones. */
  readonly drawnBytes: number;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly isColour: boolean;
}

/**
 * Cells for the rectangle of a picture: one for every pixel where there are bytes enough, else fewer and larger ones, in
 * the picture's own proportions, so that what there is fills it.
 */
export function layOutCells(picture: PictureSize, byteCount: number): SealedCells | undefined {
  const bytesEach = picture.isColour ? 3 : 1;
  const available = Math.floor(byteCount / bytesEach);
  if (available < 1 || picture.width < 1 || picture.height < 1) return undefined;
  const { columns, rows } = fit(picture, available);
  return { columns, rows, bytesEach, drawnBytes: columns * rows * bytesEach };
}

function fit({ width, height }: PictureSize, available: number): { columns: number; rows: number } {
  if (available >= width * height) return { columns: width, rows: height };
  const ideal = Math.sqrt((available * width) / height);
  const columns = Math.min(available, Math.max(1, Math.floor(ideal)));
  return { columns, rows: Math.max(1, Math.floor(available / columns)) };
}

/** The cells as four bytes a pixel. */
export function paintCells(cells: SealedCells, sealed: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(cells.columns * cells.rows * 4);
  for (let cell = 0; cell < cells.columns * cells.rows; cell++) {
    for (let colour = 0; colour < 3; colour++) {
      rgba[cell * 4 + colour] = sealed[cell * cells.bytesEach + (cells.bytesEach === 3 ? colour : 0)]!;
    }
    rgba[cell * 4 + 3] = 255;
  }
  return rgba;
}

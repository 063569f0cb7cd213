/** One piece of the strip: straight above and below, cut along a wave on both sides. */
export const PIECE = { width: 104, height: 76, depth: 8 } as const;

const WAVES = 3;
const PATTERN = { columns: 16, rows: 8 } as const;

/** How many pieces stand in a row of at most `most`, so that the rows are about equally long. */
export function piecesInRow(total: number, most: number): number {
  return Math.max(1, Math.ceil(total / Math.ceil(total / most)));
}

/** The outline. Both sides bear the same wave, so that neighbours fit. */
export function pieceOutline(): string {
  const { width, height } = PIECE;
  return `M${width} 0${wave("down")}L0 ${height}${wave("up")}Z`;
}

/** A square for each bit of a mark that is set: the pattern of a piece is the mark itself. */
export function markPattern(hex: string): string {
  const width = PIECE.width / PATTERN.columns;
  const height = PIECE.height / PATTERN.rows;
  const bits = Array.from(hex, (digit) => Number.parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
  return Array.from(bits.slice(0, PATTERN.columns * PATTERN.rows), (bit, index) => {
    if (bit === "0") return "";
    const left = (index % PATTERN.columns) * width;
    const top = Math.floor(index / PATTERN.columns) * height;
    return `M${left} ${top}h${width}v${height}h${-width}z`;
  }).join("");
}

function wave(direction: "down" | "up"): string {
  const step = (direction === "down" ? 1 : -1) * (PIECE.height / WAVES);
  return Array.from({ length: WAVES }, (_, index) => {
    // An odd number of waves: the first and the last bulge to the same side, seen from above and from below.
    const bulge = index % 2 === 0 ? PIECE.depth : -PIECE.depth;
    return `q${bulge} ${step / 2} 0 ${step}`;
  }).join("");
}

/** A grey picture: brightness from 0 to 1 at a column and a row, both from 0 to 1. */
export type Shade = (x: number, y: number) => number;

const SHADES = " .:-=+*#%@";
/** The grey ramp of a terminal with 256 colours. */
const DARKEST = 232;
const BRIGHTEST = 255;
const RESET = "\u001B[0m";

/** Square pictures beside each other as text, two rows of pixels a line: in grey, or in characters without colour. */
export function drawPictures(pictures: readonly Shade[], columns: number, hasColours: boolean): string[] {
  const lines = columns / 2;
  return Array.from({ length: lines }, (_, line) =>
    pictures
      .map((shade) => {
        const cells = Array.from({ length: columns }, (__, column) => {
          const x = (column + 0.5) / columns;
          const above = shade(x, (line + 0.25) / lines);
          const below = shade(x, (line + 0.75) / lines);
          return hasColours ? halfBlock(above, below) : character((above + below) / 2);
        });
        return cells.join("") + (hasColours ? RESET : "");
      })
      .join("    "),
  );
}

function halfBlock(above: number, below: number): string {
  return `\u001B[38;5;${grey(above)};48;5;${grey(below)}m▀`;
}

function grey(brightness: number): number {
  return DARKEST + Math.round(clamp(brightness) * (BRIGHTEST - DARKEST));
}

function character(brightness: number): string {
  return SHADES[Math.round(clamp(brightness) * (SHADES.length - 1))]!;
}

function clamp(brightness: number): number {
  return Math.min(1, Math.max(0, brightness));
}

/** Between two columns. */
const GAP = "  ";
/** Below this nothing can be read any more: then lines run over the screen's end. */
const NARROWEST = 8;

/**
 * Rows of plain text under a row of headings, in columns that fit the screen: what is too long for its column goes on
 * in the next line.
 * @param columns of the screen, in characters
 */
export function drawTable(rows: readonly (readonly string[])[], columns: number): string[] {
  const widths = fitted(naturalWidths(rows), columns);
  return rows.flatMap((row) => drawRow(row, widths));
}

function naturalWidths(rows: readonly (readonly string[])[]): number[] {
  return rows[0]!.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]!))));
}

/** Takes from the widest columns until all fit. */
function fitted(natural: readonly number[], columns: number): number[] {
  const widths = [...natural];
  const room = columns - GAP.length * (widths.length - 1);
  while (sumOf(widths) > room) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}

function drawRow(row: readonly string[], widths: readonly number[]): string[] {
  const cells = row.map((cell, column) => wrap(cell, widths[column]!));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, column) => padded(lines[line] ?? "", widths[column]!))
      .join(GAP)
      .trimEnd(),
  );
}

/** Breaks a text after spaces, slashes and hyphens, or anywhere in what is longer than the column. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of piecesOf(text, width)) {
    if (widthOf(line + piece.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  }
  return [...lines, line.trimEnd()];
}

function piecesOf(text: string, width: number): string[] {
  const words = text.match(/[^ /-]*[ /-]+|[^ /-]+/gu) ?? [""];
  return words.flatMap((word) => (widthOf(word.trimEnd()) <= width ? [word] : charactersOf(word)));
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Characters as people count them; those of double width, and others that terminals disagree on, count once. */
function widthOf(text: string): number {
  return charactersOf(text).length;
}

function charactersOf(text: string): string[] {
  return Array.from(
    new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text),
    ({ segment }) => segment,
  );
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

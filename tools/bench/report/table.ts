/** A heading and rows of as many cells. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Stand below it, each a sentence. */
  readonly notes: readonly string[];
}

/** For a terminal: the first column to the left, the others to the right. */
export function asText({ title, head, rows, notes }: Table): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd();
  return [title, line(head), ...rows.map(line), ...notes, ""].join("\n");
}

export function asMarkdown({ title, head, rows, notes }: Table): string {
  const rule = `|${head.map((_, column) => (column === 0 ? "---" : "--:")).join("|")}|`;
  const below = notes.length === 0 ? [] : [notes.join(" "), ""];
  return [`**${title}**`, "", markdownRow(head), rule, ...rows.map(markdownRow), "", ...below].join("\n");
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.map(escaped).join(" | ")} |`;
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|");
}

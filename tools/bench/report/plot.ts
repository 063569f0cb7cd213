import type { Comparison, Entry } from "../results.ts";
import { median, minimum } from "../statistics.ts";
import { titleOf } from "./tables.ts";

const WIDTH = 840;
const LABELS = 300;
const FIGURES = 90;
const BAR = 16;
const LINE = 24;
const HEADING = 40;
const MARGIN = 16;

/**
 * A bar for each contestant, as long as its fastest run, with a mark at its median; each comparison has its own scale.
 * Colours follow the reader's choice of light or dark.
 */
export function plot(comparisons: readonly Comparison[]): string {
  const blocks: string[] = [];
  let top = MARGIN;
  for (const comparison of comparisons) {
    const present = comparison.entries.filter(({ runs }) => runs.length > 0);
    blocks.push(block(titleOf(comparison), present, top));
    top += HEADING + present.length * LINE;
  }
  const height = top + MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="t d" font-family="system-ui,-apple-system,'Segoe UI',sans-serif">
<title id="t">Seconds, each program beside the others</title>
<desc id="d">${escaped(describe(comparisons))}</desc>
<style>
.ground{fill:#ffffff}.text{fill:#1b2733}.quiet{fill:#5b6b7b}.us{fill:#2f6fb0}.other{fill:#9aa8b5}.mark{stroke:#1b2733}
@media (prefers-color-scheme:dark){.ground{fill:#0d1117}.text{fill:#e6edf3}.quiet{fill:#9aa8b5}.us{fill:#5aa2e8}.other{fill:#55636f}.mark{stroke:#e6edf3}}
</style>
<rect class="ground" width="${WIDTH}" height="${height}"/>
${blocks.join("\n")}
</svg>
`;
}

function block(title: string, entries: readonly Entry[], top: number): string {
  const rows = entries.map(({ id, name, runs }) => {
    const seconds = runs.map((run) => run.seconds);
    return { name, isUs: id.startsWith("chirograph"), least: minimum(seconds), middle: median(seconds) };
  });
  const longest = Math.max(...rows.map(({ middle }) => middle));
  const scale = (WIDTH - LABELS - FIGURES - MARGIN) / longest;
  const lines = rows.map(({ name, isUs, least, middle }, index) => {
    const y = top + HEADING + index * LINE;
    const base = y + BAR - 4;
    const end = round(LABELS + middle * scale);
    return [
      `<text class="text" x="${LABELS - 8}" y="${base}" text-anchor="end" font-size="12.5">${escaped(name)}</text>`,
      `<rect class="${isUs ? "us" : "other"}" x="${LABELS}" y="${y}" width="${round(least * scale)}" height="${BAR}"/>`,
      `<line class="mark" x1="${end}" y1="${y}" x2="${end}" y2="${y + BAR}" stroke-width="1.5"/>`,
      `<text class="quiet" x="${end + 8}" y="${base}" font-size="12">${least.toFixed(2)} s</text>`,
    ].join("");
  });
  const heading = `<text class="text" x="${MARGIN}" y="${top + 24}" font-size="15">${escaped(title)}</text>`;
  return [heading, ...lines].join("\n");
}

function describe(comparisons: readonly Comparison[]): string {
  return `Bars are the fastest runs, marks the medians. ${comparisons.map(titleOf).join("; ")}.`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Results } from "../results.ts";
import { plot } from "./plot.ts";
import { describeMachine, tablesOf } from "./report.ts";
import { asMarkdown } from "./table.ts";

const docs = join(import.meta.dirname, "../../../docs");
const BEGIN = "<!-- figures -->";
const END = "<!-- end of figures -->";

/** Writes the tables and the picture into the documentation. */
export function writeDocs(results: Results): void {
  const page = join(docs, "performance.md");
  const { comparisons, machine, rounds } = results;
  const picture =
    comparisons.length === 0 ? [] : ["![Seconds, each program beside the others](performance.svg)", ""];
  const figures = [
    `${describeMachine(machine)} Rounds: ${rounds}.`,
    "",
    ...picture,
    ...tablesOf(results).map(asMarkdown),
  ];
  writeFileSync(page, replaceFigures(readFileSync(page, "utf8"), figures.join("\n")));
  if (comparisons.length > 0) writeFileSync(join(docs, "performance.svg"), plot(comparisons));
}

/** Puts other text between the two marks of a page. */
export function replaceFigures(page: string, figures: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/performance.md needs the lines ${BEGIN} and ${END}.`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${figures.trimEnd()}\n\n${page.slice(end)}`;
}

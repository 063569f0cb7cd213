import type { Comparison, Entry, MicroFigure, RangeFigures } from "../results.ts";
import { MIB, showSize } from "../sizes.ts";
import { maximum, median, minimum, percentile, spread } from "../statistics.ts";
import type { Claim } from "./acceptance.ts";
import type { Table } from "./table.ts";

const NOTHING = "–";

export function titleOf({ part, files, fileBytes }: Comparison): string {
  const size = showSize(fileBytes);
  if (part === "seal") return `Seal ${size}`;
  if (part === "open") return `Open ${size}`;
  return `Put ${files.toLocaleString("en")} files of ${size}`;
}

export function comparisonTable(comparison: Comparison): Table {
  const { entries, files, fileBytes } = comparison;
  const us = entries.find(({ id }) => id === "chirograph");
  const present = entries.filter(({ runs }) => runs.length > 0);
  return {
    title: titleOf(comparison),
    head: ["", "min s", "median s", "spread", "MB/s", "us ÷ it", "peak MiB", "CPU s", "syncs"],
    rows: present.map((entry) => comparisonRow(entry, us, files * fileBytes)),
    notes: entries
      .filter(({ runs }) => runs.length === 0)
      .map(({ name, absent }) => `${name}: not measured, ${absent ?? "it did not run"}.`),
  };
}

function comparisonRow({ name, syncs, runs }: Entry, us: Entry | undefined, bytes: number): string[] {
  const seconds = runs.map((run) => run.seconds);
  const least = minimum(seconds);
  const ours =
    us === undefined || us.runs.length === 0 ? undefined : minimum(us.runs.map((run) => run.seconds));
  const peaks = runs.flatMap(({ peakBytes }) => peakBytes ?? []);
  const cpu = runs.flatMap(({ cpuSeconds }) => cpuSeconds ?? []);
  return [
    name,
    least.toFixed(3),
    median(seconds).toFixed(3),
    `${(spread(seconds) * 100).toFixed(0)} %`,
    (bytes / least / 1e6).toFixed(0),
    ours === undefined ? NOTHING : (ours / least).toFixed(2),
    peaks.length === 0 ? NOTHING : (maximum(peaks) / MIB).toFixed(0),
    cpu.length === 0 ? NOTHING : median(cpu).toFixed(2),
    syncs ? "yes" : "no",
  ];
}

export function rangeTable(figures: RangeFigures): Table {
  const { askedBytes, milliseconds, readBytes, recordBytes, stripeBytes } = figures;
  return {
    title: `${showSize(askedBytes)} from ${milliseconds.length} random places of ${showSize(recordBytes)}`,
    head: ["", "median ms", "95 % within ms", "read ÷ asked, mean", "read ÷ asked, most"],
    rows: [
      [
        "chirograph",
        median(milliseconds).toFixed(2),
        percentile(milliseconds, 0.95).toFixed(2),
        (readBytes.reduce((sum, bytes) => sum + bytes, 0) / readBytes.length / askedBytes).toFixed(2),
        (maximum(readBytes) / askedBytes).toFixed(2),
      ],
    ],
    notes: [`A stripe of this record holds ${showSize(stripeBytes)}.`],
  };
}

export function microTable(figures: readonly MicroFigure[]): Table {
  return {
    title: "Primitives, one thread",
    head: ["", "best", "median", ""],
    rows: figures.map(({ name, unit, values }) => [
      name,
      (unit === "ms" ? minimum(values) : maximum(values)).toFixed(3),
      median(values).toFixed(3),
      unit,
    ]),
    notes: ["The kernel's bytes are those of the k blocks that go in."],
  };
}

export function claimsTable(claims: readonly Claim[]): Table {
  return {
    title: "Claims",
    head: ["claim", "limit", "measured", "met"],
    rows: claims.map(({ claim, limit, measured, met }) => [claim, limit, measured, met ? "yes" : "no"]),
    notes: [],
  };
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Machine } from "../machine.ts";
import type { Comparison, Entry, EntryId, Results } from "../results.ts";
import { GIB, KIB, MIB } from "../sizes.ts";
import { judge } from "./acceptance.ts";
import { replaceFigures } from "./docs.ts";
import { plot } from "./plot.ts";
import { asMarkdown, asText } from "./table.ts";
import { comparisonTable } from "./tables.ts";

const entryOf = (id: EntryId, seconds: readonly number[], peakMiB = 100): Entry => ({
  id,
  name: id,
  syncs: id === "chirograph",
  runs: seconds.map((each) => ({ seconds: each, cpuSeconds: 1, peakBytes: peakMiB * MIB })),
});
const sealed = (fileBytes: number, entries: readonly Entry[]): Comparison => ({
  part: "seal",
  files: 1,
  fileBytes,
  entries,
});
const machine: Machine = {
  processor: "p",
  cores: 2,
  memoryBytes: GIB,
  system: "s",
  node: "24",
  openssl: "3",
  fileSystem: "tmpfs",
  peers: {},
};
const resultsOf = (part: Partial<Results>): Results => ({
  machine,
  rounds: 2,
  comparisons: [],
  range: undefined,
  micro: [],
  ...part,
});
const claimed = (results: Partial<Results>) =>
  Object.fromEntries(judge(resultsOf(results)).map(({ claim, measured, met }) => [claim, { measured, met }]));

describe("claims", () => {
  test("are about fastest rounds at 1 GiB, and at their limit they are met", () => {
    const found = claimed({
      comparisons: [
        sealed(64 * MIB, [entryOf("chirograph", [9]), entryOf("age", [1])]),
        sealed(GIB, [
          entryOf("chirograph", [9, 1.25], 257),
          entryOf("age", [1, 3]),
          entryOf("restic", [3.5]),
          { ...entryOf("rclone", []), absent: "not installed" },
        ]),
      ],
    });
    expect(found).toEqual({
      "seal 1 GiB ÷ age": { measured: "1.25", met: true },
      "seal 1 GiB ÷ restic backup": { measured: "0.36", met: false },
      "peak memory, seal 1 GiB": { measured: "257 MiB", met: false },
    });
  });

  test("compare 8 GiB with 1 GiB", () => {
    const found = claimed({
      comparisons: [
        sealed(GIB, [entryOf("chirograph", [1], 100), entryOf("age", [1])]),
        sealed(8 * GIB, [entryOf("chirograph", [8], 120), entryOf("age", [10])]),
      ],
    });
    expect(found["peak memory, seal 8 GiB beside 1 GiB"]).toEqual({ measured: "+20.0 %", met: false });
    expect(found["seal ÷ age, 8 GiB beside 1 GiB"]).toEqual({ measured: "−20.0 %", met: false });
  });

  test("of a range are about the median time and the most that was read", () => {
    const range = { askedBytes: 512 * KIB, stripeBytes: 768 * KIB, milliseconds: [4, 5, 90] };
    const reading = (readBytes: number[], recordBytes = GIB) =>
      claimed({ range: { ...range, readBytes, recordBytes } });
    expect(reading([MIB, 2 * MIB])).toEqual({
      "512 KiB of 1 GiB, median": { measured: "5.00 ms", met: true },
      "512 KiB of 1 GiB, most that was read": { measured: "2.00 MiB", met: false },
    });
    expect(reading([1.75 * MIB])["512 KiB of 1 GiB, most that was read"]!.met).toBe(true);
    expect(reading([1], 64 * MIB)).toEqual({});
  });

  test("of the kernel are about its best round", () => {
    const values = [7, 8.1];
    const found = claimed({ micro: [{ id: "encode-6-8-65536", name: "", unit: "GB/s", values }] });
    expect(found).toEqual({ "kernel, encode 6+2": { measured: "8.10 GB/s", met: true } });
  });
});
describe("what is shown", () => {
  const comparison = sealed(GIB, [
    entryOf("chirograph", [2, 3]),
    { ...entryOf("age-split", [1, 1]), name: "age | split" },
    { ...entryOf("borg", []), absent: "not installed; Debian: borgbackup" },
  ]);

  test("a table of who took how long, and who is not there", () => {
    const table = comparisonTable(comparison);
    expect(table.rows).toEqual([
      ["chirograph", "2.000", "2.500", "40 %", "537", "1.00", "100", "1.00", "yes"],
      ["age | split", "1.000", "1.000", "0 %", "1074", "2.00", "100", "1.00", "no"],
    ]);
    expect(table.notes).toEqual(["borg: not measured, not installed; Debian: borgbackup."]);
  });

  test("the same as text and as Markdown", () => {
    const table = { title: "T", head: ["", "s"], rows: [["a | b", "1.25"]], notes: ["N."] };
    expect(asText(table)).toBe("T\n          s\na | b  1.25\nN.\n");
    expect(asMarkdown(table)).toBe("**T**\n\n|  | s |\n|---|--:|\n| a \\| b | 1.25 |\n\nN.\n");
  });

  test("a picture with a bar for each that ran, on light and on dark", () => {
    const picture = plot([comparison]);
    expect(picture.match(/<rect class="(us|other)"/g)).toHaveLength(2);
    expect(picture).toContain("prefers-color-scheme:dark");
    expect(picture).not.toMatch(/NaN|undefined|borg/);
  });

  test("the page keeps what stands around the figures", () => {
    const page = "before\n<!-- figures -->\nold\n<!-- end of figures -->\nbehind\n";
    const expected = "before\n<!-- figures -->\n\nnew\n\n<!-- end of figures -->\nbehind\n";
    expect(replaceFigures(page, "new\n")).toBe(expected);
    expect(replaceFigures(expected, "new\n")).toBe(expected);
    expect(() => replaceFigures("no marks", "new")).toThrow(/needs the lines/);
  });

  test("docs/performance.md has its place for them", () => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/performance.md"), "utf8");
    expect(replaceFigures(page, "figures")).toContain("\nfigures\n");
  });
});

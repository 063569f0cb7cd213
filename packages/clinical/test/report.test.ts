import { expect, test } from "vitest";
import { samplePeople, writeLetter, writeReport, writeVariants } from "../src/samples/index.ts";

const report = writeReport({
  person: samplePeople.ines,
  date: "20260302",
  title: "A report (of nobody)",
  paragraphs: ["One. ".repeat(40).trim(), "Two."],
});
const text = new TextDecoder("latin1").decode(report);

test("every row of the cross-reference table leads to its object, and the end leads to the table", () => {
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
  const table = text.slice(start);
  expect(table.startsWith("xref\n0 8\n")).toBe(true);
  const rows = [...table.matchAll(/^(\d{10}) 00000 n $/gm)].map(([, place]) => Number(place));
  expect(rows).toHaveLength(7);
  rows.forEach((place, index) => {
    expect(text.slice(place).startsWith(`${index + 1} 0 obj\n`)).toBe(true);
  });
});

test("a stream is as long as it says, and lines stay on the page", () => {
  const [, length, content] = /\/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/.exec(text)!;
  expect(content).toHaveLength(Number(length));
  expect(content).toContain("(A report \\(of nobody\\)) Tj");
  expect(content).toContain("Inés Ejemplo");
  for (const [, line] of content!.matchAll(/\((.*)\) Tj/g)) expect(line!.length).toBeLessThan(100);
});

test("a letter names its patient and says that it is made up", () => {
  const letter = writeLetter({ person: samplePeople.paula, date: "20260302" });
  expect(letter).toContain("Paula Phantom, born 1974-06-01");
  expect(letter).toContain("made up");
});

test("variants are tab-separated rows under a header of as many columns", () => {
  const lines = writeVariants({ sample: "S1", date: "20260302" }).trimEnd().split("\n");
  const rows = lines.filter((line) => !line.startsWith("##")).map((line) => line.split("\t"));
  expect(lines[0]).toBe("##fileformat=VCFv4.3");
  expect(rows[0]!.at(-1)).toBe("S1");
  expect(new Set(rows.map((row) => row.length))).toEqual(new Set([10]));
});

import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const documents = resolve(import.meta.dirname, "../../../../docs");

/** `file › group › test`, as the documents name tests; line breaks in the text do not count. */
const REFERENCE = /`([a-z-]+) › ([^`]+)`/g;

test.each([
  ["threat-model.md", 100],
  ["classic.md", 8],
])("%s names tests that exist, %i at least", async (name, least) => {
  const text = (await readFile(join(documents, name), "utf8")).replaceAll(/\n\s*/g, " ");
  const references = [...text.matchAll(REFERENCE)].filter(([, file]) => file !== "file");
  expect(references.length).toBeGreaterThanOrEqual(least);
  const sources = new Map<string, string>();
  const absent: string[] = [];
  for (const [whole, file, names] of references) {
    const source = sources.get(file!) ?? (await readTests(file!));
    sources.set(file!, source);
    if (!names!.split(" › ").every((one) => source.includes(`"${one}"`))) absent.push(whole);
  }
  expect(absent).toStrictEqual([]);
});

async function readTests(file: string): Promise<string> {
  const kinds = await Promise.allSettled(
    ["test", "node.test"].map((kind) => readFile(join(import.meta.dirname, `${file}.${kind}.ts`), "utf8")),
  );
  return kinds.map((kind) => (kind.status === "fulfilled" ? kind.value : "")).join("\n");
}

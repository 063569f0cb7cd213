import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const rooms = [
  "packages/stores/test",
  "packages/vault/test",
  "packages/catalogue/test",
  "packages/cli/test/vault",
];

/** `file › group › test`, as docs/vault.md names tests; line breaks in the text do not count. */
const REFERENCE = /`([a-z-]+) › ([^`]+)`/g;

test("docs/vault.md names tests that exist, one at least for each invariant", () => {
  const text = readFileSync(join(root, "docs/vault.md"), "utf8");
  const [, invariants = ""] = text.split("\n## Invariants\n");
  const numbered = invariants.split(/\n(?=\d+\. )/).slice(1);
  expect(numbered.length).toBeGreaterThanOrEqual(21);
  const absent: string[] = [];
  for (const invariant of numbered) {
    const references = [...invariant.replaceAll(/\n\s*/g, " ").matchAll(REFERENCE)];
    expect(references, invariant).not.toHaveLength(0);
    for (const [whole, file, names] of references) {
      const source = sourceOf(file!);
      if (!names!.split(" › ").every((name) => source.includes(`"${name}"`))) absent.push(whole);
    }
  }
  expect(absent).toStrictEqual([]);
});

/** All test files of that name, joined. */
function sourceOf(file: string): string {
  return rooms
    .flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((path) =>
        join(root, room, path),
      ),
    )
    .filter((path) => [`${file}.test.ts`, `${file}.node.test.ts`].includes(basename(path)))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}

import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const rooms = ["core", "stores", "vault", "catalogue", "cli"].map((room) => `packages/${room}/test`);

/** `file › group › test`, as docs/vault.md names tests; line breaks in the text do not count. */
const REFERENCE = /`([a-z-]+) › ([^`]+)`/g;

const text = readFileSync(join(root, "docs/vault.md"), "utf8").replaceAll(/\n +/g, " ");

test("docs/vault.md names tests that exist", () => {
  const absent = [...text.matchAll(REFERENCE)]
    .filter(([, file]) => file !== "file")
    .filter(([, file, names]) => !names!.split(" › ").every((name) => sourceOf(file!).includes(`"${name}"`)))
    .map(([whole]) => whole);
  expect(absent).toStrictEqual([]);
});

test("every invariant in docs/vault.md has a test", () => {
  const [, behind = ""] = text.split("\n## Invariants\n");
  const [invariants = ""] = behind.split("\n## ");
  const numbered = invariants.split(/\n(?=\d+\. )/).slice(1);
  expect(numbered.length).toBeGreaterThanOrEqual(21);
  expect(numbered.filter((invariant) => invariant.match(REFERENCE) === null)).toStrictEqual([]);
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

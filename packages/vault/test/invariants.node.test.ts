import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readDocument, REFERENCE, testReferences } from "../../../test-support/test-references.ts";

const rooms = ["core", "stores", "vault", "catalogue", "cli"].map((room) => `packages/${room}/test`);

test("docs/vault.md names tests that exist", () => {
  expect(testReferences(readDocument("vault.md"), rooms).absent).toStrictEqual([]);
});

test("every invariant in docs/vault.md has a test", () => {
  const text = readFileSync(resolve(import.meta.dirname, "../../../docs/vault.md"), "utf8");
  const [, behind = ""] = text.split("\n## Invariants\n");
  const [invariants = ""] = behind.split("\n## ");
  const numbered = invariants.split(/\n(?=\d+\. )/).slice(1);
  expect(numbered.length).toBeGreaterThanOrEqual(25);
  expect(numbered.filter((invariant) => invariant.match(REFERENCE) === null)).toStrictEqual([]);
});

import { expect, test } from "vitest";
import { readDocument, testReferences } from "../../../../test-support/test-references.ts";

test.each([
  ["threat-model.md", 100],
  ["classic.md", 8],
])("%s names tests that exist, %i at least", (name, least) => {
  const { named, absent } = testReferences(readDocument(name), ["packages/core/test/attacks"]);
  expect(named.length).toBeGreaterThanOrEqual(least);
  expect(absent).toStrictEqual([]);
});

import { expect, test } from "vitest";
import { readDocument, testReferences } from "../../../test-support/test-references.ts";

test("docs/server.md names tests that exist, fifteen at least", () => {
  const folders = [
    "packages/server/test",
    "packages/wire/test",
    "packages/vault/test",
    "packages/web/test",
    "journey",
  ];
  const { named, absent } = testReferences(readDocument("server.md"), folders);
  expect(named.length).toBeGreaterThanOrEqual(15);
  expect(absent).toStrictEqual([]);
});

test("docs/stores.md names tests that exist", () => {
  const { named, absent } = testReferences(readDocument("stores.md"), [
    "packages/cli/test",
    "packages/vault/test",
  ]);
  expect(named.length).toBeGreaterThanOrEqual(4);
  expect(absent).toStrictEqual([]);
});

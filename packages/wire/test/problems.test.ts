import { ChirographError, TooFewFragments } from "@chirograph/core";
import { StoreError } from "@chirograph/stores";
import { VaultError } from "@chirograph/vault";
import { describe, expect, test } from "vitest";
import { errorOf, problem, problemOf, WireError } from "../src/index.ts";

describe("an error crosses the wire as itself:", () => {
  const store = "0123456789abcdef".repeat(2);
  test.each([
    [new VaultError("stores-missing", "Too few.", { stores: [store] }), 503],
    [new VaultError("forged", "No."), 422],
    [new StoreError("exists", "There."), 409],
    [new StoreError("full", "No room."), 507],
    [new ChirographError("bad-signature", "Wrong."), 400],
    [new WireError("too-many", "Wait."), 429],
    [new WireError("wrong-offset", "Elsewhere."), 409],
  ])("%o", (error, status) => {
    const told = problemOf(error);
    expect(told.status).toBe(status);
    const read = errorOf(problem.parse(JSON.parse(JSON.stringify(told))));
    expect(read).toBeInstanceOf(error.constructor);
    const stores = error instanceof VaultError ? { stores: error.stores } : {};
    expect(read).toMatchObject({ name: error.name, code: error.code, message: error.message, ...stores });
  });

  test("too few fragments, as an error of the core", () => {
    const told = errorOf(problemOf(new TooFewFragments(6, 8, [0])));
    expect(told).toMatchObject({ name: "ChirographError", code: "too-few-fragments" });
  });
});

test.each([
  new Error("a secret path"),
  new TypeError("x"),
  "text",
  undefined,
  new WireError("protocol", "x"),
])("of a defect nothing is told: %s", (error) => {
  expect(problemOf(error)).toEqual({
    type: "about:blank",
    title: "Internal Server Error",
    status: 500,
    detail: "The server met a defect of its own.",
    code: "defect",
    source: "server",
    stores: [],
  });
});

test("a text is on one line and not without end", () => {
  const { detail } = problemOf(new VaultError("malformed", `a\nb\u2028${"c".repeat(5000)}`));
  expect(detail).toHaveLength(1000);
  expect(detail).toMatch(/^a b c+$/);
});

describe("is no error of a server:", () => {
  const fine = problemOf(new VaultError("unknown", "No."));
  test.each([
    { ...fine, code: "no-such-code" },
    { ...fine, code: "__proto__" },
    { ...fine, code: "constructor" },
    { ...fine, source: "store" },
    { ...fine, source: "server", code: "unreachable" },
    { ...fine, source: "server", code: "protocol" },
  ])("%o", (told) => {
    expect(errorOf(told as typeof fine)).toBeUndefined();
  });

  test.each([
    { ...fine, status: 200 },
    { ...fine, extra: true },
    { ...fine, detail: "a\nb" },
    { ...fine, detail: "a\u001b[2Jb" },
    { ...fine, stores: ["x"] },
    { ...fine, source: "elsewhere" },
  ])("%o, for it has no form", (told) => {
    expect(problem.safeParse(told).success).toBe(false);
  });
});

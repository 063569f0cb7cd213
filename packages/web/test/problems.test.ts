import { describe, expect, it } from "vitest";
import { explainProblem, problemTexts } from "../src/texts/problems.ts";
import { isProblem, problemOf } from "../src/worker-client/problem-of.ts";

const every = Object.entries(problemTexts).flatMap(([source, texts]) =>
  Object.entries(texts).map(([code, text]) => ({ name: `${source}/${code}`, text })),
);

describe("texts of problems", () => {
  // That there is one for every code of every room is for the types to say.
  it.each(every)("$name says what happened, what is safe and what to do", ({ text }) => {
    for (const part of [text.happened, text.safe, text.todo]) expect(part).toMatch(/^[A-Z].+\.$/);
  });

  it("falls back to one that fits everything, for a code that came with a newer server too", () => {
    const fallback = explainProblem({ source: "defect", code: "unexpected" });
    expect(explainProblem({ source: "server", code: "from-the-future" })).toBe(fallback);
    expect(explainProblem({ source: "vault", code: "constructor" })).toBe(fallback);
  });
});

describe("what a promise rejected with", () => {
  it("is a problem where it has the form of one", () => {
    const problem = { source: "core", code: "erased", detail: "It was erased.", stores: [] } as const;
    expect(problemOf(problem)).toBe(problem);
    expect(isProblem({ source: "core", code: "erased" })).toBe(false);
  });

  it("is a defect otherwise, and its text, which may quote anything, stays out", () => {
    expect(problemOf(new TypeError("the word is adk21937"))).toEqual({
      source: "defect",
      code: "unexpected",
      detail: "TypeError",
      stores: [],
    });
  });
});

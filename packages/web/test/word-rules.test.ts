import { describe, expect, it } from "vitest";
import { ruleLines, wordFault, wordLength } from "../src/parts/word-rules.ts";

function states(text: string): Record<string, string> {
  return Object.fromEntries(ruleLines(text).map(({ key, state }) => [key, state]));
}

describe("the rules of the word, line by line", () => {
  it("has one line for each of the three rules, none of them kept by nothing", () => {
    expect(states("")).toEqual({ "white-space": "open", repeated: "open", length: "open" });
  });

  it("keeps all three for a word", () => {
    expect(states("adk21937")).toEqual({ "white-space": "kept", repeated: "kept", length: "kept" });
    expect(wordFault("adk21937")).toBeUndefined();
    expect(wordLength("adk21937")).toBe(8);
  });

  it.each([
    ["Adk 1234", "white-space", "No white space (place 4)"],
    ["Adk21224", "repeated", "No character twice (places 4, 6 and 7)"],
    ["Adk12", "length", "At least 8 characters (it has 5)"],
  ])("refuses %j for the right rule", (text, rule, reason) => {
    const broken = ruleLines(text).filter(({ state }) => state !== "kept");
    expect(broken.map(({ key }) => key)).toEqual([rule]);
    expect(wordFault(text)).toContain(reason);
  });

  it("is patient with a word that is only not long enough yet", () => {
    expect(states("adk")).toEqual({ "white-space": "kept", repeated: "kept", length: "open" });
  });

  it("names the two rarer rules only where they are broken", () => {
    const long = Array.from({ length: 65 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join("");
    expect(states(long)["too-long"]).toBe("broken");
    expect(states("adk21937\u0000")["not-printable"]).toBe("broken");
  });

  it("says nothing of the characters themselves", () => {
    const secret = "qQzZ qQzZ";
    for (const character of new Set(secret.replace(" ", ""))) {
      expect(
        ruleLines(secret)
          .map(({ detail }) => detail ?? "")
          .join(" "),
      ).not.toContain(character);
    }
  });

  it("asks for a word where there is none", () => {
    expect(wordFault("")).toBe("Type the word.");
  });
});

import { type BrokenRule, judgeWord, LONGEST_WORD, SHORTEST_WORD } from "@chirograph/core";
import { en } from "../texts/en.ts";

export interface RuleLine {
  readonly key: string;
  readonly text: string;
  /** `open`: nothing is wrong yet, there is only more to come. */
  readonly state: "kept" | "broken" | "open";
  /** Where, or by how much; reveals no character. */
  readonly detail: string | undefined;
}

/** The word's rules, each with how the text stands to it: the three of the scheme, and the rarer two where they are broken. */
export function ruleLines(text: string): readonly RuleLine[] {
  const { broken } = judgeWord(text);
  const found = (rule: BrokenRule["rule"]): BrokenRule | undefined => broken.find((one) => one.rule === rule);
  const { rule } = en.word;
  const line = (
    key: string,
    label: string,
    fault: BrokenRule | undefined,
    whenNot: RuleLine["state"],
  ): RuleLine => ({
    key,
    text: label,
    state: fault === undefined ? (text === "" ? "open" : "kept") : whenNot,
    detail: fault === undefined ? undefined : detailOf(fault),
  });
  const tooLong = found("too-long");
  const notPrintable = found("not-printable");
  return [
    line("white-space", rule["white-space"], found("white-space"), "broken"),
    line("repeated", rule.repeated, found("repeated"), "broken"),
    line("length", rule.length(SHORTEST_WORD), found("too-short"), "open"),
    ...(tooLong === undefined ? [] : [line("too-long", rule["too-long"](LONGEST_WORD), tooLong, "broken")]),
    ...(notPrintable === undefined
      ? []
      : [line("not-printable", rule["not-printable"], notPrintable, "broken")]),
  ];
}

/** Why this is no word, naming each broken rule; `undefined`: it is one. */
export function wordFault(text: string): string | undefined {
  if (text === "") return en.word.missing;
  const broken = ruleLines(text).filter(({ state }) => state !== "kept");
  return broken.length === 0 ? undefined : en.word.broken(broken.map(sentence));
}

export function sentence({ text, detail }: RuleLine): string {
  return detail === undefined ? text : `${text} (${detail})`;
}

/** n: how many characters the text has as a word. */
export function wordLength(text: string): number {
  return judgeWord(text).length;
}

function detailOf(fault: BrokenRule): string | undefined {
  switch (fault.rule) {
    case "white-space":
    case "not-printable":
      return en.word.at(fault.positions);
    case "repeated":
      return fault.positions.map(en.word.at).join("; ");
    case "too-short":
    case "too-long":
      return en.word.has(fault.length);
  }
}

import { expect, test } from "vitest";
import {
  asHolderSees,
  asStrangerSees,
  groupedMark,
  lettersOf,
  markLabel,
  shortMark,
} from "../../src/screens/marks/reading.ts";

const mark = "00112233445566778899aabbccddeeff";
const fragments = [
  { id: "c0", own: 1 },
  { id: "a0", own: 2 },
  { id: "b0", own: 0 },
];

test("a stranger sees no order, the holder of the word sees it", () => {
  expect(asStrangerSees(fragments).map(({ own }) => own)).toEqual([2, 0, 1]);
  expect(asHolderSees(fragments).map(({ own }) => own)).toEqual([0, 1, 2]);
  const foreign = { id: "d0", own: undefined };
  expect(asHolderSees([foreign, ...fragments]).at(-1)).toBe(foreign);
});

test("marks are shortened, and whole on demand", () => {
  expect(shortMark(mark)).toBe("001122…eeff");
  expect(shortMark("0011")).toBe("0011");
  expect(groupedMark(mark)).toBe("0011 2233 4455 6677 8899 aabb ccdd eeff");
});

test("the word's characters name the places, if there are as many as fragments", () => {
  expect(lettersOf("adk21937", 8)).toEqual(Array.from("adk21937"));
  expect(lettersOf("adk2193", 8)).toBeUndefined();
  expect(lettersOf("u\u0308bersicht", 9)?.[0]).toBe("ü");
  expect(markLabel(7, lettersOf("adk21937", 8))).toBe("7");
  expect(markLabel(7, undefined)).toBe("8");
  expect(markLabel(undefined, undefined)).toBe("?");
});

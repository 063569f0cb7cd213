import { expect } from "vitest";

// By itself `toEqual` compares a million bytes as a million properties, which takes seconds. Where bytes differ it still does
// its own work, to show where.
expect.addEqualityTesters([
  (left: unknown, right: unknown): true | undefined => {
    if (!(left instanceof Uint8Array) || !(right instanceof Uint8Array)) return undefined;
    if (left.length !== right.length || left.constructor !== right.constructor) return undefined;
    for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return undefined;
    return true;
  },
]);

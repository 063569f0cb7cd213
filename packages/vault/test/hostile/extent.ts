// How much of the matrix is gone through: a part in the quick suite, all of it with CHIROGRAPH_LONG=1.
import { type Behaviour, behaviours } from "@chirograph/stores/hostile";
import type { Id } from "../../src/catalogue.ts";
import { setsOf } from "./sets.ts";

export const isLong: boolean = process.env["CHIROGRAPH_LONG"] === "1";

/** Bounds what hangs. */
export const inTime: { readonly timeout: number } = { timeout: isLong ? 1_800_000 : 240_000 };

const singles = setsOf(1);
const pairs = setsOf(2);
const triples = setsOf(3);

/** Every store alone and every pair: 36. In short one store and one pair, others for every behaviour and operation. */
export function setsFor(behaviour: Behaviour, operation: number): Id[][] {
  if (isLong) return [...singles, ...pairs];
  const turn = turnOf(behaviour, operation);
  return [singles[turn % singles.length]!, pairs[(5 * turn) % pairs.length]!];
}

/** The same for what costs more: in short one of the two. */
export function fewerSetsFor(behaviour: Behaviour, operation: number): Id[][] {
  const sets = setsFor(behaviour, operation);
  return isLong ? sets : [sets[turnOf(behaviour, operation) % 2]!];
}

function turnOf(behaviour: Behaviour, operation: number): number {
  return behaviours.indexOf(behaviour) + 3 * operation;
}

/** Sets of one store more than may be lost: all 56, in short one, another for every behaviour. */
export function tooManyFor(behaviour: Behaviour): Id[][] {
  if (isLong) return triples;
  return [triples[(5 * behaviours.indexOf(behaviour)) % triples.length]!];
}

import type { Behaviour } from "./behaviour.ts";
import { errorThenSuccess, hang } from "./behaviours/delaying.ts";
import { duplicates, endlessList, lyingList, staleList } from "./behaviours/listing.ts";
import { acknowledgeThenLose, drop, resurrect } from "./behaviours/losing.ts";
import {
  differentAnswers,
  emptySuccess,
  extend,
  flipBit,
  longAnswer,
  shortAnswer,
  truncate,
  wrongLength,
} from "./behaviours/spoiling.ts";
import { anotherObject, foreignObject, indexSwap, olderVersion } from "./behaviours/substituting.ts";

/** All that a hostile store can do, to be gone through by tests. */
export const behaviours: readonly Behaviour[] = [
  drop,
  acknowledgeThenLose,
  truncate,
  shortAnswer,
  extend,
  longAnswer,
  flipBit,
  emptySuccess,
  wrongLength,
  olderVersion,
  anotherObject,
  foreignObject,
  indexSwap,
  differentAnswers,
  lyingList,
  staleList,
  duplicates,
  endlessList,
  hang,
  errorThenSuccess,
  resurrect,
];

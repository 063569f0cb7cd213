import { rmSync } from "node:fs";
import type { Part, Plan } from "../arguments.ts";
import type { Context } from "../context.ts";
import { writeNoiseFile } from "../noise.ts";
import type { Comparison, MicroFigure, RangeFigures } from "../results.ts";
import { GIB, KIB, MIB, showSize } from "../sizes.ts";
import { measureMicro } from "./micro.ts";
import { compareOpening } from "./open.ts";
import { comparePutting } from "./put.ts";
import { measureRanges } from "./range.ts";
import { compareSealing } from "./seal.ts";

const NOTES = { part: "notes", files: 10_000, fileBytes: 8 * KIB } as const;
const SMALL = { part: "small", files: 1000, fileBytes: MIB } as const;
const MOST_RANGE_BYTES = GIB;
/** What stands beside a file at one time, in its own size: sealed with a third more, also while it is written. */
const SEALING = 1.5;
/** Four sealed copies of others, or one above 4 GiB, ours, and what comes back. */
const OPENING = { all: 6.5, ageOnly: 3.5 };

/** Hears of each result as soon as it is there. */
export interface Listener {
  readonly onComparison: (comparison: Comparison) => void;
  readonly onRange: (figures: RangeFigures) => void;
  readonly onMicro: (figures: readonly MicroFigure[]) => void;
}

/** Does what the plan asks for, part by part. */
export async function runParts(context: Context, plan: Plan, listener: Listener): Promise<void> {
  const { onComparison, onRange, onMicro } = listener;
  for (const size of plan.sizes) {
    if (!isAskedFor(plan, "seal", "open")) break;
    await withFile(context, size, async (input) => {
      if (isAskedFor(plan, "seal")) onComparison(await compareSealing(context, input, size));
      if (isAskedFor(plan, "open")) onComparison(await compareOpening(context, input, size));
    });
  }
  if (isAskedFor(plan, "range")) {
    const size = rangeBytes(plan);
    await withFile(context, size, async (input) => onRange(await measureRanges(context, input, size)));
  }
  if (isAskedFor(plan, "notes")) onComparison(await comparePutting(context, NOTES));
  if (isAskedFor(plan, "small")) onComparison(await comparePutting(context, SMALL));
  if (isAskedFor(plan, "micro")) onMicro(await measureMicro(context));
}

/** Bytes of room that the plan needs at most at one time. */
export function roomFor(plan: Plan): number {
  const largest = plan.sizes.at(-1)!;
  const opening = largest > 4 * GIB ? OPENING.ageOnly : OPENING.all;
  const needed: Readonly<Record<Part, number>> = {
    seal: largest * (1 + SEALING),
    open: largest * (1 + opening),
    range: rangeBytes(plan) * (1 + SEALING),
    // Small files take whole pages, and so do their fragments.
    notes: NOTES.files * NOTES.fileBytes * 4,
    small: SMALL.files * SMALL.fileBytes * (1 + SEALING),
    micro: 0,
  };
  return MIB + Math.max(...plan.parts.map((part) => needed[part]));
}

function rangeBytes({ sizes }: Plan): number {
  return Math.min(sizes.at(-1)!, MOST_RANGE_BYTES);
}

function isAskedFor({ parts }: Plan, ...wanted: readonly Part[]): boolean {
  return wanted.some((part) => parts.includes(part));
}

async function withFile(context: Context, size: number, use: (path: string) => Promise<void>): Promise<void> {
  const path = context.workplace.at("record.bin");
  context.tell(`writing ${showSize(size)}`);
  try {
    await writeNoiseFile(path, size, context.running.signal);
    await use(path);
  } finally {
    rmSync(path, { force: true });
  }
}

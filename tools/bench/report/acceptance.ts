import type { Comparison, Entry, EntryId, RangeFigures, Results } from "../results.ts";
import { GIB, MIB } from "../sizes.ts";
import { maximum, median, minimum } from "../statistics.ts";

/** What is claimed, and whether this run bears it out. */
export interface Claim {
  readonly claim: string;
  readonly limit: string;
  readonly measured: string;
  readonly met: boolean;
}

const LONG = 8 * GIB;
const MOST_PEAK_BYTES = 256 * MIB;
const PEAK_GROWTH = 0.1;
const RATIO_CHANGE = 0.15;
const MOST_RANGE_MS = 5;
const KERNEL = [
  { id: "encode-6-8-65536", claim: "kernel, encode 6+2", least: 8 },
  { id: "rebuild-6-8-65536", claim: "kernel, rebuild two lost of 6+2", least: 6 },
];

/** Every claim for which the run has the figures. Times are minima over the rounds. */
export function judge({ comparisons, range, micro }: Results): Claim[] {
  const at = (part: Comparison["part"], size?: number): Comparison | undefined =>
    comparisons.find((each) => each.part === part && (size === undefined || each.fileBytes === size));
  const [seal, open, notes] = [at("seal", GIB), at("open", GIB), at("notes")];
  return [
    ratio(seal, { of: "chirograph", to: "age", most: 1.25, claim: "seal 1 GiB ÷ age" }),
    ratio(seal, { of: "chirograph", to: "age-split", most: 0.75, claim: "seal 1 GiB ÷ (age | split)" }),
    ratio(seal, { of: "chirograph", to: "restic", most: 0.35, claim: "seal 1 GiB ÷ restic backup" }),
    ratio(seal, { of: "chirograph", to: "rclone", most: 0.35, claim: "seal 1 GiB ÷ rclone crypt" }),
    ratio(open, { of: "chirograph", to: "age", most: 0.8, claim: "open 1 GiB ÷ age -d" }),
    ratio(open, {
      of: "chirograph-two-lost",
      to: "chirograph",
      most: 1.3,
      claim: "open 1 GiB, two data fragments lost ÷ none lost",
    }),
    ratio(seal, { of: "chirograph", to: "yardstick", most: 2, claim: "seal 1 GiB ÷ yardstick" }),
    ...(["seal", "open"] as const).flatMap((part) => memory(part, at(part, GIB), at(part, LONG))),
    sameAtAnySize(seal, at("seal", LONG)),
    ...ranges(range),
    ...KERNEL.map(({ id, claim, least }) => {
      const found = micro.find((figure) => figure.id === id);
      if (found === undefined) return undefined;
      const best = maximum(found.values);
      return { claim, limit: `≥ ${least} GB/s`, measured: `${best.toFixed(2)} GB/s`, met: best >= least };
    }),
    ratio(notes, { of: "chirograph", to: "restic", most: 3, claim: "put 10,000 notes ÷ restic backup" }),
  ].filter((claim) => claim !== undefined);
}

function ratio(
  comparison: Comparison | undefined,
  { of, to, most, claim }: { of: EntryId; to: EntryId; most: number; claim: string },
): Claim | undefined {
  const measured = ratioOf(comparison, of, to);
  if (measured === undefined) return undefined;
  return { claim, limit: `≤ ${most.toFixed(2)}`, measured: measured.toFixed(2), met: measured <= most };
}

function ratioOf(comparison: Comparison | undefined, of: EntryId, to: EntryId): number | undefined {
  const [ours, theirs] = [entry(comparison, of), entry(comparison, to)];
  return ours && theirs && fastest(ours) / fastest(theirs);
}

function memory(part: "seal" | "open", usual: Comparison | undefined, long: Comparison | undefined): Claim[] {
  const [peak, longPeak] = [peakOf(usual), peakOf(long)];
  const claims: Claim[] = [];
  if (peak !== undefined) {
    claims.push({
      claim: `peak memory, ${part} 1 GiB`,
      limit: "≤ 256 MiB",
      measured: `${(peak / MIB).toFixed(0)} MiB`,
      met: peak <= MOST_PEAK_BYTES,
    });
  }
  if (peak !== undefined && longPeak !== undefined) {
    const growth = longPeak / peak - 1;
    claims.push({
      claim: `peak memory, ${part} 8 GiB beside 1 GiB`,
      limit: "within 10 %",
      measured: signedPercent(growth),
      met: Math.abs(growth) <= PEAK_GROWTH,
    });
  }
  return claims;
}

/** The highest of all rounds, and of opening also with fragments lost. */
function peakOf(comparison: Comparison | undefined): number | undefined {
  const ours = comparison?.entries.filter(({ id }) => id.startsWith("chirograph")) ?? [];
  const peaks = ours.flatMap(({ runs }) => runs.flatMap(({ peakBytes }) => peakBytes ?? []));
  return peaks.length === 0 ? undefined : maximum(peaks);
}

function sameAtAnySize(usual: Comparison | undefined, long: Comparison | undefined): Claim | undefined {
  const [small, large] = [usual, long].map((each) => ratioOf(each, "chirograph", "age"));
  if (small === undefined || large === undefined) return undefined;
  const change = large / small - 1;
  return {
    claim: "seal ÷ age, 8 GiB beside 1 GiB",
    limit: "within 15 %",
    measured: signedPercent(change),
    met: Math.abs(change) <= RATIO_CHANGE,
  };
}

function ranges(range: RangeFigures | undefined): Claim[] {
  if (range?.recordBytes !== GIB) return [];
  const middle = median(range.milliseconds);
  const most = maximum(range.readBytes);
  const limit = 2 * range.askedBytes + range.stripeBytes;
  return [
    {
      claim: "512 KiB of 1 GiB, median",
      limit: `≤ ${MOST_RANGE_MS} ms`,
      measured: `${middle.toFixed(2)} ms`,
      met: middle <= MOST_RANGE_MS,
    },
    {
      claim: "512 KiB of 1 GiB, most that was read",
      limit: `≤ ${(limit / MIB).toFixed(2)} MiB`,
      measured: `${(most / MIB).toFixed(2)} MiB`,
      met: most <= limit,
    },
  ];
}

function entry(comparison: Comparison | undefined, id: EntryId): Entry | undefined {
  return comparison?.entries.find((each) => each.id === id && each.runs.length > 0);
}

function fastest({ runs }: Entry): number {
  return minimum(runs.map(({ seconds }) => seconds));
}

function signedPercent(share: number): string {
  return `${share < 0 ? "−" : "+"}${Math.abs(share * 100).toFixed(1)} %`;
}

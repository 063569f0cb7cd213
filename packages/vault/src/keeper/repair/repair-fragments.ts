import { ChirographError, concatAll, type KnownFragment, rebuildFragment } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import type { Id } from "../../catalogue.ts";
import { fragmentFinding, type Finding } from "../findings.ts";
import type { Keeping } from "../keeping.ts";
import { turnOf } from "../placement.ts";
import type { Target } from "../rows.ts";
import { framedFragments, judgeVersion } from "../verify/check-versions.ts";
import type { Reach } from "../verify/reach.ts";
import { canBeRead, type FragmentCheck, kindOfState, type VersionCheck } from "../verify/version-check.ts";
import { chooseStore } from "./choose-store.ts";
import { FragmentWriter, type Remade, stillThere } from "./fragment-writer.ts";
import { SourceError } from "./source-error.ts";

/** Larger fragments stream into an object of their own. */
export const SMALL_BYTES = 1_048_576;
const PIECE_BYTES = 65_536;

/** Why something could not be mended. */
export type RiskReason =
  /** On every store that can be written to it would break the policy, or break it more than it does. */
  | "policy"
  /** The store did not take it. */
  | "store"
  /** The store knows more than the catalogue; `reindex` comes first. */
  | "catalogue"
  /** The fragments that are there contradict each other, or changed meanwhile. */
  | "fragments"
  /** Others of its version are missing; `repair` comes first. */
  | "others missing";

/** What was found and is still so. */
export interface AtRisk extends Finding {
  readonly reason: RiskReason;
}

export interface FragmentRepair {
  readonly written: number;
  /** Objects that fragments were moved out of, and that still have their bytes. */
  readonly left: readonly Target[];
  readonly atRisk: readonly AtRisk[];
  readonly lost: readonly Finding[];
}

/** Makes the missing fragments of checked versions again, byte for byte, and writes them to stores that may have them. */
export async function repairFragments(
  keeping: Keeping,
  reach: Reach,
  plan: { readonly checks: readonly VersionCheck[]; readonly usable: ReadonlySet<Id> },
): Promise<FragmentRepair> {
  const writer = new FragmentWriter(keeping, reach);
  const atRisk: AtRisk[] = [];
  const lost: Finding[] = [];
  const findings = new Map<string, Finding>();
  for (const check of plan.checks) {
    reach.signal?.throwIfAborted();
    const judged = await judgeVersion(keeping, reach, check);
    if (judged.isLost) lost.push(...judged.findings);
    if (judged.isLost || judged.findings.length === 0) continue;
    for (const finding of judged.findings) findings.set(`${finding.version}/${finding.index}`, finding);
    atRisk.push(...(await repairVersion(keeping, reach, { check, writer, usable: plan.usable })));
  }
  await writer.flush();
  for (const { fragment } of writer.refused) {
    atRisk.push({ ...findings.get(`${fragment.version}/${fragment.index}`)!, reason: "store" });
  }
  for (const { version, index } of await stillThere(keeping.rows, writer.stayed)) {
    atRisk.push({ ...findings.get(`${version}/${index}`)!, reason: "fragments" });
  }
  return { written: writer.written, left: [...writer.left.values()], atRisk, lost };
}

async function repairVersion(
  keeping: Keeping,
  reach: Reach,
  plan: { readonly check: VersionCheck; readonly writer: FragmentWriter; readonly usable: ReadonlySet<Id> },
): Promise<AtRisk[]> {
  const { check, writer, usable } = plan;
  const { total, needed, geometry, places } = check.envelope;
  const atRisk: AtRisk[] = [];
  const holders = new Map<number, Id>();
  for (const { index, place } of check.fragments) if (place !== null) holders.set(index, place.store);
  const known = await knownFragments(keeping.engine, reach, check);

  for (const fragment of check.fragments) {
    if (fragment.state === "good") continue;
    const { index, place: from } = fragment;
    const home = holders.get(index);
    holders.delete(index);
    const store = chooseStore(keeping.settings, usable, {
      home,
      holders: [...holders.values()],
      total,
      needed,
      turn: turnOf(check.row.version, index),
    });
    if (store === undefined) {
      if (home !== undefined) holders.set(index, home);
      atRisk.push({ ...findingOf(check, fragment), reason: "policy" });
      continue;
    }
    holders.set(index, store);
    const lengthBytes = geometry.fragmentBytes;
    const bytes = remake(keeping.engine, check, known, fragment);
    const remade: Remade = {
      version: check.row.version,
      index,
      from,
      lying: check.row.places,
      id: places[index]!.id,
      lengthBytes,
      bytes,
    };
    try {
      if (lengthBytes > SMALL_BYTES) await writer.stream(store, remade);
      else await writer.add(store, { ...remade, bytes: [await collected(bytes)] });
    } catch (error) {
      if (!(error instanceof ChirographError || error instanceof SourceError)) throw error;
      atRisk.push({ ...findingOf(check, fragment), reason: "fragments" });
    }
  }
  return atRisk;
}

/** Whole ones first: damaged ones may still have what another lacks. */
export async function knownFragments(
  engine: Engine,
  reach: Reach,
  check: VersionCheck,
): Promise<KnownFragment[]> {
  const known = await framedFragments(engine, reach, check);
  const isWhole = ({ index }: KnownFragment): boolean => canBeRead(check.fragments[index]!);
  return [...known.filter(isWhole), ...known.filter((fragment) => !isWhole(fragment))];
}

/** A fragment's bytes: its own where only the table is wrong, else made from the others and what is whole of it. */
export function remake(
  engine: Engine,
  { envelope }: VersionCheck,
  known: readonly KnownFragment[],
  { index, state }: FragmentCheck,
): AsyncIterable<Uint8Array> {
  const own = known.filter((fragment) => fragment.index === index);
  if (state === "unlisted" && own[0] !== undefined) return copied(own[0]);
  const from = [...known.filter((fragment) => fragment.index !== index), ...own];
  return rebuildFragment(engine, envelope.version, envelope.places, envelope.geometry, from, index);
}

async function* copied({ source }: KnownFragment): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < source.sizeBytes; offset += PIECE_BYTES) {
    yield await source.read(offset, Math.min(PIECE_BYTES, source.sizeBytes - offset));
  }
}

export async function collected(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(new Uint8Array(piece));
  return concatAll(all);
}

function findingOf({ row }: VersionCheck, { index, place, state }: FragmentCheck): Finding {
  return fragmentFinding(kindOfState(state as Exclude<typeof state, "good">), row, index, place);
}

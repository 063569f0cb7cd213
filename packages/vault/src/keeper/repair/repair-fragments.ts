import { ChirographError, concatAll, type KnownFragment, rebuildFragment } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import type { Id } from "../../catalogue.ts";
import { fragmentFinding, type Finding } from "../findings.ts";
import type { Keeping } from "../keeping.ts";
import { keepsPolicy, turnOf } from "../placement.ts";
import type { Target } from "../rows.ts";
import { framedFragments, judgeVersion } from "../verify/check-versions.ts";
import type { Reach } from "../verify/reach.ts";
import { canBeRead, type FragmentCheck, kindOfState, type VersionCheck } from "../verify/version-check.ts";
import { chooseStore, movesToRules } from "./choose-store.ts";
import { FragmentWriter, type Remade, stillThere } from "./fragment-writer.ts";
import { SourceError } from "./source-error.ts";

/** Larger fragments stream into an object of their own. */
export const SMALL_BYTES = 1_048_576;
const PIECE_BYTES = 65_536;

/** Why something could not be mended. */
export type RiskReason =
  /** Its store cannot be written to, and on every other one it would break the policy. */
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

/**
 * Makes the missing fragments of checked versions again, byte for byte, and writes them to stores that may have them. Of
 * a version that breaks a rule of the policy all the same, fragments are moved until it keeps it, as far as that goes.
 */
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
    if (judged.isLost || (judged.findings.length === 0 && keepsRules(keeping, check))) continue;
    const remaking = decide(keeping, plan.usable, check);
    atRisk.push(...remaking.atRisk);
    for (const { finding } of remaking.wanted) findings.set(`${finding.version}/${finding.index}`, finding);
    atRisk.push(...(await remakeAll(keeping, reach, { check, writer, wanted: remaking.wanted })));
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

/** A fragment that is to be written to a store, and what is to be said of it if that fails. */
interface Wanted {
  readonly fragment: FragmentCheck;
  readonly store: Id;
  readonly finding: Finding;
}

function keepsRules({ settings }: Keeping, { row, envelope }: VersionCheck): boolean {
  const holders = row.places.flatMap((place) => place?.store ?? []);
  return keepsPolicy(settings, { holders, total: envelope.total, needed: envelope.needed });
}

/** Where the fragments go that are not as they should be; then, where the version breaks a rule, some that are. */
function decide(
  { settings }: Keeping,
  usable: ReadonlySet<Id>,
  check: VersionCheck,
): { wanted: Wanted[]; atRisk: AtRisk[] } {
  const { total, needed } = check.envelope;
  const { version } = check.row;
  const wanted: Wanted[] = [];
  const atRisk: AtRisk[] = [];
  const holders = new Map<number, Id>();
  for (const { index, place } of check.fragments) if (place !== null) holders.set(index, place.store);

  for (const fragment of check.fragments) {
    if (fragment.state === "good") continue;
    const { index } = fragment;
    const finding = findingOf(check, fragment);
    const home = holders.get(index);
    holders.delete(index);
    const others = { holders: [...holders.values()], total, needed };
    const store = chooseStore(settings, usable, { ...others, home, turn: turnOf(version, index) });
    const stays = store ?? home;
    if (stays !== undefined) holders.set(index, stays);
    if (store === undefined) atRisk.push({ ...finding, reason: "policy" });
    else wanted.push({ fragment, store, finding });
  }
  const good = check.fragments.filter(({ state }) => state === "good");
  const movable = new Set(good.map(({ index }) => index));
  const moves = movesToRules(settings, usable, { holders, total, needed, movable, turn: turnOf(version, 0) });
  for (const [index, store] of moves) {
    const fragment = check.fragments[index]!;
    const finding = fragmentFinding("fragment not moved", check.row, index, fragment.place);
    wanted.push({ fragment, store, finding });
  }
  return { wanted, atRisk };
}

async function remakeAll(
  keeping: Keeping,
  reach: Reach,
  plan: { readonly check: VersionCheck; readonly writer: FragmentWriter; readonly wanted: readonly Wanted[] },
): Promise<AtRisk[]> {
  const { check, writer, wanted } = plan;
  if (wanted.length === 0) return [];
  const { geometry, places } = check.envelope;
  const lengthBytes = geometry.fragmentBytes;
  const known = await knownFragments(keeping.engine, reach, check);
  const atRisk: AtRisk[] = [];
  for (const { fragment, store, finding } of wanted) {
    const { index, place: from } = fragment;
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
      atRisk.push({ ...finding, reason: "fragments" });
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

/** A fragment's bytes: its own where they are right, else made from the others and what is whole of it. */
export function remake(
  engine: Engine,
  { envelope }: VersionCheck,
  known: readonly KnownFragment[],
  check: FragmentCheck,
): AsyncIterable<Uint8Array> {
  const { index } = check;
  const own = known.filter((fragment) => fragment.index === index);
  if (canBeRead(check) && own[0] !== undefined) return copied(own[0]);
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

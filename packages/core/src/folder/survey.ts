import type { Engine } from "@chirograph/engine/interface";
import { ClassicDigest } from "../classic/digest.ts";
import { frameMatches, type FragmentSource, readBlock, readFrame } from "../cut/fragment.ts";
import type { KnownFragment } from "../cut/rebuild.ts";
import { equalBytes, toHex } from "../encoding/bytes.ts";
import type { ClassicEnvelope, Envelope, LockedEnvelope } from "../envelope/envelope.ts";
import { TooFewFragments } from "../error.ts";

const PIECE_BYTES = 1_048_576;

/** A file that may or may not be a fragment of the version in question. */
export interface CandidateFile {
  /** Only for reports; a fragment is known by its content. */
  readonly name: string;
  readonly source: FragmentSource;
}

/** What was found for one fragment of the version. */
export interface SurveyedPlace {
  /** From 0; in the classic profile the position in the envelope, which is not the order of the word. */
  readonly index: number;
  readonly id: Uint8Array;
  /** Files that are this fragment: alternatives to each other. */
  readonly found: readonly CandidateFile[];
  /** Files that were this fragment and are damaged. */
  readonly damaged: readonly CandidateFile[];
}

/** What a set of files has of a version; no key was needed to tell. */
export interface Survey {
  readonly places: readonly SurveyedPlace[];
  /** Fragments whose frames match; their blocks are checked when they are read. */
  readonly known: readonly KnownFragment[];
  /** Files that have nothing to do with this version. */
  readonly foreign: readonly CandidateFile[];
}

/** Which of the fragments are among `files`, by content. Locked profile: frames are checked, blocks not yet. */
export async function surveyFragments(
  engine: Engine,
  envelope: Envelope,
  files: readonly CandidateFile[],
): Promise<Survey> {
  const ids =
    envelope.profile === "locked" ? envelope.places.map(({ id }) => id) : envelope.pieces.map(({ id }) => id);
  const places = ids.map((id, index) => ({
    index,
    id,
    found: [] as CandidateFile[],
    damaged: [] as CandidateFile[],
  }));
  const known: KnownFragment[] = [];
  const foreign: CandidateFile[] = [];
  for (const file of files) {
    const verdict =
      envelope.profile === "locked"
        ? await judgeFragment(engine, envelope, file)
        : await judgePiece(engine, envelope, file);
    if (verdict.state === "foreign") foreign.push(file);
    else if (verdict.state === "damaged") places[verdict.index]!.damaged.push(file);
    else {
      places[verdict.index]!.found.push(file);
      if (verdict.fragment !== undefined) known.push(verdict.fragment);
    }
  }
  return { places, known, foreign };
}

/** What a full reading of the known fragments shows. */
export interface BlockReport {
  readonly damaged: ReadonlySet<KnownFragment>;
  /** The first stripe with fewer than k good blocks, as the error that opening would give. */
  readonly problem: TooFewFragments | undefined;
}

/** Reads every block of every known fragment; needs no key. */
export async function verifyBlocks(
  engine: Engine,
  envelope: LockedEnvelope,
  known: readonly KnownFragment[],
): Promise<BlockReport> {
  const { geometry, needed, total } = envelope;
  const damaged = new Set<KnownFragment>();
  let tooFew: ReadonlySet<number> | undefined;
  for (let stripe = 0; stripe < geometry.stripes; stripe++) {
    const good = new Set<number>();
    for (const fragment of known) {
      const block = await readBlock(engine, fragment.source, fragment.frame, geometry, stripe);
      if (block === null) damaged.add(fragment);
      else good.add(fragment.index);
    }
    if (good.size < needed) tooFew ??= good;
  }
  return {
    damaged,
    // An error costs more than a block's hash, and whoever checks fragments one by one never looks at it.
    get problem() {
      return tooFew && new TooFewFragments(needed, total, tooFew);
    },
  };
}

type Verdict =
  | { readonly state: "found"; readonly index: number; readonly fragment?: KnownFragment }
  | { readonly state: "damaged"; readonly index: number }
  | { readonly state: "foreign" };

async function judgeFragment(
  engine: Engine,
  envelope: LockedEnvelope,
  file: CandidateFile,
): Promise<Verdict> {
  const { geometry, places, version } = envelope;
  const { source } = file;
  const frame = source.sizeBytes === geometry.fragmentBytes ? await readFrame(source, geometry) : null;
  if (frame !== null) {
    for (const [index, place] of places.entries()) {
      if (!(await frameMatches(engine, version, index, frame, place, geometry))) continue;
      return { state: "found", index, fragment: { index, source, frame } };
    }
  }
  const named = indexByName(places, file);
  const head = await readQuietly(source, 0, places[0]!.head.length);
  const tail = await readQuietly(source, source.sizeBytes - places[0]!.tail.length, places[0]!.tail.length);
  const marked = places.findIndex((place) => equalBytes(place.head, head) || equalBytes(place.tail, tail));
  const index = marked >= 0 ? marked : named;
  return index >= 0 ? { state: "damaged", index } : { state: "foreign" };
}

async function judgePiece(engine: Engine, envelope: ClassicEnvelope, file: CandidateFile): Promise<Verdict> {
  const digest = new ClassicDigest(engine, envelope.version);
  const { sizeBytes } = file.source;
  for (let offset = 0; offset < sizeBytes; offset += PIECE_BYTES) {
    await digest.update(await readQuietly(file.source, offset, Math.min(PIECE_BYTES, sizeBytes - offset)));
  }
  const found = await digest.finish();
  const index = envelope.pieces.findIndex((piece) => equalBytes(piece.digest, found));
  if (index >= 0) return { state: "found", index };
  const named = indexByName(envelope.pieces, file);
  return named >= 0 ? { state: "damaged", index: named } : { state: "foreign" };
}

/** A name proves nothing, but it helps to say which fragment a damaged file once was. */
function indexByName(places: readonly { readonly id: Uint8Array }[], { name }: CandidateFile): number {
  return places.findIndex(({ id }) => toHex(id) === name);
}

/** What can be read; nothing when the source fails. */
export async function readQuietly(
  source: FragmentSource,
  offset: number,
  lengthBytes: number,
): Promise<Uint8Array> {
  try {
    return offset < 0 ? new Uint8Array() : await source.read(offset, lengthBytes);
  } catch {
    return new Uint8Array();
  }
}

import type { Engine } from "@chirograph/engine/interface";
import type { Chart } from "../chart/document.ts";
import { classicKeyCheck, deriveCardKey, deriveClassicInsideKey } from "../chart/secrets.ts";
import { unwrap } from "../chart/wrap.ts";
import { equalBytes, toHex } from "../encoding/bytes.ts";
import type { FragmentSource } from "../cut/fragment.ts";
import { openCard } from "../envelope/card.ts";
import type { ClassicEnvelope, Envelope } from "../envelope/envelope.ts";
import { openInside } from "../envelope/inside.ts";
import { ChirographError, notForYou } from "../error.ts";
import type { Identity } from "../identity/identity.ts";
import { admitEnvelope } from "../record/admit.ts";
import { checkDescription, type Description, type OpenedContent } from "../record/open.ts";
import type { Word } from "../word/rules.ts";
import { pinFiles } from "./pinned.ts";
import { classicEnds, classicSealedSize, NONCE_BYTES, partSizes, TAG_BYTES } from "./parts.ts";

const KEY_BYTES = 16;
const PIECE_BYTES = 1_048_576;

/** What a reader of the chart learns of a classic version; its word is not needed for that. */
export interface ClassicDescription extends Description {
  /** AES-128 key, secret. */
  readonly key: Uint8Array;
}

/** @throws ChirographError `not-for-you`, or what `admitEnvelope` refuses */
export async function describeClassic(
  engine: Engine,
  chart: Chart,
  identity: Identity,
  envelope: Envelope & ClassicEnvelope,
): Promise<ClassicDescription> {
  admitEnvelope(chart.state, envelope);
  const secrets = await unwrapClassicKey(engine, chart, identity, envelope);
  if (secrets === null) throw notForYou();
  const readerSecret = secrets.slice(KEY_BYTES);
  const card = await openCard(
    engine,
    await deriveCardKey(engine, readerSecret, envelope),
    envelope,
    envelope.card,
  );
  const insideKey = await deriveClassicInsideKey(engine, readerSecret, envelope);
  const inside = await openInside(engine, insideKey, envelope, envelope.inside);
  await checkDescription(engine, chart.state, envelope, { card, inside });
  return { card, inside, key: secrets.slice(0, KEY_BYTES) };
}

/**
 * The pieces in the order of the word, or `null` when the word is not theirs.
 * @param pieces all n files, each found to match its digest, in any order
 */
export async function orderByWord<Piece extends { readonly source: FragmentSource }>(
  word: Word,
  pieces: readonly Piece[],
): Promise<Piece[] | null> {
  if (pieces.length !== word.characters.length) return null;
  const ordered: Piece[] = [];
  for (let index = 0; index < pieces.length; index++) {
    const { head, tail } = classicEnds(word, index);
    let found: Piece | undefined;
    for (const piece of pieces) if (await hasEnds(piece.source, head, tail)) found = piece;
    if (found === undefined) return null;
    ordered.push(found);
  }
  return ordered;
}

/**
 * Opens a classic version in two passes: the first checks the tag over everything, and only then the second gives
 * out plaintext.
 * @throws TooFewFragments when not all n files are there, whole; ChirographError `damaged` when one changes between
 *   the passes
 */
export async function openClassic(
  engine: Engine,
  chart: Chart,
  identity: Identity,
  word: Word,
  envelope: Envelope & ClassicEnvelope,
  sources: readonly FragmentSource[],
): Promise<OpenedContent> {
  const { card, inside, key } = await describeClassic(engine, chart, identity, envelope);
  const files = await pinFiles(engine, envelope, sources);
  const ordered = await orderByWord(
    word,
    files.map((source) => ({ source })),
  );
  if (ordered === null) throw notForYou();
  const merged = mergeParts(
    word,
    ordered.map(({ source }) => source),
    classicSealedSize(envelope.recordBytes),
  );
  const message = {
    key,
    nonce: await readWhole(merged, 0, NONCE_BYTES),
    tag: await readWhole(merged, NONCE_BYTES + envelope.recordBytes, TAG_BYTES),
  };
  const ciphertext = (): AsyncIterable<Uint8Array> => merged(NONCE_BYTES, NONCE_BYTES + envelope.recordBytes);
  if (!(await engine.gcmAuthenticate({ ...message, data: ciphertext() }))) {
    throw new ChirographError(
      "inconsistent-author",
      "The files are all as their author signed them and do not open: the author made them so, no store did.",
    );
  }
  return {
    card,
    inside,
    damaged: new Set(),
    content: (first = 0, end = envelope.recordBytes) =>
      cutRange(engine.gcmDecrypt({ ...message, data: ciphertext() }), first, end),
  };
}

async function unwrapClassicKey(
  engine: Engine,
  chart: Chart,
  identity: Identity,
  envelope: ClassicEnvelope,
): Promise<Uint8Array | null> {
  const { record, version } = envelope;
  const { member } = identity.recipient;
  const classicKey = chart.state.classicKeys.get(toHex(version));
  const wrap = classicKey?.wraps.get(toHex(member));
  if (classicKey === undefined || wrap === undefined) return null;
  const place = {
    chart: chart.state.chart,
    purpose: { of: "classic", record, version },
    member,
    signer: wrap.signer,
  } as const;
  const secrets = await unwrap(engine, identity.kemSeed, place, wrap);
  if (secrets === null) return null;
  if (!engine.constantTimeEqual(await classicKeyCheck(engine, envelope, secrets), classicKey.keyCheck)) {
    throw new ChirographError(
      "inconsistent-author",
      "The chart announces one classic key and gives this reader another: its author made it so.",
    );
  }
  return secrets;
}

async function hasEnds(source: FragmentSource, head: Uint8Array, tail: Uint8Array): Promise<boolean> {
  if (source.sizeBytes < head.length + tail.length) return false;
  const first = await source.read(0, head.length);
  const last = await source.read(source.sizeBytes - tail.length, tail.length);
  return equalBytes(first, head) && equalBytes(last, tail);
}

type MergedRead = (first: number, end: number) => AsyncGenerator<Uint8Array, void, void>;

/** The sealed message behind the files: their parts, one after the other, without the characters. */
function mergeParts(word: Word, sources: readonly FragmentSource[], sealedBytes: number): MergedRead {
  const sizes = partSizes(sealedBytes, sources.length);
  const heads = sources.map((_, index) => classicEnds(word, index).head.length);
  sources.forEach((source, index) => {
    const tail = classicEnds(word, index).tail.length;
    if (source.sizeBytes !== heads[index]! + sizes[index]! + tail) {
      throw new ChirographError(
        "inconsistent-author",
        `File ${index + 1} is not as long as its part should be.`,
      );
    }
  });
  return async function* (first, end) {
    let start = 0;
    for (const [index, source] of sources.entries()) {
      const size = sizes[index]!;
      const to = Math.min(size, end - start);
      for (let from = Math.max(0, first - start); from < to; from += PIECE_BYTES) {
        yield await source.read(heads[index]! + from, Math.min(PIECE_BYTES, to - from));
      }
      start += size;
    }
  };
}

async function readWhole(merged: MergedRead, first: number, lengthBytes: number): Promise<Uint8Array> {
  const whole = new Uint8Array(lengthBytes);
  let filled = 0;
  for await (const piece of merged(first, first + lengthBytes)) {
    whole.set(piece, filled);
    filled += piece.length;
  }
  return whole;
}

async function* cutRange(
  data: AsyncIterable<Uint8Array>,
  first: number,
  end: number,
): AsyncGenerator<Uint8Array, void, void> {
  let start = 0;
  for await (const piece of data) {
    const from = Math.max(0, first - start);
    const to = Math.min(piece.length, end - start);
    if (from < to) yield piece.subarray(from, to);
    start += piece.length;
  }
}

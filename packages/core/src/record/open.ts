import type { Engine } from "@chirograph/engine/interface";
import {
  deriveCardKey,
  deriveContentKey,
  deriveInsideKey,
  deriveMarkKey,
  type VersionSecrets,
} from "../chart/secrets.ts";
import type { ChartState } from "../chart/state.ts";
import { secretsOfVersion, type UnlockedChart } from "../chart/unlock.ts";
import { marksOf } from "../cut/marks.ts";
import { reassemble } from "../cut/reassembly.ts";
import type { KnownFragment } from "../cut/rebuild.ts";
import { joinShares } from "../cut/shamir.ts";
import { WORTH_STRIPES_BYTES } from "../cut/stripes.ts";
import { equalBytes, isZero, wipe } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { type Card, openCard } from "../envelope/card.ts";
import type { Envelope, LockedEnvelope } from "../envelope/envelope.ts";
import { contentBytes, type Inside, openInside } from "../envelope/inside.ts";
import { paddedRecordBytes } from "../envelope/padding.ts";
import { ChirographError, notForYou, TooFewFragments } from "../error.ts";
import { epochBytes, scopeBytes } from "../ids.ts";
import { openRandomAccess, type OpenedMessage } from "../layer1/open.ts";
import { suiteNumbered } from "../suite.ts";
import { admitEnvelope } from "./admit.ts";
import { checkBinding, checkCardAuthor } from "./binding.ts";
import { fragmentCheckOf } from "./body.ts";

/** What a reader who knows the word learns of a version before he fetches its fragments. */
export interface Description {
  readonly card: Card;
  readonly inside: Inside;
}

export interface ContentOptions {
  /** Each piece is valid only until the next one is asked for: for whoever writes it away at once. */
  readonly lend?: boolean;
}

/** A version of either profile that has opened. */
export interface OpenedContent extends Description {
  /**
   * Content from byte `first` (0) to `end` (the end), exclusive, in pieces, each given out only after its tag.
   * Reading to the very end also checks that what pads the record is zero, and reading the whole that data fragments
   * which had to be rebuilt are those that the author signed; what was given out before an error is void.
   * @throws TooFewFragments, or ChirographError `inconsistent-author` for signed pieces that do not open
   */
  content(first?: number, end?: number, options?: ContentOptions): AsyncGenerator<Uint8Array, void, void>;
  /** Fragments found damaged while reading; the record was made from the others. */
  readonly damaged: ReadonlySet<KnownFragment>;
}

/** A version whose three locks have all opened. */
export interface OpenedVersion extends OpenedContent {
  /**
   * The sealed bytes `[first, end)` as the fragments give them, each block checked against its leaf: ciphertext, in
   * length `geometry.sealedBytes` of the envelope.
   * @throws TooFewFragments
   */
  sealed(first: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Card and inside of a version, without its fragments.
 * @throws ChirographError `not-for-you`, or what `admitEnvelope` refuses
 */
export async function describeVersion(
  engine: Engine,
  unlocked: UnlockedChart,
  envelope: Envelope & LockedEnvelope,
): Promise<Description> {
  admitEnvelope(unlocked.chart.state, envelope);
  return describeSealed(engine, unlocked, envelope);
}

/**
 * The same of a version that its chart does not name yet: one that this client has sealed and is about to commit.
 * @throws ChirographError `not-for-you` also where it was sealed under keys that the chart does not have any more
 */
export async function describeSealed(
  engine: Engine,
  unlocked: UnlockedChart,
  envelope: LockedEnvelope & Envelope,
): Promise<Description> {
  const secrets = await versionSecrets(engine, unlocked, envelope);
  const card = await openCard(
    engine,
    await deriveCardKey(engine, secrets.readerSecret, envelope),
    envelope,
    envelope.card,
  );
  const insideKey = await deriveInsideKey(engine, secrets, envelope);
  const inside = await openInside(engine, insideKey, envelope, envelope.inside);
  await checkDescription(engine, unlocked.chart.state, envelope, { card, inside });
  return { card, inside };
}

/**
 * Opens a version from fragments whose frames were found to match the envelope (`surveyFragments`): docs/format.md,
 * section 14. Their blocks are checked while they are read.
 */
export async function openVersion(
  engine: Engine,
  unlocked: UnlockedChart,
  envelope: Envelope & LockedEnvelope,
  known: readonly KnownFragment[],
): Promise<OpenedVersion> {
  const { geometry } = envelope;
  const description = await describeVersion(engine, unlocked, envelope);
  const secrets = await versionSecrets(engine, unlocked, envelope);
  await checkMarks(engine, envelope, secrets);
  const fragmentSecret = await joinFragmentSecret(engine, envelope, known);
  const contentKey = await deriveContentKey(engine, secrets, fragmentSecret, envelope);
  const sealed = reassemble(engine, envelope, known);
  const message = await openRandomAccess(
    engine,
    {
      suite: suiteNumbered(envelope.suite),
      inputKey: contentKey,
      context: labelled("record", scopeBytes(envelope), epochBytes(envelope.epoch)),
    },
    geometry.sealedBytes,
    (offset, lengthBytes) => sealed.read(offset, lengthBytes),
  );
  wipe(contentKey, fragmentSecret);
  if (message === null) throw signedAndStillWrong();
  const inStripes = async (lend: boolean | undefined): Promise<OpenedMessage> => {
    // Loaded by whoever reads that much.
    const { stripedMessage } = await import("./striped.ts");
    return stripedMessage(engine, message, { geometry, known, sealed, lend });
  };
  return {
    ...description,
    damaged: sealed.damaged,
    async sealed(first, end) {
      if (!(first >= 0 && first <= end && end <= geometry.sealedBytes)) {
        throw new RangeError(`[${first}, ${end}) is not inside ${geometry.sealedBytes} sealed bytes`);
      }
      return sealed.read(first, end - first);
    },
    async *content(first = 0, end = contentBytes(description.inside.entries), { lend } = {}) {
      const length = contentBytes(description.inside.entries);
      const readable = end - first < WORTH_STRIPES_BYTES ? message : await inStripes(lend);
      yield* readContent(readable, length, first, end);
      if (first === 0 && end === length) await sealed.checkRebuilt();
    },
  };
}

/** The checks that card and inside must pass in either profile. */
export async function checkDescription(
  engine: Engine,
  state: ChartState,
  envelope: Envelope,
  { card, inside }: Description,
): Promise<void> {
  await checkBinding(engine, state, card);
  await checkBinding(engine, state, inside);
  checkCardAuthor(state, envelope, card);
  const bytes = contentBytes(inside.entries);
  const padded = envelope.profile === "locked" && envelope.recordBytes === paddedRecordBytes(bytes);
  if (!padded && envelope.recordBytes !== bytes) {
    throw new ChirographError("inconsistent-author", "The inside tells another length than the record has.");
  }
}

async function versionSecrets(
  engine: Engine,
  unlocked: UnlockedChart,
  envelope: LockedEnvelope,
): Promise<VersionSecrets> {
  const secrets = await secretsOfVersion(engine, unlocked, envelope);
  if (secrets === null) throw notForYou();
  return secrets;
}

/** The marks that the envelope lists must be those that the word gives, or a bag without envelope would mislead. */
async function checkMarks(engine: Engine, envelope: LockedEnvelope, secrets: VersionSecrets): Promise<void> {
  const markKey = await deriveMarkKey(engine, secrets.chartSecret, envelope);
  const marks = await marksOf(engine, markKey, envelope.total);
  const asDerived = marks.every(
    ({ head, tail }, index) =>
      equalBytes(head, envelope.places[index]!.head) && equalBytes(tail, envelope.places[index]!.tail),
  );
  if (!asDerived) {
    throw new ChirographError(
      "inconsistent-author",
      "The fragments do not carry the chart's marks: their author made it so.",
    );
  }
}

/** The third lock: k shares, and the check that tells an author who dealt them wrongly. */
async function joinFragmentSecret(
  engine: Engine,
  envelope: LockedEnvelope,
  known: readonly KnownFragment[],
): Promise<Uint8Array<ArrayBuffer>> {
  const shares = new Map(known.map(({ index, frame }) => [index, frame.share]));
  if (shares.size < envelope.needed) {
    throw new TooFewFragments(envelope.needed, envelope.total, shares.keys());
  }
  const secret = joinShares([...shares.values()].slice(0, envelope.needed));
  if (!engine.constantTimeEqual(await fragmentCheckOf(engine, envelope, secret), envelope.fragmentCheck)) {
    throw signedAndStillWrong();
  }
  return secret;
}

async function* readContent(
  message: OpenedMessage,
  length: number,
  first: number,
  end: number,
): AsyncGenerator<Uint8Array, void, void> {
  if (!(first >= 0 && first <= end && end <= length)) {
    throw new RangeError(`[${first}, ${end}) is not inside a record of ${length} bytes`);
  }
  if (!(yield* message.range(first, end))) throw signedAndStillWrong();
  if (end === length) await checkPadding(message, length);
}

async function checkPadding(message: OpenedMessage, length: number): Promise<void> {
  const pieces = message.range(length, message.plaintextBytes);
  for (let piece = await pieces.next(); ; piece = await pieces.next()) {
    if (piece.done === true) {
      if (piece.value) return;
      throw signedAndStillWrong();
    }
    if (!isZero(piece.value)) {
      throw new ChirographError(
        "inconsistent-author",
        "The record is not padded with zeros: its author made it so.",
      );
    }
  }
}

/** Every fragment is what the author signed, the keys are right, and the record does not open. */
function signedAndStillWrong(): ChirographError {
  return new ChirographError(
    "inconsistent-author",
    "The fragments are all as their author signed them and contradict each other: the author made them so, no store did.",
  );
}

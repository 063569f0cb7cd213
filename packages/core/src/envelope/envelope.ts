import type { Engine } from "@chirograph/engine/interface";
import { MOST_CLASSIC_BYTES } from "../classic/parts.ts";
import { checkCounts, type Geometry, geometryOf, HASH_BYTES, MARK_BYTES } from "../cut/geometry.ts";
import type { Place } from "../cut/fragment.ts";
import { equalBytes, isZero, toHex } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { Reader } from "../encoding/reader.ts";
import { Writer } from "../encoding/writer.ts";
import { ChirographError } from "../error.ts";
import type { Signer } from "../identity/identity.ts";
import { SIGNATURE_BYTES, SIGNING_PUBLIC_BYTES } from "../identity/recipient.ts";
import { ID_BYTES, type Scope } from "../ids.ts";
import { HASH_SHA256, SIGNATURE_ED25519, suiteNumbered } from "../suite.ts";

const MAGIC = "CHGENVLP";
const LARGEST_CARD_BYTES = 65_536;
const LARGEST_INSIDE_BYTES = 64 * 1_048_576;
const LARGEST_ENVELOPE_BYTES = 66 * 1_048_576;

/** One piece of a classic record: 16-byte id, and the digest of the whole file. */
interface Piece {
  readonly id: Uint8Array;
  readonly digest: Uint8Array;
}

interface Common extends Scope {
  /** The version before, or 16 zeros. */
  readonly parent: Uint8Array;
  /** n and k. */
  readonly total: number;
  readonly needed: number;
  /** P: plaintext bytes of layer 1. */
  readonly recordBytes: number;
  /** The boxes, as they stand. */
  readonly card: Uint8Array;
  readonly inside: Uint8Array;
}

/** A version under three locks: suites `aes-128` and `aes-256`. */
export interface LockedEnvelope extends Common {
  readonly profile: "locked";
  readonly geometry: Geometry;
  readonly fragmentCheck: Uint8Array;
  readonly places: readonly Place[];
}

/** A version of the classic profile. */
export interface ClassicEnvelope extends Common {
  readonly profile: "classic";
  /** Ascending by id: the order of the word is not told. */
  readonly pieces: readonly Piece[];
}

/** The immutable signed statement of one version (docs/format.md, section 9). */
export type Envelope = (LockedEnvelope | ClassicEnvelope) & {
  /** Ed25519 public key of whoever signed. */
  readonly author: Uint8Array;
  /** SHA-256 of all its bytes: what the chart document holds. */
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
};

export type EnvelopeBody = LockedEnvelope | ClassicEnvelope;

/** @throws ChirographError `out-of-limits` for boxes that no reader would take */
export async function signEnvelope(engine: Engine, body: EnvelopeBody, author: Signer): Promise<Envelope> {
  return sign(engine, body, encodeUnsigned(body, author.signing), author);
}

/**
 * Signs what `encodeUnsigned` gave for this author. The memory of these bytes is the envelope's from then on.
 * @throws ChirographError for bytes that are something else
 */
export async function signEncoded(engine: Engine, unsigned: Uint8Array, author: Signer): Promise<Envelope> {
  const reader = new Reader(unsigned, "envelope");
  const body = readBody(reader);
  readAuthor(reader, author.signing);
  reader.end();
  return sign(engine, body, unsigned, author);
}

async function sign(
  engine: Engine,
  body: EnvelopeBody,
  unsigned: Uint8Array,
  author: Signer,
): Promise<Envelope> {
  const signature = await engine.ed25519Sign({
    seed: author.signSeed,
    message: labelled("envelope", unsigned),
  });
  const bytes = new Writer().raw(unsigned).fixed(signature, SIGNATURE_BYTES).finish();
  return { ...body, author: author.signing, hash: await engine.sha256([bytes]), bytes };
}

/**
 * Reads an envelope and checks its parameters and its signature. That its author had the right to sign is for the
 * chart document to say.
 */
export async function parseEnvelope(engine: Engine, bytes: Uint8Array): Promise<Envelope> {
  if (bytes.length > LARGEST_ENVELOPE_BYTES)
    throw new ChirographError("out-of-limits", "The envelope is too large.");
  const own = new Uint8Array(bytes);
  const reader = new Reader(own, "envelope");
  const body = readBody(reader);
  const author = readAuthor(reader);
  const message = labelled("envelope", own.subarray(0, reader.offset));
  const signature = reader.view(SIGNATURE_BYTES);
  reader.end();
  if (!(await engine.ed25519Verify({ publicKey: author, message, signature }))) {
    throw new ChirographError(
      "bad-signature",
      "The envelope is damaged or forged: its signature is not its author's.",
    );
  }
  return { ...body, author, hash: await engine.sha256([own]), bytes: own };
}

/**
 * All of an envelope but its signature.
 * @param author the public key of whoever is to sign it
 * @throws ChirographError `out-of-limits` for boxes that no reader would take
 */
export function encodeUnsigned(body: EnvelopeBody, author: Uint8Array): Uint8Array<ArrayBuffer> {
  checkBoxes(body);
  const writer = new Writer()
    .raw(Uint8Array.from(MAGIC, (character) => character.charCodeAt(0)))
    .u16(body.suite)
    .fixed(body.chart, ID_BYTES)
    .fixed(body.record, ID_BYTES)
    .fixed(body.version, ID_BYTES)
    .fixed(body.parent, ID_BYTES)
    .u32(body.epoch)
    .u8(body.total)
    .u8(body.needed)
    .u64(body.recordBytes)
    .u8(HASH_SHA256);
  if (body.profile === "locked") {
    writer.u32(body.geometry.blockBytes).fixed(body.fragmentCheck, HASH_BYTES);
    for (const { id, head, tail, root } of body.places) {
      writer.fixed(id, ID_BYTES).fixed(head, MARK_BYTES).fixed(tail, MARK_BYTES).fixed(root, HASH_BYTES);
    }
  } else {
    for (const { id, digest } of body.pieces) writer.fixed(id, ID_BYTES).fixed(digest, HASH_BYTES);
  }
  return writer
    .bytes32(body.card)
    .bytes32(body.inside)
    .fixed(author, SIGNING_PUBLIC_BYTES)
    .u8(SIGNATURE_ED25519)
    .finish();
}

/** Views of memory that the reader has for itself. */
function readBody(reader: Reader): EnvelopeBody {
  reader.magic(MAGIC);
  const suite = suiteNumbered(reader.u16());
  const ids = {
    suite: suite.id,
    chart: readId(reader),
    record: readId(reader),
    version: readId(reader),
    parent: reader.view(ID_BYTES),
    epoch: reader.u32(),
  };
  const total = reader.u8();
  const needed = reader.u8();
  checkCounts(total, needed);
  const recordBytes = reader.u64();
  readKnown(reader, HASH_SHA256, "hash");
  const common = { ...ids, total, needed, recordBytes };
  if (suite.name === "classic") {
    if (needed !== total || ids.epoch !== 0)
      reader.fail("states a threshold or an epoch for the classic profile");
    if (recordBytes > MOST_CLASSIC_BYTES)
      throw new ChirographError("out-of-limits", "The classic record is too large.");
    const pieces = Array.from({ length: total }, () => ({
      id: readId(reader),
      digest: reader.view(HASH_BYTES),
    }));
    reader.ascending(
      pieces.map(({ id }) => id),
      "fragment ids",
    );
    return { profile: "classic", ...common, pieces, ...readBoxes(reader) };
  }
  if (ids.epoch === 0) reader.fail("states no epoch");
  const geometry = geometryOf({ total, needed, recordBytes, blockBytes: reader.u32() });
  const fragmentCheck = reader.view(HASH_BYTES);
  const places = Array.from({ length: total }, () => ({
    id: readId(reader),
    head: reader.view(MARK_BYTES),
    tail: reader.view(MARK_BYTES),
    root: reader.view(HASH_BYTES),
  }));
  if (new Set(places.map(({ id }) => toHex(id))).size !== total) reader.fail("names a fragment twice");
  return { profile: "locked", ...common, geometry, fragmentCheck, places, ...readBoxes(reader) };
}

function readBoxes(reader: Reader): { card: Uint8Array; inside: Uint8Array } {
  const boxes = { card: reader.view(reader.u32()), inside: reader.view(reader.u32()) };
  checkBoxes(boxes);
  return boxes;
}

function checkBoxes({ card, inside }: Pick<Common, "card" | "inside">): void {
  if (card.length > LARGEST_CARD_BYTES || inside.length > LARGEST_INSIDE_BYTES) {
    throw new ChirographError("out-of-limits", "The envelope's card or inside is too large.");
  }
}

function readId(reader: Reader): Uint8Array {
  const id = reader.view(ID_BYTES);
  if (isZero(id)) reader.fail("has an id that is zero");
  return id;
}

function readAuthor(reader: Reader, expected?: Uint8Array): Uint8Array {
  const author = reader.view(SIGNING_PUBLIC_BYTES);
  if (expected !== undefined && !equalBytes(author, expected)) reader.fail("names another author");
  readKnown(reader, SIGNATURE_ED25519, "signature algorithm");
  return author;
}

function readKnown(reader: Reader, known: number, what: string): void {
  const found = reader.u8();
  if (found !== known)
    throw new ChirographError("unsupported", `The envelope names ${what} ${found}, which is not known.`);
}

// Envelopes, what their two boxes hold, and padding (section 9; for the classic profile section 15).
import { ascending, equal, hex, isZero, join, label, Reader, text } from "./bytes.ts";
import { classicSuite } from "./chart.ts";
import { cobblestoneSize, verifySignature } from "./primitives.ts";

interface Place {
  readonly id: Uint8Array;
  readonly headMark: Uint8Array;
  readonly tailMark: Uint8Array;
  readonly root: Uint8Array;
}

interface Piece {
  readonly id: Uint8Array;
  readonly digest: Uint8Array;
}

export interface Envelope {
  readonly suite: number;
  readonly chart: Uint8Array;
  readonly record: Uint8Array;
  readonly version: Uint8Array;
  readonly parent: Uint8Array;
  readonly epoch: number;
  readonly n: number;
  readonly k: number;
  readonly recordBytes: number;
  /** L: length of the sealed record. */
  readonly sealedBytes: number;
  /** Zero, empty and none in the classic profile. */
  readonly blockBytes: number;
  readonly stripes: number;
  readonly fragmentCheck: Uint8Array;
  readonly places: readonly Place[];
  /** In the classic profile only. */
  readonly pieces: readonly Piece[];
  readonly card: Uint8Array;
  readonly inside: Uint8Array;
  readonly author: Uint8Array;
}

const classicCeiling = 64 * 2 ** 30 - 32;

/** Reads an envelope and checks its limits and its signature. */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const what = "envelope";
  if (bytes.length > 66 * 2 ** 20) throw new Error(`${what}: above 66 MiB`);
  const reader = new Reader(bytes, what);
  reader.expect("CHGENVLP");
  const suite = reader.u16();
  if (suite !== 1 && suite !== 2 && suite !== classicSuite)
    throw new Error(`${what}: suite ${suite} is unknown`);
  const classic = suite === classicSuite;
  const chart = reader.id();
  const record = reader.id();
  const version = reader.id();
  const parent = reader.take(16);
  const epoch = reader.u32();
  if (classic !== (epoch === 0)) throw new Error(`${what}: epoch ${epoch} in suite ${suite}`);
  const n = reader.u8();
  const k = reader.u8();
  if (n < 8 || n > 64 || k < 2 || k > n || (classic && k !== n)) throw new Error(`${what}: n ${n}, k ${k}`);
  const recordBytes = reader.u64();
  if (classic && recordBytes > classicCeiling)
    throw new Error(`${what}: the record is too long for the profile`);
  const sealedBytes = classic ? 28 + recordBytes : cobblestoneSize(recordBytes);
  reader.only(reader.u8(), 1, "hash");

  let blockBytes = 0;
  let stripes = 0;
  let fragmentCheck: Uint8Array = new Uint8Array();
  let places: Place[] = [];
  let pieces: Piece[] = [];
  if (classic) {
    pieces = reader.list(n, () => ({ id: reader.id(), digest: reader.take(32) }));
    ascending(
      pieces.map(({ id }) => id),
      `${what}: pieces`,
    );
  } else {
    blockBytes = reader.u32();
    const powers = Array.from({ length: 9 }, (_, i) => 4096 * 2 ** i);
    if (!powers.includes(blockBytes)) throw new Error(`${what}: blocks of ${blockBytes} bytes`);
    stripes = Math.ceil(sealedBytes / (k * blockBytes));
    if (stripes > 1_048_576) throw new Error(`${what}: ${stripes} stripes`);
    fragmentCheck = reader.take(32);
    places = reader.list(n, () => ({
      id: reader.id(),
      headMark: reader.take(16),
      tailMark: reader.take(16),
      root: reader.take(32),
    }));
    if (new Set(places.map(({ id }) => hex(id))).size !== n)
      throw new Error(`${what}: two fragments have one id`);
  }
  const card = reader.take(reader.u32());
  if (card.length > 64 * 2 ** 10) throw new Error(`${what}: a card above 64 KiB`);
  const inside = reader.take(reader.u32());
  if (inside.length > 64 * 2 ** 20) throw new Error(`${what}: an inside above 64 MiB`);
  const author = reader.take(32);
  reader.only(reader.u8(), 1, "signature algorithm");
  const signed = reader.before();
  verifySignature(author, join(label("envelope"), signed), reader.take(64), what);
  reader.end();
  const ids = { suite, chart, record, version, parent, epoch, n, k };
  const sizes = { recordBytes, sealedBytes, blockBytes, stripes };
  return { ...ids, ...sizes, fragmentCheck, places, pieces, card, inside, author };
}

/** Padmé for lengths of at least 2. */
export function padme(length: number): number {
  let e = 0;
  while (2 ** (e + 1) <= length) e++;
  let s = 1;
  while (2 ** s <= e) s++; // s = floor(log2 e) + 1
  const unit = 2 ** (e - s);
  return Math.ceil(length / unit) * unit;
}

/** Takes off what `padded` put on. */
function unpad(bytes: Uint8Array, floor: number, what: string): Uint8Array {
  const reader = new Reader(bytes, what);
  const inner = reader.take(reader.u32());
  if (bytes.length !== padme(Math.max(floor, 4 + inner.length)))
    throw new Error(`${what}: padded to a wrong length`);
  if (!isZero(bytes.subarray(reader.at))) throw new Error(`${what}: the padding is not zero`);
  return inner;
}

export interface Card {
  readonly binding: Uint8Array;
  readonly time: number;
  readonly kind: string;
  readonly author: Uint8Array;
}

export function readCard(message: Uint8Array): Card {
  const reader = new Reader(unpad(message, 256, "card"), "card");
  const card = { binding: reader.take(32), time: reader.u64(), kind: reader.text(), author: reader.take(32) };
  reader.end();
  return card;
}

export interface Inside {
  readonly binding: Uint8Array;
  readonly shape: "file" | "folder";
  readonly contentBytes: number;
  readonly entries: readonly { path: string; bytes: number }[];
  readonly metadata: readonly { key: string; value: string }[];
}

export function readInside(message: Uint8Array): Inside {
  const what = "inside";
  const reader = new Reader(unpad(message, 1024, what), what);
  const binding = reader.take(32);
  const shapeNumber = reader.u8();
  if (shapeNumber > 1) throw new Error(`${what}: shape ${shapeNumber} is unknown`);
  const shape = shapeNumber === 0 ? "file" : "folder";
  const contentBytes = reader.u64();
  const entries = reader.list(reader.u32(), () => ({ path: reader.text(), bytes: reader.u64() }));
  const metadata = reader.list(reader.u16(), () => ({ key: reader.text(), value: reader.text() }));
  reader.end();

  if (shape === "file" && entries.length !== 1)
    throw new Error(`${what}: one file with ${entries.length} entries`);
  const sum = entries.reduce((total, { bytes }) => total + bytes, 0);
  if (sum !== contentBytes) throw new Error(`${what}: the entries have ${sum} bytes, not ${contentBytes}`);
  checkPaths(entries, shape);
  ascending(
    metadata.map(({ key }) => text(key)),
    `${what}: metadata`,
  );
  return { binding, shape, contentBytes, entries, metadata };
}

function checkPaths(entries: Inside["entries"], shape: Inside["shape"]): void {
  ascending(
    entries.map(({ path }) => text(path)),
    "inside: paths",
  );
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const { path, bytes } of entries) {
    const what = `inside: path ${JSON.stringify(path)}`;
    if (text(path).length > 4096) throw new Error(`${what}: above 4,096 bytes`);
    const isFolder = path.endsWith("/");
    const segments = (isFolder ? path.slice(0, -1) : path).split("/");
    if (shape === "file" && (isFolder || segments.length > 1)) throw new Error(`${what}: not one segment`);
    if (isFolder && bytes !== 0) throw new Error(`${what}: a folder with ${bytes} bytes`);
    for (const segment of segments) {
      if (["", ".", ".."].includes(segment)) throw new Error(`${what}: a segment is empty, . or ..`);
      if (text(segment).length > 255) throw new Error(`${what}: a segment above 255 bytes`);
      if (/[\\\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(segment))
        throw new Error(`${what}: a segment with a backslash, a control character or a direction mark`);
    }
    files.add(segments.join("/"));
    for (let i = 1; i < segments.length; i++) folders.add(segments.slice(0, i).join("/"));
  }
  if (files.size !== entries.length) throw new Error("inside: a path is a file and an empty folder");
  for (const folder of folders) {
    if (files.has(folder)) throw new Error(`inside: path ${JSON.stringify(folder)} is the parent of another`);
  }
}

/** The marks of all fragments are in the envelope; those that the word gives have to be the same. */
export function checkMarks(envelope: Envelope, mark: (end: "head" | "tail", i: number) => Uint8Array): void {
  envelope.places.forEach((place, i) => {
    const good =
      equal(place.headMark, mark("head", i)) && equal(place.tailMark, mark("tail", (i + 1) % envelope.n));
    if (!good) throw new Error(`envelope: the marks of fragment ${i} are not those of the word`);
  });
}

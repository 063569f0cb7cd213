// Fragments: finding them, joining them, making them again (section 8; for the classic profile section 15).
import { equal, hex, isZero, join, Reader, text, u64, u8, zeros } from "./bytes.ts";
import type { Envelope } from "./envelope.ts";
import { codeMatrix, dataBlocks, interpolate, multiplyMatrix } from "./field.ts";
import { labelled, sha256 } from "./primitives.ts";

const leafOf = (block: Uint8Array): Uint8Array => sha256(u8(0), block);

/** The Merkle tree hash of RFC 9162 over leaves that are hashes already. */
export function treeOf(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) throw new Error("a tree without leaves");
  if (leaves.length === 1) return first;
  let m = 1;
  while (2 * m < leaves.length) m *= 2;
  return sha256(u8(1), treeOf(leaves.slice(0, m)), treeOf(leaves.slice(m)));
}

/** Sealed bytes in each stripe, and the length of its blocks. */
export function stripesOf(
  sealedBytes: number,
  k: number,
  blockBytes: number,
): { sealed: number; block: number }[] {
  const count = Math.ceil(sealedBytes / (k * blockBytes));
  const last = sealedBytes - (count - 1) * k * blockBytes;
  return Array.from({ length: count }, (_, s) =>
    s < count - 1
      ? { sealed: k * blockBytes, block: blockBytes }
      : { sealed: last, block: Math.ceil(last / k) },
  );
}

interface Fragment {
  readonly i: number;
  readonly share: Uint8Array;
  readonly blocks: readonly Uint8Array[];
  readonly leaves: readonly Uint8Array[];
}

function rootOf(envelope: Envelope, i: number, share: Uint8Array, leaves: readonly Uint8Array[]): Uint8Array {
  const place = envelope.places[i];
  if (place === undefined) throw new Error(`there is no place ${i}`);
  const stripes = stripesOf(envelope.sealedBytes, envelope.k, envelope.blockBytes);
  const blockSum = stripes.reduce((sum, { block }) => sum + block, 0);
  const { headMark, tailMark } = place;
  return labelled(
    "fragment",
    envelope.version,
    u8(i),
    headMark,
    share,
    tailMark,
    u64(blockSum),
    treeOf(leaves),
  );
}

/** The fragment that a file is; undefined if it is none of this envelope's. */
function readFragment(envelope: Envelope, file: Uint8Array): Fragment | undefined {
  const stripes = stripesOf(envelope.sealedBytes, envelope.k, envelope.blockBytes);
  const size = 65 + stripes.reduce((sum, { block }) => sum + block + 32, 0);
  if (file.length !== size) return undefined;
  const reader = new Reader(file, "fragment");
  const headMark = reader.take(16);
  const share = reader.take(33);
  const blocks = stripes.map(({ block }) => reader.take(block));
  const leaves = stripes.map(() => reader.take(32));
  const tailMark = reader.take(16);
  const i = (share[0] ?? 0) - 1;
  const place = envelope.places[i];
  if (place === undefined || !equal(place.headMark, headMark) || !equal(place.tailMark, tailMark))
    return undefined;
  if (!equal(rootOf(envelope, i, share, leaves), place.root)) return undefined;
  return { i, share, blocks, leaves };
}

export interface Joined {
  readonly fragmentSecret: Uint8Array;
  readonly sealed: Uint8Array;
}

/** Finds the fragments among files, joins any k of them, and holds the result against all n roots. */
export function joinFragments(envelope: Envelope, files: readonly Uint8Array[]): Joined {
  const { n, k } = envelope;
  const byAuthor = `the author ${hex(envelope.author)} made it so`;
  const fragments = files.map((file) => readFragment(envelope, file)).filter((each) => each !== undefined);
  const found = [...new Map(fragments.map((each) => [each.i, each])).values()].toSorted((a, b) => a.i - b.i);
  if (found.length < k) throw new Error(`${found.length} of the fragments are there, ${k} are needed`);

  const points = found.slice(0, k).map(({ share }) => ({ x: share[0] ?? 0, y: share.slice(1) }));
  const fragmentSecret = interpolate(points, 0);

  const matrix = codeMatrix(n, k);
  const sealed: Uint8Array[] = [];
  const leaves: Uint8Array[][] = Array.from({ length: n }, () => []);
  stripesOf(envelope.sealedBytes, k, envelope.blockBytes).forEach((stripe, s) => {
    const good = new Map<number, Uint8Array>();
    for (const fragment of fragments) {
      const block = fragment.blocks[s] ?? zeros(0);
      if (equal(leafOf(block), fragment.leaves[s] ?? zeros(0))) good.set(fragment.i, block);
    }
    if (good.size < k) throw new Error(`stripe ${s}: ${good.size} good blocks are there, ${k} are needed`);
    const chosen = [...good].toSorted(([a], [b]) => a - b).slice(0, k);
    const data = dataBlocks(
      matrix,
      chosen.map(([i, block]) => ({ i, block })),
    );
    const whole = join(...data);
    if (!isZero(whole.subarray(stripe.sealed)))
      throw new Error(`stripe ${s}: bytes after its end; ${byAuthor}`);
    sealed.push(whole.subarray(0, stripe.sealed));
    multiplyMatrix(matrix, data).forEach((block, i) => leaves[i]?.push(leafOf(block)));
  });

  for (let i = 0; i < n; i++) {
    const share = join(u8(i + 1), interpolate(points, i + 1));
    if (!equal(rootOf(envelope, i, share, leaves[i] ?? []), envelope.places[i]?.root ?? zeros(0))) {
      throw new Error(`fragment ${i} does not go with the others; ${byAuthor}`);
    }
  }
  return { fragmentSecret, sealed: join(...sealed) };
}

/** The digest of a classic file: a tree over runs of 1 MiB. */
function pieceDigest(version: Uint8Array, file: Uint8Array): Uint8Array {
  const runs: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < file.length; at += 1_048_576)
    runs.push(file.subarray(at, at + 1_048_576));
  return labelled("classic-file", version, u64(file.length), treeOf(runs.map(leafOf)));
}

/** Joins the pieces of the classic profile in the order of the word. */
export function joinPieces(
  envelope: Envelope,
  files: readonly Uint8Array[],
  word: readonly string[],
): Uint8Array {
  const { n, sealedBytes } = envelope;
  if (word.length !== n) throw new Error(`the word has ${word.length} characters, the record ${n} pieces`);
  const byDigest = new Map(files.map((file) => [hex(pieceDigest(envelope.version, file)), file]));
  const pieces = envelope.pieces.map(({ id, digest }) => {
    const file = byDigest.get(hex(digest));
    if (file === undefined) throw new Error(`piece ${hex(id)} is missing; all ${n} are needed`);
    return file;
  });
  const ends = word.map(text);
  const parts = ends.map((head, i) => {
    const tail = ends[(i + 1) % n] ?? zeros(0);
    const length = Math.floor(sealedBytes / n) + (i < sealedBytes % n ? 1 : 0);
    const fitting = pieces.filter(
      (piece) =>
        piece.length === head.length + length + tail.length &&
        equal(piece.subarray(0, head.length), head) &&
        equal(piece.subarray(head.length + length), tail),
    );
    const [piece] = fitting;
    if (piece === undefined || fitting.length > 1)
      throw new Error("the word is wrong: the pieces have other ends");
    return piece.subarray(head.length, head.length + length);
  });
  return join(...parts);
}

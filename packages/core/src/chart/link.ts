import type { Engine } from "@chirograph/engine/interface";
import { compareBytes, toHex } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { Reader } from "../encoding/reader.ts";
import { Writer } from "../encoding/writer.ts";
import { ChirographError } from "../error.ts";
import type { Signer } from "../identity/identity.ts";
import { SIGNATURE_BYTES, SIGNING_PUBLIC_BYTES } from "../identity/recipient.ts";
import { ID_BYTES } from "../ids.ts";
import { SIGNATURE_ED25519 } from "../suite.ts";
import type { Change } from "./change.ts";
import { readChange, writeChange } from "./change-format.ts";

const LINK_HASH_BYTES = 32;
/** A link joins at most this many, and a chart has at most this many heads. */
export const MOST_HEADS = 64;

/** One signed step of a chart document (docs/format.md, section 10). */
export interface Link {
  readonly chart: Uint8Array;
  /** 0 in the first link, else one more than the highest of its predecessors. */
  readonly generation: number;
  /** Hashes of the links that it continues, each once, the main line first; none in link 0, several in a merge. */
  readonly previous: readonly Uint8Array[];
  /** Milliseconds since 1970-01-01 UTC, as the signer says. */
  readonly time: number;
  readonly changes: readonly Change[];
  /** Ed25519 public keys whose signatures were found valid, in order. */
  readonly signers: readonly Uint8Array[];
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
}

export type LinkBody = Pick<Link, "chart" | "generation" | "previous" | "time" | "changes">;

export async function signLink(engine: Engine, body: LinkBody, signers: readonly Signer[]): Promise<Link> {
  const unsigned = encodeBody(body);
  const message = labelled("link", unsigned);
  const writer = new Writer().raw(unsigned).u8(signers.length);
  for (const signer of signers) {
    const signature = await engine.ed25519Sign({ seed: signer.signSeed, message });
    writer
      .fixed(signer.signing, SIGNING_PUBLIC_BYTES)
      .u8(SIGNATURE_ED25519)
      .fixed(signature, SIGNATURE_BYTES);
  }
  const bytes = writer.finish();
  return {
    ...body,
    signers: signers.map(({ signing }) => signing),
    hash: await linkHash(engine, bytes),
    bytes,
  };
}

/**
 * Reads a link by itself and checks its signatures; whether its signers had the right to sign is for the chart's state
 * to say.
 * @param what names the link in errors
 */
export async function parseLink(engine: Engine, bytes: Uint8Array, what = "link"): Promise<Link> {
  // A copy, which nobody changes while signatures are checked.
  const own = new Uint8Array(bytes);
  const reader = new Reader(own, what);
  const body = await readBody(engine, reader, what);
  const message = labelled("link", own.subarray(0, reader.offset));
  const signers: Uint8Array[] = [];
  for (let left = reader.u8(); left > 0; left--) {
    const signer = reader.fixed(SIGNING_PUBLIC_BYTES);
    const algorithm = reader.u8();
    if (algorithm !== SIGNATURE_ED25519) {
      throw new ChirographError(
        "unsupported",
        `The ${what} names signature algorithm ${algorithm}, which is not known.`,
      );
    }
    const signature = reader.fixed(SIGNATURE_BYTES);
    if (!(await engine.ed25519Verify({ publicKey: signer, message, signature }))) {
      throw new ChirographError("bad-signature", `The ${what} is damaged or forged: a signature is wrong.`);
    }
    signers.push(signer);
  }
  reader.end();
  return { ...body, signers, hash: await linkHash(engine, own), bytes: own };
}

function encodeBody(body: LinkBody): Uint8Array {
  const writer = new Writer().fixed(body.chart, ID_BYTES).u64(body.generation);
  writer.u8(body.previous.length);
  for (const hash of body.previous) writer.fixed(hash, LINK_HASH_BYTES);
  writer.u64(body.time).u16(body.changes.length);
  for (const change of body.changes) writeChange(writer, change);
  return writer.finish();
}

async function readBody(engine: Engine, reader: Reader, what: string): Promise<LinkBody> {
  const chart = reader.fixed(ID_BYTES);
  const generation = reader.u64();
  const previous = readPrevious(reader, what);
  const time = reader.u64();
  const changes: Change[] = [];
  for (let left = reader.u16(); left > 0; left--) changes.push(await readChange(engine, reader, what));
  return { chart, generation, previous, time, changes };
}

function readPrevious(reader: Reader, what: string): Uint8Array[] {
  const count = reader.u8();
  if (count > MOST_HEADS) {
    throw new ChirographError(
      "out-of-limits",
      `The ${what} is refused: it joins more than ${MOST_HEADS} links.`,
    );
  }
  const previous = Array.from({ length: count }, () => reader.fixed(LINK_HASH_BYTES));
  if (new Set(previous.map(toHex)).size !== count) reader.fail("continues a link twice");
  return previous;
}

/** What can be told of a link's place before it is read: how many it continues, and which. Checks nothing. */
export function peekPrevious(bytes: Uint8Array): Uint8Array[] {
  const first = ID_BYTES + 8 + 1;
  const count = Math.min(bytes[first - 1] ?? 0, MOST_HEADS);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(first + LINK_HASH_BYTES * index, first + LINK_HASH_BYTES * (index + 1)),
  );
}

/** What its order goes by, of a link that was read before. */
export async function placeOf(engine: Engine, bytes: Uint8Array): Promise<Pick<Link, "generation" | "hash">> {
  const reader = new Reader(bytes, "link");
  reader.fixed(ID_BYTES);
  return { generation: reader.u64(), hash: await linkHash(engine, bytes) };
}

/** The order of links in a document. */
export function compareLinks(
  left: Pick<Link, "generation" | "hash">,
  right: Pick<Link, "generation" | "hash">,
): number {
  return left.generation - right.generation || compareBytes(left.hash, right.hash);
}

function linkHash(engine: Engine, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return engine.sha256([labelled("link-hash", bytes)]);
}

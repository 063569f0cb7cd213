import type { Engine } from "@chirograph/engine/interface";
import { labelled } from "../encoding/label.ts";
import { Reader } from "../encoding/reader.ts";
import { Writer } from "../encoding/writer.ts";
import { ChirographError } from "../error.ts";
import type { Signer } from "../identity/identity.ts";
import { SIGNATURE_BYTES, SIGNING_PUBLIC_BYTES } from "../identity/recipient.ts";
import { ID_BYTES } from "../ids.ts";
import { SIGNATURE_ED25519 } from "../suite.ts";
import { type Change, readChange, writeChange } from "./change.ts";

const LINK_HASH_BYTES = 32;

/** One signed step of a chart document (docs/format.md, section 10). */
export interface Link {
  readonly chart: Uint8Array;
  /** 0, 1, 2 … */
  readonly generation: number;
  /** Hash of the link before; none in link 0. */
  readonly previous: Uint8Array | undefined;
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

/** Reads a link and checks its signatures; whether its signers had the right to sign is for the chart's state to say. */
export async function parseLink(engine: Engine, bytes: Uint8Array, what: string): Promise<Link> {
  const reader = new Reader(bytes, what);
  const body = await readBody(engine, reader, what);
  const message = labelled("link", bytes.subarray(0, reader.offset));
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
  return { ...body, signers, hash: await linkHash(engine, bytes), bytes: Uint8Array.from(bytes) };
}

function encodeBody(body: LinkBody): Uint8Array {
  const writer = new Writer().fixed(body.chart, ID_BYTES).u64(body.generation);
  if (body.previous === undefined) writer.u8(0);
  else writer.u8(1).fixed(body.previous, LINK_HASH_BYTES);
  writer.u64(body.time).u16(body.changes.length);
  for (const change of body.changes) writeChange(writer, change);
  return writer.finish();
}

async function readBody(engine: Engine, reader: Reader, what: string): Promise<LinkBody> {
  const chart = reader.fixed(ID_BYTES);
  const generation = reader.u64();
  const previousCount = reader.u8();
  if (previousCount > 1) {
    throw new ChirographError(
      "unsupported",
      `The ${what} joins ${previousCount} links, which this version cannot follow.`,
    );
  }
  const previous = previousCount === 1 ? reader.fixed(LINK_HASH_BYTES) : undefined;
  const time = reader.u64();
  const changes: Change[] = [];
  for (let left = reader.u16(); left > 0; left--) changes.push(await readChange(engine, reader, what));
  return { chart, generation, previous, time, changes };
}

function linkHash(engine: Engine, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return engine.sha256([labelled("link-hash", bytes)]);
}

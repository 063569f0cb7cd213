import { Reader, toHex, utf8, Writer } from "@chirograph/core";
import { idBytes } from "../../keeper/names.ts";
import { readStrictly } from "../../keeper/malformed.ts";
import type { Id, Target } from "../../catalogue.ts";

const MAGIC = "CHGKEPT1";
const ID_BYTES = 16;

/** What stands beside kept fragments: enough to send and to commit them, and nothing that is not sealed. */
export interface KeptDocument {
  readonly chart: Id;
  readonly reservation: Id;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly expires: number;
  /** By fragment. */
  readonly targets: readonly Target[];
  /** The signed envelope. */
  readonly envelope: Uint8Array;
}

export function encodeKept(document: KeptDocument): Uint8Array<ArrayBuffer> {
  const { chart, reservation, expires, targets, envelope } = document;
  const writer = new Writer()
    .raw(utf8(MAGIC))
    .fixed(idBytes(chart), ID_BYTES)
    .fixed(idBytes(reservation), ID_BYTES)
    .u64(expires)
    .u16(targets.length);
  for (const { store, object } of targets) {
    writer.fixed(idBytes(store), ID_BYTES).fixed(idBytes(object), ID_BYTES);
  }
  return writer.bytes32(envelope).finish();
}

/** @throws VaultError `malformed` */
export function parseKept(bytes: Uint8Array): Promise<KeptDocument> {
  return readStrictly(() => {
    const reader = new Reader(bytes, "kept version");
    reader.magic(MAGIC);
    const id = (): Id => toHex(reader.fixed(ID_BYTES));
    const [chart, reservation, expires] = [id(), id(), reader.u64()];
    const targets = Array.from({ length: reader.u16() }, () => ({ store: id(), object: id() }));
    const envelope = reader.bytes32();
    reader.end();
    return { chart, reservation, expires, targets, envelope };
  });
}

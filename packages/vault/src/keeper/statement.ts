import { boxSize, labelled, openBox, Reader, sealBox, toHex, utf8, Writer } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import { ENTRY_ID_BYTES, packEntries, type PackedObject } from "@chirograph/stores";
import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { readStrictly } from "./malformed.ts";
import { idBytes } from "./names.ts";

const MAGIC = "CHGSTATE";
const ID_BYTES = 16;
const KEY_BYTES = 32;
/** Magic, batch and the two counts. */
const FIXED_BYTES: number = MAGIC.length + ID_BYTES + 4 + 4;
const LENGTH_BYTES = 4;
/** Largest plaintext of one statement object; a commit that is larger is refused. */
export const MOST_STATEMENT_BYTES: number = 32 * 1_048_576;

/** What one commit made, as a store keeps it: its links, and on T + 1 stores its envelopes. */
export interface Statements {
  readonly batch: Id;
  readonly links: readonly Uint8Array[];
  readonly envelopes: readonly Uint8Array[];
}

/** Where a box of statements lies, and can only be opened. */
export interface StatementPlace {
  readonly vault: Id;
  readonly store: Id;
  readonly object: string;
}

/** The box of a statement object (docs/vault.md, "What lies on a store"). */
export async function sealStatements(
  engine: Engine,
  catalogueKey: Uint8Array,
  at: StatementPlace,
  statements: Statements,
): Promise<Uint8Array<ArrayBuffer>> {
  if (statementBytes(statements) > MOST_STATEMENT_BYTES) throw tooLarge();
  const message = encode(statements);
  return sealBox(engine, { key: await statementKey(engine, catalogueKey), context: contextOf(at), message });
}

/** @throws VaultError `malformed` for whatever is not a box of this vault, store and object */
export async function openStatements(
  engine: Engine,
  catalogueKey: Uint8Array,
  at: StatementPlace,
  bytes: Uint8Array,
): Promise<Statements> {
  if (bytes.length > boxSize(MOST_STATEMENT_BYTES)) throw tooLarge();
  const key = await statementKey(engine, catalogueKey);
  const message = await readStrictly(() => openBox(engine, { key, context: contextOf(at), sealed: bytes }));
  if (message === null) {
    throw new VaultError("malformed", "A statement object is damaged, or belongs to another place or vault.");
  }
  return readStrictly(() => parse(message));
}

/** A whole statement object, ready to be put under `at.object`. */
export async function statementObject(
  engine: Engine,
  catalogueKey: Uint8Array,
  at: StatementPlace,
  statements: Statements,
): Promise<PackedObject> {
  const box = await sealStatements(engine, catalogueKey, at, statements);
  const id = engine.randomBytes(ENTRY_ID_BYTES);
  return packEntries([{ id, kind: "statement", lengthBytes: box.length, bytes: [box] }]);
}

/** Bytes of the plaintext: what `MOST_STATEMENT_BYTES` limits. */
export function statementBytes({ links, envelopes }: Omit<Statements, "batch">): number {
  let sizeBytes = FIXED_BYTES;
  for (const bytes of links) sizeBytes += LENGTH_BYTES + bytes.length;
  for (const bytes of envelopes) sizeBytes += LENGTH_BYTES + bytes.length;
  return sizeBytes;
}

function encode({ batch, links, envelopes }: Statements): Uint8Array {
  const writer = new Writer().raw(utf8(MAGIC)).fixed(idBytes(batch), ID_BYTES);
  for (const list of [links, envelopes]) {
    writer.u32(list.length);
    for (const bytes of list) writer.bytes32(bytes);
  }
  return writer.finish();
}

function parse(message: Uint8Array): Statements {
  const reader = new Reader(message, "statement");
  reader.magic(MAGIC);
  const batch = toHex(reader.fixed(ID_BYTES));
  const links = readList(reader);
  const envelopes = readList(reader);
  reader.end();
  if (links.length === 0) reader.fail("holds no link");
  return { batch, links, envelopes };
}

function readList(reader: Reader): Uint8Array[] {
  // A count that lies runs into the end of the bytes, whatever it says.
  const list: Uint8Array[] = [];
  for (let left = reader.u32(); left > 0; left--) list.push(reader.bytes32());
  return list;
}

function statementKey(engine: Engine, catalogueKey: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const info = labelled("vault-statement-key");
  return engine.hkdfSha512({ inputKey: catalogueKey, info, lengthBytes: KEY_BYTES });
}

function contextOf({ vault, store, object }: StatementPlace): Uint8Array {
  return labelled("vault-statement", idBytes(vault), idBytes(store), idBytes(object));
}

function tooLarge(): VaultError {
  return new VaultError("malformed", `Statements of more than ${MOST_STATEMENT_BYTES} bytes are refused.`);
}

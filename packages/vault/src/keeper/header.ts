import {
  equalBytes,
  type Identity,
  labelled,
  openBox,
  Reader,
  sealBox,
  toHex,
  utf8,
  Writer,
} from "@chirograph/core";
import type { Engine, HpkeMessage } from "@chirograph/engine/interface";
import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { readStrictly } from "./malformed.ts";
import { idBytes } from "./names.ts";
import { encodeSettings, MOST_OWNERS, parseSettings } from "./settings-format.ts";
import type { VaultSettings } from "./settings.ts";

/** The one object of a vault with a fixed name. */
export const HEADER_NAME = "vault";
/** Larger ones are not read. */
export const MOST_HEADER_BYTES: number = 1_048_576;
export const CATALOGUE_KEY_BYTES = 32;

const MAGIC = "CHGVAULT";
const FORMAT = 1;
const ID_BYTES = 16;
const ENCAPSULATED_BYTES = 1120;
const CIPHERTEXT_BYTES: number = CATALOGUE_KEY_BYTES + 16;
const SIGNATURE_BYTES = 64;

/** What a header tells to an owner of the vault. */
export interface OpenedHeader {
  /** The store it was written for. */
  readonly store: Id;
  readonly catalogueKey: Uint8Array<ArrayBuffer>;
  readonly settings: VaultSettings;
}

/** The header of one store (docs/vault.md, "What lies on a store"); every store has one of its own. */
export async function sealHeader(
  engine: Engine,
  plan: { settings: VaultSettings; catalogueKey: Uint8Array; store: Id; founder: Identity },
): Promise<Uint8Array<ArrayBuffer>> {
  const { settings, catalogueKey, founder } = plan;
  if (catalogueKey.length !== CATALOGUE_KEY_BYTES) throw new RangeError("a catalogue key is 32 bytes long");
  if (!equalBytes(founder.recipient.bytes, settings.founder.bytes)) {
    throw new VaultError("not-owner", "Settings are signed by their founder and by nobody else.");
  }
  requireStore(settings, plan.store);
  const store = idBytes(plan.store);
  const writer = new Writer().raw(utf8(MAGIC)).u16(FORMAT).fixed(store, ID_BYTES);

  writer.u16(settings.owners.length);
  for (const owner of settings.owners) {
    const info = ownerInfo(store);
    const wrap = await engine.hpkeSeal({ publicKey: owner.kem, info, plaintext: catalogueKey });
    if (wrap === null) throw new VaultError("malformed", "An owner's public key is not a valid one.");
    writer.fixed(wrap.encapsulated, ENCAPSULATED_BYTES).fixed(wrap.ciphertext, CIPHERTEXT_BYTES);
  }

  const encoded = encodeSettings(settings);
  const signature = await engine.ed25519Sign({
    seed: founder.signSeed,
    message: await signedBytes(engine, { catalogueKey, store, settings: encoded }),
  });
  const box = await sealBox(engine, {
    ...(await boxPlace(engine, catalogueKey, store)),
    message: new Writer().bytes32(encoded).fixed(signature, SIGNATURE_BYTES).finish(),
  });
  return writer.bytes32(box).finish();
}

/**
 * Opens a header with the identity of one of the owners. Its settings were signed by the founder whom they name: if
 * that is somebody else, compare the founders of several stores, for anybody can found a vault.
 * @throws VaultError `not-owner`, `malformed`; `forged` for settings that their founder did not sign for this store
 */
export async function openHeader(
  engine: Engine,
  bytes: Uint8Array,
  identity: Pick<Identity, "kemSeed" | "recipient">,
): Promise<OpenedHeader> {
  const { store, wraps, box } = await readStrictly(() => readHeader(bytes));
  const { owner, catalogueKey } = await unwrapKey(engine, { store, wraps }, identity);
  const settings = await openSigned(engine, { catalogueKey, store, box });
  const named = settings.owners[owner];
  const asSigned = settings.owners.length === wraps.length && named !== undefined;
  if (!asSigned || !equalBytes(named.bytes, identity.recipient.bytes)) {
    throw new VaultError("forged", "The header is wrapped to others than the owners whom its settings name.");
  }
  return { store: toHex(store), catalogueKey, settings };
}

/**
 * The same for a keeper, who has no identity: everything but what is wrapped to the owners.
 * @throws VaultError `malformed`, `forged`
 */
export async function openHeaderAsKeeper(
  engine: Engine,
  bytes: Uint8Array,
  catalogueKey: Uint8Array,
): Promise<Omit<OpenedHeader, "catalogueKey">> {
  const { store, box } = await readStrictly(() => readHeader(bytes));
  return { store: toHex(store), settings: await openSigned(engine, { catalogueKey, store, box }) };
}

interface RawHeader {
  readonly store: Uint8Array;
  readonly wraps: readonly HpkeMessage[];
  readonly box: Uint8Array;
}

function readHeader(bytes: Uint8Array): RawHeader {
  const reader = new Reader(bytes, "vault's header");
  if (bytes.length > MOST_HEADER_BYTES) reader.fail("is too large");
  reader.magic(MAGIC);
  if (reader.u16() !== FORMAT) reader.fail("is of a format that is not known here");
  const store = reader.fixed(ID_BYTES);
  const owners = reader.u16();
  if (owners === 0 || owners > MOST_OWNERS) reader.fail("has no owner or too many");
  const wraps = Array.from({ length: owners }, () => ({
    encapsulated: reader.fixed(ENCAPSULATED_BYTES),
    ciphertext: reader.fixed(CIPHERTEXT_BYTES),
  }));
  const box = reader.bytes32();
  reader.end();
  return { store, wraps, box };
}

/** The wrap that this identity opens, and whose place it has among the owners. */
async function unwrapKey(
  engine: Engine,
  { store, wraps }: Pick<RawHeader, "store" | "wraps">,
  { kemSeed }: Pick<Identity, "kemSeed">,
): Promise<{ owner: number; catalogueKey: Uint8Array<ArrayBuffer> }> {
  for (const [owner, wrap] of wraps.entries()) {
    const catalogueKey = await engine.hpkeOpen({ seed: kemSeed, info: ownerInfo(store), ...wrap });
    if (catalogueKey !== null) return { owner, catalogueKey };
  }
  throw new VaultError("not-owner", "This identity is no owner of the vault, or the header is damaged.");
}

/** The settings, if their founder signed them for this store. */
async function openSigned(
  engine: Engine,
  header: { catalogueKey: Uint8Array; store: Uint8Array; box: Uint8Array },
): Promise<VaultSettings> {
  const { encoded, signature } = await openSettings(engine, header);
  const settings = await parseSettings(engine, encoded);
  const message = await signedBytes(engine, { ...header, settings: encoded });
  if (!(await engine.ed25519Verify({ publicKey: settings.founder.signing, message, signature }))) {
    throw new VaultError("forged", "The vault's settings are not signed by the founder whom they name.");
  }
  requireStore(settings, toHex(header.store));
  return settings;
}

async function openSettings(
  engine: Engine,
  header: { catalogueKey: Uint8Array; store: Uint8Array; box: Uint8Array },
): Promise<{ encoded: Uint8Array; signature: Uint8Array }> {
  const place = await boxPlace(engine, header.catalogueKey, header.store);
  const opened = await readStrictly(() => openBox(engine, { ...place, sealed: header.box }));
  if (opened === null) throw new VaultError("malformed", "The settings in the vault's header are damaged.");
  return readStrictly(() => {
    const reader = new Reader(opened, "vault's header");
    const encoded = reader.bytes32();
    const signature = reader.fixed(SIGNATURE_BYTES);
    reader.end();
    return { encoded, signature };
  });
}

function requireStore(settings: VaultSettings, store: Id): void {
  if (!settings.stores.some(({ id }) => id === store)) {
    throw new VaultError("forged", "The settings do not name the store of this header.");
  }
}

function ownerInfo(store: Uint8Array): Uint8Array {
  return labelled("vault-owner", store);
}

async function boxPlace(
  engine: Engine,
  catalogueKey: Uint8Array,
  store: Uint8Array,
): Promise<{ key: Uint8Array; context: Uint8Array }> {
  const info = labelled("vault-header-key");
  const key = await engine.hkdfSha512({ inputKey: catalogueKey, info, lengthBytes: CATALOGUE_KEY_BYTES });
  return { key, context: labelled("vault-header", store) };
}

async function signedBytes(
  engine: Engine,
  signed: { catalogueKey: Uint8Array; store: Uint8Array; settings: Uint8Array },
): Promise<Uint8Array> {
  const keyHash = await engine.sha256([signed.catalogueKey]);
  return labelled("vault-settings", keyHash, signed.store, signed.settings);
}

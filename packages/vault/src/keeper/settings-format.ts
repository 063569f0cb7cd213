import { equalBytes, parseRecipient, Reader, type Recipient, toHex, utf8, Writer } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import { VaultError } from "../error.ts";
import { readStrictly } from "./malformed.ts";
import { idBytes } from "./names.ts";
import type { Policy, StoreKind, StoreSettings, VaultSettings } from "./settings.ts";

const MAGIC = "CHGVSETT";
const FORMAT = 1;
const ID_BYTES = 16;
export const MOST_OWNERS = 64;
const MOST_STORES = 64;
/** UTF-8 bytes of a provider or a region. */
const LONGEST_TEXT_BYTES = 256;
const CONTROL = /\p{C}/u;

/** A row's position is the number in the bytes. */
const kinds: readonly (StoreKind | undefined)[] = [
  undefined,
  "public",
  "private-on-premise",
  "private-hosted",
];

/** The bytes that the founder signs (docs/vault.md, "What lies on a store"). */
export function encodeSettings(settings: VaultSettings): Uint8Array<ArrayBuffer> {
  checkSettings(settings);
  const { vault, owners, stores, policy } = settings;
  const writer = new Writer().raw(utf8(MAGIC)).u16(FORMAT).fixed(idBytes(vault), ID_BYTES);
  writer.u16(owners.length);
  for (const { bytes } of owners) writer.bytes16(bytes);
  writer.u16(stores.length);
  for (const { id, kind, provider, region } of stores) {
    writer.fixed(idBytes(id), ID_BYTES).u8(kinds.indexOf(kind)).text16(provider).text16(region);
  }
  const { tolerate, publicBelowNeeded, regions } = policy;
  return writer
    .u8(tolerate)
    .u8(publicBelowNeeded ? 1 : 0)
    .u8(regions)
    .finish();
}

/** @throws VaultError `malformed` */
export async function parseSettings(engine: Engine, bytes: Uint8Array): Promise<VaultSettings> {
  const settings = await readStrictly(() => readSettings(engine, new Reader(bytes, "vault's settings")));
  checkSettings(settings);
  if (!equalBytes(encodeSettings(settings), bytes)) refuse("are not written as they should be");
  return settings;
}

/**
 * Whether settings are what settings can be; that their policy can hold is for `planPlacement` to say.
 * @throws VaultError `malformed`
 */
export function checkSettings({ vault, founder, owners, stores, policy }: VaultSettings): void {
  const ids = [vault, ...stores.map(({ id }) => id)];
  ids.forEach(idBytes);
  if (new Set(ids).size !== ids.length) refuse("name a store twice");
  if (!within(owners.length, 1, MOST_OWNERS)) refuse(`need 1 to ${MOST_OWNERS} owners`);
  if (!equalBytes(owners[0]!.bytes, founder.bytes)) refuse("do not name the founder as the first owner");
  if (new Set(owners.map(({ member }) => toHex(member))).size !== owners.length)
    refuse("name an owner twice");
  if (!within(stores.length, 1, MOST_STORES)) refuse(`need 1 to ${MOST_STORES} stores`);
  stores.forEach(checkStore);
  checkPolicyNumbers(policy, stores.length);
}

function checkStore({ kind, provider, region }: StoreSettings): void {
  if (kinds.indexOf(kind) < 1) refuse("name a kind of store that does not exist");
  for (const text of [provider, region]) {
    const plain = text.isWellFormed() && text === text.normalize("NFC") && !CONTROL.test(text);
    if (!plain || utf8(text).length > LONGEST_TEXT_BYTES) {
      refuse(`have a provider or region that is not plain text of at most ${LONGEST_TEXT_BYTES} bytes`);
    }
  }
}

function checkPolicyNumbers({ tolerate, regions }: Policy, stores: number): void {
  if (!within(tolerate, 0, stores - 1)) {
    refuse(`let ${tolerate} of ${stores} stores be lost; T is from 0 to ${stores - 1}`);
  }
  if (!within(regions, 1, stores)) refuse(`ask for ${regions} regions with ${stores} stores`);
}

async function readSettings(engine: Engine, reader: Reader): Promise<VaultSettings> {
  reader.magic(MAGIC);
  if (reader.u16() !== FORMAT) reader.fail("are of a format that is not known here");
  const vault = toHex(reader.fixed(ID_BYTES));
  const owners = await readOwners(engine, reader);
  const stores = readStores(reader);
  const tolerate = reader.u8();
  const below = reader.u8();
  if (below > 1) reader.fail("are unclear about public stores");
  const policy = { tolerate, publicBelowNeeded: below === 1, regions: reader.u8() };
  reader.end();
  return { vault, founder: owners[0]!, owners, stores, policy };
}

async function readOwners(engine: Engine, reader: Reader): Promise<Recipient[]> {
  const count = reader.u16();
  if (!within(count, 1, MOST_OWNERS)) reader.fail("have no owner or too many");
  const owners: Recipient[] = [];
  for (let left = count; left > 0; left--) {
    owners.push(await parseRecipient(engine, reader.bytes16(), "owner in the vault's settings"));
  }
  return owners;
}

function readStores(reader: Reader): StoreSettings[] {
  const count = reader.u16();
  if (!within(count, 1, MOST_STORES)) reader.fail("have no store or too many");
  return Array.from({ length: count }, () => {
    const id = toHex(reader.fixed(ID_BYTES));
    const kind = kinds[reader.u8()] ?? reader.fail("name a kind of store that is not known here");
    return { id, kind, provider: reader.text16(), region: reader.text16() };
  });
}

function within(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function refuse(problem: string): never {
  throw new VaultError("malformed", `The vault's settings ${problem}.`);
}

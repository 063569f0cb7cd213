import { equalBytes, parseRecipient, Reader, type Recipient, toHex, utf8, Writer } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import { VaultError } from "../error.ts";
import { readStrictly } from "./malformed.ts";
import { idBytes } from "./names.ts";
import type { Policy, StoreKind, StoreSettings, VaultSettings } from "./settings.ts";

const MAGIC = "CHGVSETT";
/**
 * Written. Still read are 2, which had no generation, and 1, which had neither weights nor rules about providers: both
 * are of the first generation.
 */
const FORMAT = 3;
const WITHOUT_GENERATION = 2;
const OLDEST_FORMAT = 1;
const MOST_GENERATION = 0xffff_ffff;
const ID_BYTES = 16;
export const MOST_OWNERS = 64;
const MOST_STORES = 64;
const MOST_WEIGHT = 100;
/** More are not planned for. */
const MOST_PROVIDERS_LOST = 1;
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
  return encodeAs(FORMAT, settings);
}

function encodeAs(format: number, settings: VaultSettings): Uint8Array<ArrayBuffer> {
  checkSettings(settings);
  const { vault, generation, owners, stores, policy } = settings;
  const writer = new Writer().raw(utf8(MAGIC)).u16(format).fixed(idBytes(vault), ID_BYTES);
  if (format > WITHOUT_GENERATION) writer.u32(generation);
  writer.u16(owners.length);
  for (const { bytes } of owners) writer.bytes16(bytes);
  writer.u16(stores.length);
  for (const { id, kind, provider, region, weight } of stores) {
    writer.fixed(idBytes(id), ID_BYTES).u8(kinds.indexOf(kind)).text16(provider).text16(region);
    if (format > OLDEST_FORMAT) writer.u8(weight);
  }
  const { tolerate, publicBelowNeeded, regions, providerBelowNeeded, tolerateProviders } = policy;
  writer.u8(tolerate).u8(Number(publicBelowNeeded)).u8(regions);
  if (format > OLDEST_FORMAT) writer.u8(Number(providerBelowNeeded)).u8(tolerateProviders);
  return writer.finish();
}

/** @throws VaultError `malformed` */
export async function parseSettings(engine: Engine, bytes: Uint8Array): Promise<VaultSettings> {
  const { format, ...settings } = await readStrictly(() =>
    readSettings(engine, new Reader(bytes, "vault's settings")),
  );
  checkSettings(settings);
  if (!equalBytes(encodeAs(format, settings), bytes)) refuse("are not written as they should be");
  return settings;
}

/**
 * Whether settings are what settings can be; that their policy can hold is for `planPlacement` to say.
 * @throws VaultError `malformed`
 */
export function checkSettings(settings: VaultSettings): void {
  const { vault, generation, founder, owners, stores, policy } = settings;
  const ids = [vault, ...stores.map(({ id }) => id)];
  ids.forEach(idBytes);
  if (!within(generation, 1, MOST_GENERATION)) refuse("have a generation that is none");
  if (new Set(ids).size !== ids.length) refuse("name a store twice");
  if (!within(owners.length, 1, MOST_OWNERS)) refuse(`need 1 to ${MOST_OWNERS} owners`);
  if (!equalBytes(owners[0]!.bytes, founder.bytes)) refuse("do not name the founder as the first owner");
  if (new Set(owners.map(({ member }) => toHex(member))).size !== owners.length)
    refuse("name an owner twice");
  if (!within(stores.length, 1, MOST_STORES)) refuse(`need 1 to ${MOST_STORES} stores`);
  stores.forEach(checkStore);
  checkPolicyNumbers(policy, stores.length);
}

function checkStore({ kind, provider, region, weight }: StoreSettings): void {
  if (kinds.indexOf(kind) < 1) refuse("name a kind of store that does not exist");
  if (!within(weight, 1, MOST_WEIGHT))
    refuse(`weigh a store with ${weight}; weights are from 1 to ${MOST_WEIGHT}`);
  for (const text of [provider, region]) {
    const plain = text.isWellFormed() && text === text.normalize("NFC") && !CONTROL.test(text);
    if (!plain || utf8(text).length > LONGEST_TEXT_BYTES) {
      refuse(`have a provider or region that is not plain text of at most ${LONGEST_TEXT_BYTES} bytes`);
    }
  }
}

function checkPolicyNumbers({ tolerate, regions, tolerateProviders }: Policy, stores: number): void {
  if (!within(tolerate, 0, stores - 1)) {
    refuse(`let ${tolerate} of ${stores} stores be lost; T is from 0 to ${stores - 1}`);
  }
  if (!within(regions, 1, stores)) refuse(`ask for ${regions} regions with ${stores} stores`);
  if (!within(tolerateProviders, 0, MOST_PROVIDERS_LOST)) {
    refuse(`let ${tolerateProviders} providers be lost; it is from 0 to ${MOST_PROVIDERS_LOST}`);
  }
}

async function readSettings(engine: Engine, reader: Reader): Promise<VaultSettings & { format: number }> {
  reader.magic(MAGIC);
  const format = reader.u16();
  if (!within(format, OLDEST_FORMAT, FORMAT)) reader.fail("are of a format that is not known here");
  const vault = toHex(reader.fixed(ID_BYTES));
  const generation = format > WITHOUT_GENERATION ? reader.u32() : 1;
  const owners = await readOwners(engine, reader);
  const stores = readStores(reader, format);
  const policy = readPolicy(reader, format);
  reader.end();
  return { format, vault, generation, founder: owners[0]!, owners, stores, policy };
}

function readPolicy(reader: Reader, format: number): Policy {
  const tolerate = reader.u8();
  const publicBelowNeeded = readTruth(reader, "are unclear about public stores");
  const regions = reader.u8();
  const rules = { tolerate, publicBelowNeeded, regions };
  if (format === OLDEST_FORMAT) return { ...rules, providerBelowNeeded: false, tolerateProviders: 0 };
  const providerBelowNeeded = readTruth(reader, "are unclear about providers");
  return { ...rules, providerBelowNeeded, tolerateProviders: reader.u8() };
}

function readTruth(reader: Reader, problem: string): boolean {
  const value = reader.u8();
  if (value > 1) reader.fail(problem);
  return value === 1;
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

function readStores(reader: Reader, format: number): StoreSettings[] {
  const count = reader.u16();
  if (!within(count, 1, MOST_STORES)) reader.fail("have no store or too many");
  return Array.from({ length: count }, () => {
    const id = toHex(reader.fixed(ID_BYTES));
    const kind = kinds[reader.u8()] ?? reader.fail("name a kind of store that is not known here");
    const [provider, region] = [reader.text16(), reader.text16()];
    return { id, kind, provider, region, weight: format === OLDEST_FORMAT ? 1 : reader.u8() };
  });
}

function within(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function refuse(problem: string): never {
  throw new VaultError("malformed", `The vault's settings ${problem}.`);
}

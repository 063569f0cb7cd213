import {
  createIdentity,
  formatIdentityFile,
  type Identity,
  parseIdentityFile,
  type RecordContent,
  RIGHT_MANAGE,
  RIGHT_READ,
  RIGHT_WRITE,
  toHex,
  Word,
} from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import type { Id } from "@chirograph/vault";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createFoldersVault,
  type FoldersVault,
  openFoldersVault,
  type Wiring,
} from "../folders-vault/folders-vault.ts";

const engine = createEngine();

/** The word that the chart begins with, and the one that `word` changes it to. */
export const WORDS = ["adk21937", "bel40586"] as const;
/** Content above this is streamed, below it is packed. */
const LARGE_BYTES = 1_300_000;

/** What a fixture's folder holds beside stores and catalogue. */
interface Facts {
  readonly vault: Id;
  readonly stores: readonly Id[];
  readonly catalogueKey: string;
  readonly chart: Id;
  readonly people: Readonly<Record<"owner" | "colleague" | "specialist", string>>;
  /** Records that are there from the beginning, by name. */
  readonly records: Readonly<Record<string, Id>>;
}

export interface OpenFixture extends FoldersVault {
  readonly facts: Facts;
  readonly person: (name: keyof Facts["people"]) => Promise<Identity>;
}

/** Content of the record called `name`, the same every time. */
export function contentOf(name: string): RecordContent {
  const bytes = bytesOf(name);
  return {
    shape: "file",
    entries: [{ path: `${name}.bin`, bytes: bytes.length }],
    kind: "application/octet-stream",
    metadata: new Map([["name", name]]),
    data: inOnePiece(bytes),
  };
}

export function bytesOf(name: string): Uint8Array {
  const sizeBytes = name.startsWith("large") ? LARGE_BYTES : 9_000 + name.length;
  const seed = createHash("sha256").update(name).digest();
  const bytes = new Uint8Array(sizeBytes);
  for (let offset = 0; offset < sizeBytes; offset += seed.length) {
    bytes.set(seed.subarray(0, Math.min(seed.length, sizeBytes - offset)), offset);
    bytes[offset] = offset / seed.length;
  }
  return bytes;
}

/** Makes a vault of eight folders with one chart, a few records in it, and three people. */
export async function createFixture(folder: string): Promise<void> {
  const people = {
    owner: await createIdentity(engine),
    colleague: await createIdentity(engine),
    specialist: await createIdentity(engine),
  };
  const { recipient } = people.owner;
  mkdirSync(folder);
  const { keeping, vault } = await createFoldersVault(folder, people.owner);
  const chart = await vault.newChart({
    owner: people.owner,
    word: new Word(WORDS[0]),
    members: [{ recipient, rights: RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE }],
    label: "a chart that processes die over",
  });
  const names = ["alpha", "beta", "gamma", "delta", "large-0"];
  const records: Record<string, Id> = {};
  for await (const { index, record } of chart.put(
    names.map((name) => ({ content: () => contentOf(name) })),
  )) {
    records[names[index]!] = record;
  }
  await keeping.rows.close();
  const facts: Facts = {
    vault: keeping.settings.vault,
    stores: [...keeping.stores.keys()],
    catalogueKey: toHex(keeping.catalogueKey),
    chart: chart.id,
    people: {
      owner: await formatIdentityFile(engine, people.owner),
      colleague: await formatIdentityFile(engine, people.colleague),
      specialist: await formatIdentityFile(engine, people.specialist),
    },
    records,
  };
  writeFileSync(join(folder, "facts.json"), JSON.stringify(facts));
}

export async function openFixture(folder: string, wiring?: Wiring): Promise<OpenFixture> {
  const facts = JSON.parse(readFileSync(join(folder, "facts.json"), "utf8")) as Facts;
  const person = async (name: keyof Facts["people"]): Promise<Identity> => {
    const file = await parseIdentityFile(engine, facts.people[name]);
    return file.unlock(undefined);
  };
  const key = {
    vault: facts.vault,
    stores: facts.stores,
    catalogueKey: new Uint8Array(Buffer.from(facts.catalogueKey, "hex")),
    founder: (await person("owner")).recipient,
  };
  return { ...(await openFoldersVault(folder, key, wiring)), facts, person };
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

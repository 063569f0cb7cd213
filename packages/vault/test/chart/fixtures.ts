// What the tests of the client share: a vault in memory with people and a clock, records, and stores that count or fail.
import {
  concatAll,
  createIdentity,
  type Identity,
  RIGHT_READ,
  RIGHT_WRITE,
  type RecordContent,
  utf8,
  Word,
} from "@chirograph/core";
import { createEngine, type Engine } from "@chirograph/engine";
import { type Store, StoreError } from "@chirograph/stores";
import { createMemoryStore } from "@chirograph/stores/memory";
import { expect } from "vitest";
import type { Catalogue, Id } from "../../src/catalogue.ts";
import type { OpenChart } from "../../src/chart/open-chart.ts";
import type { VaultParts } from "../../src/chart/parts.ts";
import type { PutOptions, PutResult, RecordSource } from "../../src/chart/put/put.ts";
import type { Seen, SeenChart } from "../../src/chart/seen.ts";
import { openVault, type Vault } from "../../src/chart/vault.ts";
import { type Keeper, openKeeper } from "../../src/keeper/keeper.ts";
import type { Keeping } from "../../src/keeper/keeping.ts";
import { defaultPolicy } from "../../src/keeper/policy.ts";
import type { Policy, VaultSettings } from "../../src/keeper/settings.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";

const platform: Engine = createEngine();

/** The platform's engine with a guess that costs nothing; Argon2id has tests of its own. */
export const engine: Engine = {
  ...platform,
  argon2id: ({ password, salt, lengthBytes }) =>
    platform.hkdfSha512({ inputKey: concatAll([password, salt]), info: utf8("quick"), lengthBytes }),
};

export const TIME = 1_700_000_000_000;
export const word: Word = new Word("adk21937");

/** Matches an error by its code; texts are for people. */
export function refusal(code: string, more: object = {}): Error {
  return expect.objectContaining({ code, ...more }) as Error;
}

export interface People {
  readonly ada: Identity;
  readonly ben: Identity;
  readonly cleo: Identity;
  readonly dora: Identity;
}

async function makePeople(): Promise<People> {
  const [ada, ben, cleo, dora] = await Promise.all([0, 1, 2, 3].map(() => createIdentity(engine)));
  return { ada: ada!, ben: ben!, cleo: cleo!, dora: dora! };
}

export const people: People = await makePeople();

export function idOf(number: number): Id {
  return number.toString(16).padStart(32, "0");
}

/** A store that counts what is read, and fails when it is told to. */
class TestStore implements Store {
  readonly promises = { putIfAbsentIsAtomic: true };
  readBytes = 0;
  isDown = false;
  /** Puts fail after this many bytes. */
  putsFailAfter: number | undefined;
  /** Changes what is read. */
  tamper: ((bytes: Uint8Array) => Uint8Array) | undefined;
  readonly inner: Store = createMemoryStore();

  async put(...[name, body, options]: Parameters<Store["put"]>): Promise<void> {
    this.#requireUp();
    const most = this.putsFailAfter;
    if (most === undefined) return this.inner.put(name, body, options);
    let seen = 0;
    for await (const piece of body.bytes) {
      seen += piece.length;
      if (seen > most) throw new StoreError("full", "No space is left.");
    }
    throw new StoreError("full", "No space is left.");
  }

  async *get(...request: Parameters<Store["get"]>): AsyncGenerator<Uint8Array> {
    this.#requireUp();
    for await (const piece of this.inner.get(...request)) {
      this.readBytes += piece.length;
      yield this.tamper?.(piece) ?? piece;
    }
  }

  async head(...request: Parameters<Store["head"]>): ReturnType<Store["head"]> {
    this.#requireUp();
    return this.inner.head(...request);
  }

  async list(...request: Parameters<Store["list"]>): ReturnType<Store["list"]> {
    this.#requireUp();
    return this.inner.list(...request);
  }

  async delete(...request: Parameters<Store["delete"]>): Promise<void> {
    this.#requireUp();
    return this.inner.delete(...request);
  }

  /** Names of all that lies there. */
  async names(): Promise<string[]> {
    return (await this.inner.list({ prefix: "", limit: 1000 })).map(({ name }) => name);
  }

  #requireUp(): void {
    if (this.isDown) throw new StoreError("unavailable", "The store is away.");
  }
}

export function createSeen(): Seen & { readonly marks: Map<Id, SeenChart> } {
  const marks = new Map<Id, SeenChart>();
  return {
    marks,
    recall: async (chart) => marks.get(chart),
    remember: async (chart, seen) => void marks.set(chart, seen),
  };
}

export interface World {
  readonly stores: ReadonlyMap<Id, TestStore>;
  readonly keeping: Keeping;
  readonly keeper: Keeper;
  readonly clock: { now: number };
  /** One more client, with a memory of its own. */
  client(parts?: Partial<VaultParts>): Vault;
  /** One more keeper over the same stores, with rows of its own. */
  otherKeeper(): Keeping;
}

export function makeWorld(plan: { stores?: number; policy?: Partial<Policy> } = {}): World {
  const { stores: count = 5, policy = {} } = plan;
  const stores = new Map(Array.from({ length: count }, (_, index) => [idOf(index + 1), new TestStore()]));
  const settings: VaultSettings = {
    vault: idOf(0xfff),
    generation: 1,
    founder: people.ada.recipient,
    owners: [people.ada.recipient],
    stores: [...stores.keys()].map((id) => ({
      id,
      kind: "private-on-premise",
      provider: "",
      region: "",
      weight: 1,
    })),
    policy: { ...defaultPolicy(count), tolerate: 1, ...policy },
  };
  const clock = { now: TIME };
  const now = (): number => clock.now;
  const otherKeeper = (): Keeping => ({
    engine,
    rows: createMemoryRows(),
    settings,
    stores,
    catalogueKey: new Uint8Array(32).fill(7),
    now,
  });
  const keeping = otherKeeper();
  const keeper = openKeeper(keeping);
  return {
    stores,
    keeping,
    keeper,
    clock,
    client: (parts = {}) =>
      openVault({ engine, catalogue: keeper, stores, seen: createSeen(), now, ...parts }),
    otherKeeper,
  };
}

const READ_WRITE: number = RIGHT_READ | RIGHT_WRITE;

/** Ada's chart, in which Ben reads and writes. */
export function newChart(vault: Vault, label?: string): Promise<OpenChart> {
  const members = [{ recipient: people.ben.recipient, rights: READ_WRITE }];
  return vault.newChart({ owner: people.ada, word, members, ...(label === undefined ? {} : { label }) });
}

/** Bytes of which neighbours differ, the same in every run. */
export function pattern(lengthBytes: number, seed = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthBytes);
  for (let index = 0; index < lengthBytes; index++) bytes[index] = seed + 7 * index + (index >> 8);
  return bytes;
}

export function file(bytes: Uint8Array, path = "note.txt"): RecordContent {
  return {
    shape: "file",
    entries: [{ path, bytes: bytes.length }],
    kind: "text/plain",
    metadata: new Map([["title", "Überweisung"]]),
    data: inPieces(bytes),
  };
}

export function sourceOf(bytes: Uint8Array, record?: Id): RecordSource {
  return { content: () => file(bytes), ...(record === undefined ? {} : { record }) };
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += 100_000)
    yield bytes.subarray(offset, offset + 100_000);
}

export async function gather(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece.slice());
  return concatAll(all);
}

export async function putAll(
  chart: OpenChart,
  sources: Iterable<RecordSource>,
  options: PutOptions = {},
): Promise<PutResult[]> {
  const results: PutResult[] = [];
  for await (const result of chart.put(sources, options)) results.push(result);
  return results;
}

export async function putOne(chart: OpenChart, bytes: Uint8Array, record?: Id): Promise<PutResult> {
  return (await putAll(chart, [sourceOf(bytes, record)]))[0]!;
}

export async function read(chart: OpenChart, record: Id, version?: Id): Promise<Uint8Array> {
  return gather((await chart.open(record, version)).content());
}

/** A catalogue of which some answers are replaced. */
export function between(catalogue: Catalogue, changes: Partial<Catalogue>): Catalogue {
  return {
    reserve: (request) => catalogue.reserve(request),
    commit: (request) => catalogue.commit(request),
    find: (wanted) => catalogue.find(wanted),
    page: (request) => catalogue.page(request),
    ...changes,
  };
}

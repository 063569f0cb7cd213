// What the tests of the keeper share: people, a vault in memory, and versions that are ready to be committed.
import {
  appendLink,
  type Chart,
  concatAll,
  createChart,
  createIdentity,
  type Identity,
  labelled,
  type PlannedFragment,
  RIGHT_READ,
  RIGHT_WRITE,
  sealVersion,
  toHex,
  type UnlockedChart,
  utf8,
  Word,
} from "@chirograph/core";
import { createEngine, type Engine } from "@chirograph/engine";
import { packEntries, readTable, type Store, readAll } from "@chirograph/stores";
import { createMemoryStore } from "@chirograph/stores/memory";
import { expect } from "vitest";
import type { Id, NewVersion, Place } from "../../src/catalogue.ts";
import type { Keeper } from "../../src/keeper/keeper.ts";
import type { Keeping } from "../../src/keeper/keeping.ts";
import type { ObjectRow } from "../../src/keeper/rows.ts";
import { defaultPolicy } from "../../src/keeper/policy.ts";
import type { Policy, StoreKind, VaultSettings } from "../../src/keeper/settings.ts";
import { openStatements, type Statements } from "../../src/keeper/statement.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";

export const engine: Engine = createEngine();

/** The engine with a guess that costs nothing. */
const quickEngine: Engine = {
  ...engine,
  argon2id: ({ password, salt, lengthBytes }) =>
    engine.hkdfSha512({ inputKey: concatAll([password, salt]), info: utf8("quick"), lengthBytes }),
};

export const TIME = 1_700_000_000_000;
const word: Word = new Word("adk21937");
const FRAGMENTS = 8;

/** Matches an error by its code; texts are for people. */
export function refusal(code: string): Error {
  return expect.objectContaining({ code }) as Error;
}

export interface People {
  readonly ada: Identity;
  readonly ben: Identity;
  readonly cleo: Identity;
}

export async function makePeople(): Promise<People> {
  const [ada, ben, cleo] = await Promise.all([0, 1, 2].map(() => createIdentity(engine)));
  return { ada: ada!, ben: ben!, cleo: cleo! };
}

/** An id that differs from every other number's. */
export function idOf(number: number): Id {
  return number.toString(16).padStart(32, "0");
}

export function settingsOf(
  founder: Identity,
  stores: number,
  changes: { policy?: Partial<Policy>; kinds?: readonly StoreKind[] } = {},
): VaultSettings {
  return {
    vault: idOf(0xfff),
    generation: 1,
    founder: founder.recipient,
    owners: [founder.recipient],
    stores: Array.from({ length: stores }, (_, index) => ({
      id: idOf(index + 1),
      kind: changes.kinds?.[index] ?? "private-on-premise",
      provider: "",
      region: "",
      weight: 1,
    })),
    policy: { ...defaultPolicy(stores), tolerate: 1, ...changes.policy },
  };
}

/** A vault in memory whose clock stands until somebody moves it. */
export interface World {
  readonly keeping: Keeping;
  readonly stores: ReadonlyMap<Id, Store>;
  readonly clock: { now: number };
}

export function makeWorld(founder: Identity, stores: number, policy: Partial<Policy> = {}): World {
  const settings = settingsOf(founder, stores, { policy });
  const clock = { now: TIME };
  const map = new Map(settings.stores.map(({ id }) => [id, createMemoryStore()]));
  const keeping = {
    engine,
    rows: createMemoryRows(),
    settings,
    stores: map,
    catalogueKey: new Uint8Array(32).fill(7),
    now: () => clock.now,
  };
  return { keeping, stores: map, clock };
}

/** A chart of Ada's in which Ben may read and write; its first link is not committed yet. */
export function newChart({ ada, ben }: People): Promise<UnlockedChart> {
  const members = [
    { recipient: ada.recipient, rights: RIGHT_READ | RIGHT_WRITE },
    { recipient: ben.recipient, rights: RIGHT_READ | RIGHT_WRITE },
  ];
  return createChart(quickEngine, { owner: ada, members, time: TIME }, word);
}

export function chartId(chart: Chart): Id {
  return toHex(chart.state.chart);
}

/** A record id that proves its chart. */
export async function newRecordId(chart: Uint8Array): Promise<Uint8Array> {
  const random = engine.randomBytes(8);
  const hash = await engine.sha256([labelled("record-id", chart, random)]);
  return concatAll([random, hash.subarray(0, 8)]);
}

export type SealedVersion = Awaited<ReturnType<typeof sealVersion>>;

/** A version whose fragments are on their stores. */
export interface StoredVersion {
  readonly version: NewVersion;
  readonly sealed: SealedVersion;
}

/** Seals a small record and writes its fragments where `reserve` says. */
export async function storeVersion(
  keeper: Keeper,
  stores: ReadonlyMap<Id, Store>,
  unlocked: UnlockedChart,
  plan: { author: Identity; record?: Uint8Array; version?: Uint8Array<ArrayBuffer> },
): Promise<StoredVersion> {
  const reserved = await keeper.reserve({ fragments: FRAGMENTS, versions: 1, layout: "packed" });
  const pieces: Uint8Array[][] = [];
  let planned: readonly PlannedFragment[] = [];
  const bytes = utf8("a finding");
  const sealed = await sealVersion(
    plan.version === undefined ? engine : beginningWith(engine, plan.version),
    unlocked,
    {
      author: plan.author,
      suite: "aes-128",
      tolerate: reserved.tolerate,
      padded: true,
      time: TIME,
      record: plan.record ?? (await newRecordId(unlocked.chart.state.chart)),
      content: {
        shape: "file",
        entries: [{ path: "note.txt", bytes: bytes.length }],
        kind: "text/plain",
        metadata: new Map(),
        data: oneByOne(bytes),
      },
    },
    {
      async open(all) {
        planned = all;
        for (const _ of all) pieces.push([]);
      },
      async write(index, piece) {
        pieces[index]!.push(piece.slice());
      },
    },
  );
  const places = await place(pieces.map((own) => concatAll(own)));
  return { version: { envelope: sealed.envelope.bytes, places }, sealed };

  async function place(all: readonly Uint8Array[]): Promise<Place[]> {
    const placed: Place[] = [];
    const targets = reserved.targets[0]!;
    for (const { store, object } of new Map(targets.map((target) => [target.object, target])).values()) {
      const indexes = targets.flatMap((target, index) => (target.object === object ? [index] : []));
      const packed = packEntries(
        indexes.map((index) => ({
          id: idBytesOf(planned[index]!.name),
          kind: "fragment",
          lengthBytes: all[index]!.length,
          bytes: [all[index]!],
        })),
      );
      await stores.get(store)!.put(object, packed.body);
      indexes.forEach((index, row) => {
        const { offset, lengthBytes } = packed.entries[row]!;
        placed[index] = { store, object, offset, lengthBytes };
      });
    }
    return placed;
  }
}

/** The engine, of which the first random bytes are known: the id of the version that it seals next. */
function beginningWith(base: Engine, first: Uint8Array<ArrayBuffer>): Engine {
  let count = 0;
  return { ...base, randomBytes: (lengthBytes) => (count++ === 0 ? first : base.randomBytes(lengthBytes)) };
}

/** The chart with one more link that names these versions, and the link's bytes. */
export async function named(
  unlocked: UnlockedChart,
  signer: Identity,
  ...versions: readonly SealedVersion[]
): Promise<{ unlocked: UnlockedChart; link: Uint8Array }> {
  const changes = versions.map(({ change }) => change);
  const chart = await appendLink(engine, unlocked.chart, { signer, time: TIME, changes });
  return { unlocked: { ...unlocked, chart }, link: chart.links.at(-1)! };
}

/** All statements that lie in the stores, read as `verify` and `reindex` do. */
export async function statementsIn(
  world: World,
): Promise<{ store: Id; object: string; statements: Statements }[]> {
  const { settings, catalogueKey } = world.keeping;
  const found = [];
  for (const [id, store] of world.stores) {
    for (const { name } of await store.list({ prefix: "", limit: 1000 })) {
      if (name === "vault") continue;
      const [entry] = await readTable(store, name);
      if (entry?.kind !== "statement") continue;
      const at = { vault: settings.vault, store: id, object: name };
      const box = await readAll(store, name, entry);
      found.push({
        store: id,
        object: name,
        statements: await openStatements(engine, catalogueKey, at, box),
      });
    }
  }
  return found;
}

export async function statementRows(world: World): Promise<ObjectRow[]> {
  return world.keeping.rows.pageObjects({ kind: "statement", limit: 1000 });
}

/** What a store or the rows do instead of a call: nothing, the call, or the call without an answer. */
export type Fault = "none" | "before" | "after";

/** The same keeping, of which every write asks `next` first what is to become of it. */
export function withFaults(keeping: Keeping, next: (call: string, store?: Id) => Fault): Keeping {
  const guard = async <T>(call: string, run: () => Promise<T>, store?: Id): Promise<T> => {
    const fault = next(call, store);
    if (fault === "before") throw new Error(`${call} failed`);
    const result = await run();
    if (fault === "after") throw new Error(`${call} gave no answer`);
    return result;
  };
  const stores = Array.from(keeping.stores, ([id, store]): [Id, Store] => [
    id,
    {
      promises: store.promises,
      put: (name, body, options) => guard("put", () => store.put(name, body, options), id),
      get: (name, range, options) => store.get(name, range, options),
      head: (name, options) => store.head(name, options),
      list: (request, options) => store.list(request, options),
      delete: (name, options) => store.delete(name, options),
    },
  ]);
  const { rows } = keeping;
  const guarded = new Proxy(rows, {
    get(target, method) {
      const value: unknown = Reflect.get(target, method);
      if (typeof value !== "function") return value;
      const run = (...args: unknown[]): Promise<unknown> =>
        Reflect.apply(value, target, args) as Promise<unknown>;
      if (method !== "begin" && method !== "finish") return run;
      return (...args: unknown[]) => guard(method, () => run(...args));
    },
  });
  return { ...keeping, stores: new Map(stores), rows: guarded };
}

async function* oneByOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function idBytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g)!, (pair) => Number.parseInt(pair, 16));
}

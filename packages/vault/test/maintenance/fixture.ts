// A small vault in memory with several charts and records, and ways to hurt it.
import {
  appendLink,
  concatAll,
  eraseRecord,
  type Identity,
  sealVersion,
  toHex,
  type UnlockedChart,
} from "@chirograph/core";
import { packEntries, readAll, type Store, StoreError } from "@chirograph/stores";
import { createMemoryStore } from "@chirograph/stores/memory";
import type { Id, NewVersion, Place } from "../../src/catalogue.ts";
import { createVault } from "../../src/keeper/create.ts";
import { HEADER_NAME } from "../../src/keeper/header.ts";
import { type Keeper, openKeeper } from "../../src/keeper/keeper.ts";
import type { Keeping } from "../../src/keeper/keeping.ts";
import type { Rows } from "../../src/keeper/rows.ts";
import type { Policy, VaultSettings } from "../../src/keeper/settings.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";
import {
  chartId,
  engine,
  makePeople,
  newChart,
  newRecordId,
  type People,
  settingsOf,
  TIME,
} from "../keeper/fixtures.ts";

export interface Vault {
  readonly keeping: Keeping;
  readonly keeper: Keeper;
  readonly stores: Map<Id, Store>;
  readonly headers: ReadonlyMap<Id, Uint8Array>;
  readonly clock: { now: number };
}

export interface PutRecord {
  readonly record: Id;
  readonly version: Id;
}

let people: Promise<People> | undefined;
let unlocked: Promise<UnlockedChart> | undefined;

export function thePeople(): Promise<People> {
  people ??= makePeople();
  return people;
}

/** One chart for all tests of a file: its word is guarded by Argon2id. */
async function theChart(): Promise<UnlockedChart> {
  const everybody = await thePeople();
  unlocked ??= newChart(everybody);
  return unlocked;
}

export async function makeVault(
  storeCount: number,
  policy: Partial<Policy> = {},
  changes: { rows?: Rows; stores?: readonly Store[]; catalogueKey?: Uint8Array } = {},
): Promise<Vault> {
  const { rows = createMemoryRows(), stores, catalogueKey = new Uint8Array(32).fill(7) } = changes;
  const { ada } = await thePeople();
  const settings: VaultSettings = settingsOf(ada, storeCount, { policy });
  const map = new Map(settings.stores.map(({ id }, index) => [id, stores?.[index] ?? createMemoryStore()]));
  await createVault(engine, { stores: map, settings, founder: ada, catalogueKey });
  const headers = new Map<Id, Uint8Array>();
  for (const [id, store] of map) headers.set(id, await readAll(store, HEADER_NAME));
  const clock = { now: TIME };
  const keeping: Keeping = { engine, rows, settings, stores: map, catalogueKey, now: () => clock.now };
  return { keeping, keeper: openKeeper(keeping), stores: map, headers, clock };
}

/** Writes records into one chart, with all their fragments of one store in one object, and commits them together. */
export class Scribe {
  readonly #vault: Vault;
  readonly #author: Identity;
  #chart: UnlockedChart;
  #isNew = true;

  private constructor(vault: Vault, author: Identity, chart: UnlockedChart) {
    this.#vault = vault;
    this.#author = author;
    this.#chart = chart;
  }

  static async begin(vault: Vault): Promise<Scribe> {
    return new Scribe(vault, (await thePeople()).ada, await theChart());
  }

  /** The same hand in the same chart, over the vault as somebody opened it anew. */
  over(vault: Vault): Scribe {
    const scribe = new Scribe(vault, this.#author, this.#chart);
    scribe.#isNew = this.#isNew;
    return scribe;
  }

  get chart(): Id {
    return chartId(this.#chart.chart);
  }

  async put(sizes: readonly number[]): Promise<PutRecord[]> {
    const { keeper, stores } = this.#vault;
    const total = this.#chart.word!.length;
    const reserved = await keeper.reserve({ fragments: total, versions: sizes.length, layout: "packed" });
    const fragments: { id: Uint8Array; bytes: Uint8Array; version: number; index: number }[] = [];
    const sealed = [];
    for (const [version, size] of sizes.entries()) {
      const pieces: Uint8Array[][] = Array.from({ length: total }, () => []);
      let names: readonly string[] = [];
      const record = await newRecordId(this.#chart.chart.state.chart);
      const one = await sealVersion(
        engine,
        this.#chart,
        {
          author: this.#author,
          suite: "aes-128",
          tolerate: reserved.tolerate,
          padded: false,
          time: TIME,
          record,
          content: {
            shape: "file",
            entries: [{ path: "note.txt", bytes: size }],
            kind: "text/plain",
            metadata: new Map(),
            data: contentOf(size, version),
          },
        },
        {
          async open(planned) {
            names = planned.map(({ name }) => name);
          },
          async write(index, bytes) {
            pieces[index]!.push(bytes.slice());
          },
        },
      );
      sealed.push(one);
      names.forEach((name, index) =>
        fragments.push({ id: bytesOf(name), bytes: concatAll(pieces[index] ?? []), version, index }),
      );
    }
    const places: (Place | null)[][] = sizes.map(() => []);
    const byObject = Map.groupBy(fragments, ({ version, index }) => {
      const { store, object } = reserved.targets[version]![index]!;
      return `${store}/${object}`;
    });
    for (const [key, own] of byObject) {
      const [store, object] = key.split("/") as [Id, string];
      const packed = packEntries(
        own.map(({ id, bytes }) => ({ id, kind: "fragment", lengthBytes: bytes.length, bytes: [bytes] })),
      );
      await stores.get(store)!.put(object, packed.body);
      own.forEach(({ version, index }, row) => {
        const { offset, lengthBytes } = packed.entries[row]!;
        places[version]![index] = { store, object, offset, lengthBytes };
      });
    }
    const before = this.#isNew ? this.#chart.chart.links : [];
    const chart = await appendLink(engine, this.#chart.chart, {
      signer: this.#author,
      time: TIME,
      changes: sealed.map(({ change }) => change),
    });
    const versions: NewVersion[] = sealed.map(({ envelope }, index) => ({
      envelope: envelope.bytes,
      places: places[index]!,
    }));
    const result = await keeper.commit({
      reservations: [reserved.id],
      links: [...before, chart.links.at(-1)!],
      versions,
    });
    if (result.state !== "committed") throw new Error("a conflict that no test asked for");
    this.#chart = { ...this.#chart, chart };
    this.#isNew = false;
    return sealed.map(({ envelope }) => ({
      record: toHex(envelope.record),
      version: toHex(envelope.version),
    }));
  }

  async erase(...records: readonly PutRecord[]): Promise<void> {
    const before = this.#chart.chart.links.length;
    for (const { record, version } of records) {
      const erased = { record: bytesOf(record), version: bytesOf(version) };
      this.#chart = await eraseRecord(engine, this.#chart, erased, { signer: this.#author, time: TIME });
    }
    const links = this.#chart.chart.links.slice(before);
    await this.#vault.keeper.commit({ reservations: [], links, versions: [] });
  }
}

async function* contentOf(size: number, seed: number): AsyncGenerator<Uint8Array> {
  yield Uint8Array.from({ length: size }, (_, index) => seed + 31 * index + (index >> 7));
}

export function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g)!, (pair) => Number.parseInt(pair, 16));
}

/** Every object of every store but the headers. */
export async function objectsOf(vault: Vault): Promise<{ store: Id; name: string; bytes: Uint8Array }[]> {
  const objects = [];
  for (const [id, store] of vault.stores) {
    for (const { name } of await store.list({ prefix: "", limit: 1000 })) {
      objects.push({ store: id, name, bytes: await readAll(store, name) });
    }
  }
  return objects;
}

/** Puts other bytes in the place of an object. */
export async function overwrite(store: Store, name: string, bytes: Uint8Array): Promise<void> {
  await store.delete(name);
  await store.put(name, { sizeBytes: bytes.length, bytes: [bytes] });
}

/** Every fragment that a version's places name, by id: what must be the same before and after. */
export async function fragmentsOf({ keeping }: Vault): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const row of await keeping.rows.pageVersions({ limit: 1000 })) {
    for (const [index, place] of row.places.entries()) {
      if (place === null) continue;
      const store = keeping.stores.get(place.store);
      if (store === undefined) continue;
      found.set(
        `${row.version}/${index}`,
        toHex(await engine.sha256([await readAll(store, place.object, place)])),
      );
    }
  }
  return found;
}

/** A store that lost everything. */
export async function wipeStore(store: Store): Promise<void> {
  for (const { name } of await store.list({ prefix: "", limit: 1000 })) await store.delete(name);
}

/** A store that does not answer. */
export function silentStore(): Store {
  return {
    promises: { putIfAbsentIsAtomic: true },
    put: refuse,
    // oxlint-disable-next-line require-yield
    async *get() {
      await refuse();
    },
    head: refuse,
    list: refuse,
    delete: refuse,
  };
}

async function refuse(): Promise<never> {
  throw new StoreError("unavailable", "silent");
}

export function withStores(vault: Vault, change: (stores: Map<Id, Store>) => void): Vault {
  const stores = new Map(vault.stores);
  change(stores);
  return { ...vault, stores, keeping: { ...vault.keeping, stores } };
}

/** The keeping, of which the `index`-th write to a store or to the rows throws, before or after it was done. */
export function crashingAt(
  keeping: Keeping,
  index: number,
  when: "before" | "after",
): { keeping: Keeping; hasCrashed: () => boolean } {
  let calls = 0;
  const step = async <T>(run: () => Promise<T>): Promise<T> => {
    const isMine = calls++ >= index;
    if (isMine && (when === "before" || calls > index + 1)) throw new Error("crash");
    const result = await run();
    if (isMine) throw new Error("crash");
    return result;
  };
  const writes = new Set([
    "put",
    "delete",
    "reserve",
    "replace",
    "paid",
    "forget",
    "gone",
    "saveJob",
    "swapJob",
  ]);
  const wrapped = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(from, key) {
        const value: unknown = Reflect.get(from, key);
        if (typeof value !== "function") return value;
        const run = (...args: unknown[]): Promise<unknown> =>
          Reflect.apply(value, from, args) as Promise<unknown>;
        return writes.has(String(key)) ? (...args: unknown[]) => step(() => run(...args)) : run;
      },
    });
  const stores = new Map(Array.from(keeping.stores, ([id, store]) => [id, wrapped(store)]));
  return { keeping: { ...keeping, stores, rows: wrapped(keeping.rows) }, hasCrashed: () => calls > index };
}

export { engine };

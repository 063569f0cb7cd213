import {
  createIdentity,
  type Identity,
  type RecordContent,
  RIGHT_MANAGE,
  RIGHT_READ,
  RIGHT_WRITE,
  toHex,
  Word,
} from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import { readAll, type Store } from "@chirograph/stores";
import { createMemoryStore } from "@chirograph/stores/memory";
import {
  createVault,
  defaultPolicy,
  type Id,
  type Keeping,
  type KnownHeaders,
  openKeeper,
  openVault,
  reindexVault,
  repairVault,
  type Rows,
  type VaultSettings,
  verifyVault,
} from "@chirograph/vault";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSqliteRows, openSqliteRows } from "../src/sqlite/sqlite-rows.ts";

const engine = createEngine();
const STORES = 4;
const MEMBER_RIGHTS = RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE;
const SWEPT_AFTER_MS = 25 * 3_600_000;

/** A vault whose catalogue lies in a file and can be copied with all its stores. */
interface Original {
  readonly file: string;
  readonly owner: Identity;
  readonly settings: VaultSettings;
  readonly catalogueKey: Uint8Array;
  readonly stores: ReadonlyMap<Id, Store>;
  readonly headers: KnownHeaders;
}

let folder: string;
let original: Original;
let files = 0;
const newFile = (): string => join(folder, `${files++}.sqlite`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "chirograph-crashes-"));
  original = await makeOriginal();
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function makeOriginal(): Promise<Original> {
  const owner = await createIdentity(engine);
  const catalogueKey = engine.randomBytes(32);
  const stores = new Map(Array.from({ length: STORES }, () => [newId(), createMemoryStore()]));
  const settings: VaultSettings = {
    vault: newId(),
    generation: 1,
    founder: owner.recipient,
    owners: [owner.recipient],
    stores: [...stores.keys()].map((id) => ({ id, kind: "public", provider: "", region: "", weight: 1 })),
    policy: defaultPolicy(STORES),
  };
  await createVault(engine, { stores, settings, founder: owner, catalogueKey });
  const headers = new Map<Id, Uint8Array>();
  for (const [id, store] of stores) headers.set(id, await readAll(store, "vault"));
  const file = newFile();
  const rows = await createSqliteRows(file);
  const keeping = { engine, rows, settings, stores, catalogueKey, now: Date.now };
  const seen = { recall: async () => undefined, remember: async () => {} };
  const vault = openVault({ engine, catalogue: openKeeper(keeping), stores, seen, now: Date.now });
  const members = [{ recipient: owner.recipient, rights: MEMBER_RIGHTS }];
  const chart = await vault.newChart({ owner, word: new Word("adk21937"), members });
  const records: Id[] = [];
  for await (const { record } of chart.put(
    [10, 2000, 30].map((size) => ({ content: () => contentOf(size) })),
  ))
    records.push(record);
  await chart.erase(records[0]!);
  await rows.close();
  return { file, owner, settings, catalogueKey, stores, headers };
}

function contentOf(sizeBytes: number): RecordContent {
  return {
    shape: "file",
    entries: [{ path: "note.txt", bytes: sizeBytes }],
    kind: "text/plain",
    metadata: new Map(),
    data: pieceOf(sizeBytes),
  };
}

async function* pieceOf(sizeBytes: number): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(sizeBytes).fill(sizeBytes);
}

function newId(): Id {
  return toHex(engine.randomBytes(16));
}

interface Copy {
  readonly file: string;
  readonly keeping: Omit<Keeping, "rows">;
  readonly clock: { now: number };
}

async function copyOfOriginal(): Promise<Copy> {
  const { settings, catalogueKey } = original;
  const file = newFile();
  await copyFile(original.file, file);
  const stores = new Map<Id, Store>();
  for (const [id, store] of original.stores) stores.set(id, await copyOfStore(store));
  const clock = { now: Date.now() };
  return { file, keeping: { engine, settings, stores, catalogueKey, now: () => clock.now }, clock };
}

async function copyOfStore(store: Store): Promise<Store> {
  const copy = createMemoryStore();
  for (const { name, sizeBytes } of await store.list({ prefix: "", limit: 1000 })) {
    await copy.put(name, { sizeBytes, bytes: [await readAll(store, name)] });
  }
  return copy;
}

/** Lets so many writes through, to rows and stores together; then nothing is written any more, as after a crash. */
class Fuse {
  isBlown = false;
  #left: number;

  constructor(writes: number) {
    this.#left = writes;
  }

  /** Reads pass always: a process that died asks nothing either, but nobody would know. */
  guard<Guarded extends object>(guarded: Guarded, writes: readonly (keyof Guarded)[]): Guarded {
    return new Proxy(guarded, {
      get: (from, key) => {
        const value: unknown = Reflect.get(from, key);
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => {
          if (writes.includes(key as keyof Guarded)) this.#count();
          return Reflect.apply(value, from, args);
        };
      },
    });
  }

  #count(): void {
    if (this.#left > 0) {
      this.#left--;
      return;
    }
    this.isBlown = true;
    throw new Error("crash");
  }
}

const ROW_WRITES = ["reserve", "replace", "paid", "forget", "gone", "restore", "saveJob", "swapJob"] as const;

function fused(rows: Rows, stores: ReadonlyMap<Id, Store>, fuse: Fuse): Pick<Keeping, "rows" | "stores"> {
  const guarded = Array.from(stores, ([id, at]) => [id, fuse.guard(at, ["put", "delete"])] as const);
  return { rows: fuse.guard(rows, ROW_WRITES), stores: new Map(guarded) };
}

async function expectWhole(keeping: Keeping): Promise<void> {
  const { repairable, lost, leftToDelete, checkedVersions } = await verifyVault(keeping, {
    fresh: true,
    headers: original.headers,
  });
  const nothing = { repairable: [], lost: [], leftToDelete: [], checkedVersions: 2 };
  expect({ repairable, lost, leftToDelete, checkedVersions }).toEqual(nothing);
}

test("repair that dies at any write is completed by the next one", async () => {
  const { headers } = original;
  let isOver = false;
  for (let writes = 0; !isOver; writes++) {
    const { file, keeping, clock } = await copyOfOriginal();
    const [lost] = keeping.stores.values();
    for (const { name } of await lost!.list({ prefix: "", limit: 1000 })) await lost!.delete(name);
    const fuse = new Fuse(writes);
    const dying = await openSqliteRows(file);
    const repair = repairVault({ ...keeping, ...fused(dying, keeping.stores, fuse) }, { headers });
    await repair.catch(() => undefined);
    await dying.close();
    isOver = !fuse.isBlown;

    const rows = await openSqliteRows(file);
    expect(await repairVault({ ...keeping, rows }, { headers })).toMatchObject({ lost: [], atRisk: [] });
    await expectWhole({ ...keeping, rows });
    clock.now += SWEPT_AFTER_MS;
    await repairVault({ ...keeping, rows }, { headers });
    await expectNothingElse({ ...keeping, rows });
    await rows.close();
  }
});

/** No object lies in a store that the rows do not know. */
async function expectNothingElse({ rows, stores }: Keeping): Promise<void> {
  const known = new Set(
    (await rows.pageObjects({ limit: 1000 })).map(({ store, name }) => `${store}/${name}`),
  );
  for (const [id, store] of stores) {
    const names = (await store.list({ prefix: "", limit: 1000 })).map(({ name }) => name);
    expect(names.filter((name) => name !== "vault" && !known.has(`${id}/${name}`))).toEqual([]);
  }
}

test("reindex that dies at any write deletes nothing, and is completed by the next one", async () => {
  const { owner: identity } = original;
  let isOver = false;
  for (let writes = 0; !isOver; writes++) {
    const { keeping } = await copyOfOriginal();
    const stores = [...keeping.stores.values()];
    const rows = await createSqliteRows(newFile());
    const fuse = new Fuse(writes);
    const { rows: dying } = fused(rows, keeping.stores, fuse);
    await reindexVault(engine, { stores, identity, rows: dying }).catch(() => undefined);
    isOver = !fuse.isBlown;

    // Somebody repairs with what there is.
    if (fuse.isBlown && writes > 0) await repairVault({ ...keeping, rows });
    const report = await reindexVault(engine, { stores, identity, rows });
    expect(report).toMatchObject({ proven: true, versions: 3, problems: [] });
    await repairVault({ ...keeping, rows });
    await expectWhole({ ...keeping, rows });
    await rows.close();
  }
});

import { describe, expect, test } from "vitest";
import { rewriteObject } from "../../src/keeper/erase/rewrite.ts";
import { finishErasures } from "../../src/keeper/erase/finish-erasures.ts";
import type { Rows } from "../../src/keeper/rows.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import { verifyVault } from "../../src/keeper/verify/verify.ts";
import { refusal } from "../keeper/fixtures.ts";
import { makeVault, objectsOf, overwrite, Scribe, type Vault, wipeStore } from "./fixture.ts";

async function aVault(): Promise<{ vault: Vault; records: string[] }> {
  const vault = await makeVault(4);
  const scribe = await Scribe.begin(vault);
  const records: string[] = [];
  for (const size of [10, 200, 3000]) records.push(...(await scribe.put([size])).map(({ record }) => record));
  return { vault, records };
}

test("some records only", async () => {
  const { vault, records } = await aVault();
  const [row] = await vault.keeping.rows.versions(
    (await vault.keeping.rows.page({ of: "versions", limit: 10 }))
      .filter(({ record }) => record === records[0])
      .map(({ id }) => id),
  );
  const { store, object } = row!.places[0]!;
  await vault.stores.get(store)!.delete(object);
  expect(await verifyVault(vault.keeping, { records: [records[1]!] })).toMatchObject({
    checkedVersions: 1,
    checkedStatements: 4,
    repairable: [],
  });
  const hurt = await verifyVault(vault.keeping, { records: [records[0]!] });
  expect(new Set(hurt.repairable.map(({ record }) => record))).toEqual(new Set([records[0]]));
  await expect(verifyVault(vault.keeping, { records: ["0".repeat(32)] })).rejects.toThrow(refusal("unknown"));
  await repairVault(vault.keeping, { records: [records[0]!] });
  expect(await verifyVault(vault.keeping)).toMatchObject({ repairable: [], checkedVersions: 3 });
});

describe("a catalogue that forgot", () => {
  test("any one object: verify misses it, repair puts it back", async () => {
    const { vault } = await aVault();
    for (const { store, name, kind } of await vault.keeping.rows.pageObjects({ limit: 100 })) {
      await vault.keeping.rows.forget(store, name);
      const { repairable, lost } = await verifyVault(vault.keeping);
      expect(repairable.map((finding) => finding.kind)).toContain(`${kind} missing`);
      expect(lost).toEqual([]);
      await repairVault(vault.keeping);
      expect(await verifyVault(vault.keeping)).toMatchObject({ repairable: [], leftToDelete: [] });
    }
  });

  test("every statement object of a batch", async () => {
    const { vault } = await aVault();
    const statements = await vault.keeping.rows.pageObjects({ kind: "statement", limit: 100 });
    const own = statements.filter(({ batch }) => batch === statements[0]!.batch);
    for (const { store, name } of own) await vault.keeping.rows.forget(store, name);
    const { repairable } = await verifyVault(vault.keeping);
    expect(repairable.filter(({ kind }) => kind === "statement missing")).toHaveLength(own.length);
    expect(repairable.map(({ kind }) => kind)).toContain("envelopes on too few stores");
    await repairVault(vault.keeping);
    expect(await verifyVault(vault.keeping)).toMatchObject({ repairable: [], lost: [], leftToDelete: [] });
  });
});

/** Rows behind each of whose answers something else happens before anybody has it. */
function behindEach(rows: Rows, happens: (method: string | symbol) => Promise<void>): Rows {
  return new Proxy(rows, {
    get(from, key) {
      const value = Reflect.get(from, key) as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        const answer = await Reflect.apply(value, from, args);
        await happens(key);
        return answer;
      };
    },
  });
}

test("what another process moves meanwhile is not taken for lost", async () => {
  const vault = await makeVault(4);
  const scribe = await Scribe.begin(vault);
  const [first] = await scribe.put([10, 20, 30]);
  const { rows } = vault.keeping;
  let [hasPaged, hasMoved] = [false, false];
  const late = behindEach(rows, async (method) => {
    hasPaged ||= method === "pageVersions";
    if (method !== "batch" || !hasPaged || hasMoved) return;
    hasMoved = true;
    await scribe.erase(first!);
    await finishErasures(vault.keeping);
  });
  const report = await verifyVault({ ...vault.keeping, rows: late });
  expect(hasMoved).toBe(true);
  expect(report.lost).toEqual([]);
  expect(report.repairable.filter(({ kind }) => kind.startsWith("fragment"))).toEqual([]);
});

test("what moves again and again is found in the end", async () => {
  const vault = await makeVault(4);
  await (await Scribe.begin(vault)).put([10, 20, 30]);
  const { rows } = vault.keeping;
  const [store, at] = [...vault.stores][0]!;
  let [hasPaged, moves] = [false, 0];
  const moveOne = async (): Promise<void> => {
    moves++;
    const objects = await rows.pageObjects({ store, kind: "fragment", state: "live", limit: 10 });
    const { name: object } = objects[0]!;
    const kept = (await rows.contents(store, object)).toSorted((one, other) => one.offset - other.offset);
    await rewriteObject(vault.keeping, at, { store, object, kept, signal: undefined });
    await at.delete(object);
    await rows.forget(store, object);
  };
  const late = behindEach(rows, async (method) => {
    hasPaged ||= method === "pageVersions";
    const tellsPlaces = method === "versions" || method === "batch";
    if (hasPaged && tellsPlaces && moves < 9) await moveOne();
  });
  const report = await verifyVault({ ...vault.keeping, rows: late });
  expect(report).toMatchObject({ repairable: [], lost: [], unreachable: [] });
  expect(moves).toBe(9);
});

test("a sample has as many different versions as were asked for, or all", async () => {
  const { vault } = await aVault();
  for (const [sample, checkedVersions] of [
    [1, 1],
    [2, 2],
    [3, 3],
    [9, 3],
  ] as const) {
    expect(await verifyVault(vault.keeping, { sample })).toMatchObject({ checkedVersions });
  }
});

test("many versions in one object: it is read once", async () => {
  const vault = await makeVault(4);
  await (await Scribe.begin(vault)).put(Array.from({ length: 60 }, () => 20));
  let reads = 0;
  for (const [id, store] of vault.stores) {
    const counted = new Proxy(store, {
      get(from, key) {
        const value: unknown = Reflect.get(from, key);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          if (key === "get") reads++;
          return Reflect.apply(value, from, args) as unknown;
        };
      },
    });
    vault.stores.set(id, counted);
  }
  expect(await verifyVault(vault.keeping)).toMatchObject({ checkedVersions: 60, repairable: [] });
  // Of every store: the header, the statement object, the fragment object.
  expect(reads).toBe(4 * 3);
});

describe("interrupted", () => {
  test("goes on where it was, with what it had found; fresh begins anew", async () => {
    const { vault } = await aVault();
    const [first] = [...vault.stores.keys()];
    const { name, bytes } = (await objectsOf(vault)).find((object) => object.store === first)!;
    await overwrite(vault.stores.get(first!)!, name, bytes.subarray(1));
    const whole = await verifyVault(vault.keeping);
    expect(whole.repairable.length).toBeGreaterThan(0);

    const stop = new AbortController();
    const reason = new Error("enough");
    const interrupted = verifyVault(vault.keeping, {
      signal: stop.signal,
      onProgress: ({ what }) => {
        if (what === "statements") stop.abort(reason);
      },
    });
    await expect(interrupted).rejects.toBe(reason);
    expect(await vault.keeping.rows.job("verify")).toBeDefined();

    // What was checked before is not read again: a statement that is lost now is not noticed.
    const statement = (await vault.keeping.rows.pageObjects({ kind: "statement", limit: 100 })).find(
      (row) => row.name !== name,
    )!;
    await vault.stores.get(statement.store)!.delete(statement.name);
    expect(await verifyVault(vault.keeping)).toEqual(whole);
    expect(await vault.keeping.rows.job("verify")).toBeUndefined();
    expect(await vault.keeping.rows.job("verify/0")).toBeUndefined();

    const again = await verifyVault(vault.keeping, { fresh: true });
    expect(again.repairable).toContainEqual(expect.objectContaining({ object: statement.name }));
  });

  test("an interrupted repair goes on, and ends with a whole vault", async () => {
    const { vault } = await aVault();
    await wipeStore([...vault.stores.values()][0]!);
    const stop = new AbortController();
    const reason = new Error("enough");
    const interrupted = repairVault(vault.keeping, {
      headers: vault.headers,
      signal: stop.signal,
      onProgress: ({ what }) => {
        if (what === "statements") stop.abort(reason);
      },
    });
    await expect(interrupted).rejects.toBe(reason);
    const report = await repairVault(vault.keeping, { headers: vault.headers });
    expect(report).toMatchObject({ lost: [], atRisk: [], writtenStatements: 3, writtenFragments: 6 });
    expect(await verifyVault(vault.keeping)).toMatchObject({ repairable: [], lost: [], leftToDelete: [] });
  });
});

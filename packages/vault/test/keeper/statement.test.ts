import { concatAll, labelled, sealBox, utf8 } from "@chirograph/core";
import { readAll, readTable } from "@chirograph/stores";
import { createMemoryStore } from "@chirograph/stores/memory";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  MOST_STATEMENT_BYTES,
  openStatements,
  sealStatements,
  statementBytes,
  statementObject,
} from "../../src/keeper/statement.ts";
import { engine, idOf, refusal } from "./fixtures.ts";

const key = new Uint8Array(32).fill(1);
const at = { vault: idOf(1), store: idOf(2), object: idOf(3) };
const statements = {
  batch: idOf(4),
  links: [utf8("a link"), utf8("another link")],
  envelopes: [utf8("an envelope")],
};

describe("statements", () => {
  test("that were sealed are opened", async () => {
    const bytes = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (links, envelopes) => {
        const written = { batch: idOf(9), links, envelopes };
        const opened = await openStatements(engine, key, at, await sealStatements(engine, key, at, written));
        expect(opened.batch).toBe(written.batch);
        expect(opened.links.map((link) => [...link])).toEqual(links.map((link) => [...link]));
        expect(opened.envelopes.map((own) => [...own])).toEqual(envelopes.map((own) => [...own]));
      }),
      { numRuns: 30 },
    );
  });

  test("open in their own place, vault and under their own key alone, and undamaged", async () => {
    const box = await sealStatements(engine, key, at, statements);
    const open = (place: typeof at, own = key, bytes: Uint8Array = box) =>
      openStatements(engine, own, place, bytes);
    for (const part of ["vault", "store", "object"] as const) {
      await expect(open({ ...at, [part]: idOf(8) })).rejects.toThrow(refusal("malformed"));
    }
    await expect(open(at, new Uint8Array(32))).rejects.toThrow(refusal("malformed"));
    for (let index = 0; index < box.length; index++) {
      const changed = box.slice();
      changed[index]! ^= 1;
      await expect(open(at, key, changed)).rejects.toThrow(refusal("malformed"));
    }
    await expect(open(at, key, box.subarray(0, 30))).rejects.toThrow(refusal("malformed"));
  });

  test.each<[string, (message: number[]) => number[]]>([
    ["cut short", (message) => message.slice(0, -1)],
    ["left over", (message) => [...message, 0]],
    ["of another magic", ([, ...rest]) => [0, ...rest]],
    ["without a link", (message) => [...message.slice(0, 24), 0, 0, 0, 0, 0, 0, 0, 0]],
    ["of more links than bytes", (message) => [...message.slice(0, 24), 255, 255, 255, 255]],
  ])("%s are refused, although somebody with the key sealed them", async (_, change) => {
    const message = concatAll([
      utf8("CHGSTATE"),
      new Uint8Array(16).fill(4),
      Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2, 7, 7),
      Uint8Array.of(0, 0, 0, 0),
    ]);
    const sealed = async (own: Uint8Array) =>
      sealBox(engine, {
        key: await engine.hkdfSha512({
          inputKey: key,
          info: labelled("vault-statement-key"),
          lengthBytes: 32,
        }),
        context: labelled("vault-statement", ...[1, 2, 3].map((id) => new Uint8Array(16).fill(id, 15))),
        message: own,
      });
    expect((await openStatements(engine, key, at, await sealed(message))).links).toEqual([
      Uint8Array.of(7, 7),
    ]);
    const bad = await sealed(Uint8Array.from(change([...message])));
    await expect(openStatements(engine, key, at, bad)).rejects.toThrow(refusal("malformed"));
  });

  test("lie in an object with one entry that tells nothing", async () => {
    const store = createMemoryStore();
    const object = await statementObject(engine, key, at, statements);
    await store.put(at.object, object.body);
    const table = await readTable(store, at.object);
    expect(table.map(({ kind, offset }) => [kind, offset])).toEqual([["statement", 0]]);
    expect(await openStatements(engine, key, at, await readAll(store, at.object, table[0]))).toEqual(
      statements,
    );
    const again = await statementObject(engine, key, at, statements);
    expect(again.entries[0]!.id).not.toEqual(object.entries[0]!.id);
  });

  test("of more than 32 MiB are refused in both directions", async () => {
    const links = [new Uint8Array(MOST_STATEMENT_BYTES)];
    expect(statementBytes({ links, envelopes: [] })).toBe(MOST_STATEMENT_BYTES + 36);
    const large = { batch: idOf(4), links, envelopes: [] };
    await expect(sealStatements(engine, key, at, large)).rejects.toThrow(refusal("malformed"));
    const bytes = new Uint8Array(MOST_STATEMENT_BYTES + 1_000_000);
    await expect(openStatements(engine, key, at, bytes)).rejects.toThrow(refusal("malformed"));
  });
});

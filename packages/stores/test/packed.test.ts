import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packEntries } from "../src/packed/pack.ts";
import type { EntryKind, EntryToPack } from "../src/packed/packed.ts";
import { readTable } from "../src/packed/read-table.ts";
import { createMemoryStore } from "../src/memory/memory-store.ts";
import { readAll } from "../src/read.ts";
import type { ByteRange, Store } from "../src/store.ts";
import { bodyOf, pattern, refusal, reusingMemory } from "./bodies.ts";

const HEAD = 12;
const ROW = 33;

const entry = (number: number, lengthBytes: number, kind: EntryKind = "fragment"): EntryToPack => ({
  id: idOf(number),
  kind,
  lengthBytes,
  bytes: [pattern(lengthBytes, number)],
});

function idOf(number: number): Uint8Array<ArrayBuffer> {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(12, number);
  return id;
}

const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The bytes of a packed object. */
async function packed(entries: readonly EntryToPack[]): Promise<Uint8Array<ArrayBuffer>> {
  const store = createMemoryStore();
  await store.put("object", packEntries(entries).body);
  return readAll(store, "object");
}

async function tableOf(bytes: Uint8Array): ReturnType<typeof readTable> {
  const store = createMemoryStore();
  await store.put("object", bodyOf(bytes));
  return readTable(store, "object");
}

/** A store that writes down which ranges are read. */
function watched(store: Store, reads: (ByteRange | undefined)[]): Store {
  return {
    promises: store.promises,
    put: (...call) => store.put(...call),
    get(name, range, options) {
      reads.push(range);
      return store.get(name, range, options);
    },
    head: (...call) => store.head(...call),
    list: (...call) => store.list(...call),
    delete: (...call) => store.delete(...call),
  };
}

describe("packed objects", () => {
  const anyEntries = fc.uniqueArray(
    fc.record({
      id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      kind: fc.constantFrom<EntryKind>("fragment", "statement"),
      content: fc.uint8Array({ maxLength: 300 }),
      pieceBytes: fc.integer({ min: 1, max: 100 }),
    }),
    { minLength: 1, maxLength: 30, selector: ({ id }) => id.join() },
  );

  test("give back every entry", async () => {
    await fc.assert(
      fc.asyncProperty(anyEntries, async (entries) => {
        const store = createMemoryStore();
        const object = packEntries(
          entries.map(({ id, kind, content, pieceBytes }) => ({
            id,
            kind,
            lengthBytes: content.length,
            bytes: reusingMemory(content, pieceBytes),
          })),
        );
        await store.put("object", object.body);
        const table = await readTable(store, "object");
        expect(table).toEqual(object.entries);
        expect(table.map(({ id, kind }) => ({ id, kind }))).toEqual(
          entries.map(({ id, kind }) => ({ id, kind })),
        );
        for (const [index, { offset, lengthBytes }] of table.entries()) {
          expect(await readAll(store, "object", { offset, lengthBytes })).toEqual(entries[index]!.content);
        }
      }),
    );
  });

  test("have the layout of docs/vault.md", async () => {
    const bytes = await packed([entry(1, 3), entry(2, 2, "statement")]);
    const expected = [
      [toHex(pattern(3, 1)), toHex(pattern(2, 2))],
      ["4348475441424c45", "00000002"],
      ["00000000000000000000000000000001", "01", "0000000000000000", "0000000000000003"],
      ["00000000000000000000000000000002", "02", "0000000000000003", "0000000000000002"],
      ["0000004e", "4348475041434b44"],
    ];
    expect(toHex(bytes)).toBe(expected.flat().join(""));
  });

  test("are malformed when any byte of table or trailer but the ids is another", async () => {
    const bytes = await packed([entry(1, 30), entry(2, 0, "statement"), entry(3, 5)]);
    const begin = 35;
    for (let position = begin; position < bytes.length; position++) {
      const inRows = position - begin - HEAD;
      const isId = inRows >= 0 && inRows < 3 * ROW && inRows % ROW < 16;
      // Both kinds exist, so this is another table, and a good one; what an entry holds is not the table's to prove.
      const isKind = inRows >= 0 && inRows < 3 * ROW && inRows % ROW === 16;
      if (isId || isKind) continue;
      for (const bit of [0, 7]) {
        const changed = new Uint8Array(bytes);
        changed[position]! ^= 1 << bit;
        await expect(tableOf(changed), `byte ${position}, bit ${bit}`).rejects.toEqual(refusal("malformed"));
      }
    }
  });

  describe("with one fault are malformed:", () => {
    type Surgery = (bytes: Uint8Array<ArrayBuffer>, view: DataView) => Uint8Array | void;
    const rows = 100;
    const row = (index: number): number => rows + HEAD + index * ROW;
    const trailer = rows + HEAD + 3 * ROW;
    const faults: Record<string, Surgery> = {
      "nothing at all": () => new Uint8Array(),
      "a trailer alone": (bytes) => bytes.subarray(trailer),
      "cut by a byte": (bytes) => bytes.subarray(0, -1),
      "cut in front": (bytes) => bytes.subarray(1),
      "a byte more behind": (bytes) => Uint8Array.of(...bytes, 0),
      "a byte more in front": (bytes) => Uint8Array.of(0, ...bytes),
      "a byte more before the table": (bytes) =>
        Uint8Array.of(...bytes.subarray(0, rows), 0, ...bytes.subarray(rows)),
      "another magic of the table": (bytes) => void (bytes[rows] = 0x63),
      "another magic of the trailer": (bytes) => void (bytes[trailer + 4] = 0x63),
      "no entry": (_, view) => view.setUint32(rows + 8, 0),
      "fewer entries than rows": (_, view) => view.setUint32(rows + 8, 2),
      "more entries than rows": (_, view) => view.setUint32(rows + 8, 4),
      "2³² − 1 entries": (_, view) => view.setUint32(rows + 8, 0xffff_ffff),
      "an id twice": (bytes) => bytes.set(idOf(1), row(2)),
      "kind 0": (bytes) => void (bytes[row(0) + 16] = 0),
      "kind 3": (bytes) => void (bytes[row(1) + 16] = 3),
      "a first entry that does not begin at 0": (_, view) => view.setBigUint64(row(0) + 17, 1n),
      "a gap": (_, view) => view.setBigUint64(row(1) + 17, 51n),
      "an overlap": (_, view) => view.setBigUint64(row(1) + 17, 49n),
      "an offset of 2⁶⁴ − 1": (_, view) => view.setBigUint64(row(1) + 17, 2n ** 64n - 1n),
      "a last entry one byte short": (_, view) => view.setBigUint64(row(2) + 25, 19n),
      "a last entry one byte long": (_, view) => view.setBigUint64(row(2) + 25, 21n),
      "a length of 2⁶⁴ − 1": (_, view) => view.setBigUint64(row(2) + 25, 2n ** 64n - 1n),
      "a length of 2⁶³": (_, view) => view.setBigUint64(row(0) + 25, 2n ** 63n),
      "entries out of order": (bytes) => {
        const [first, second] = [bytes.slice(row(0), row(1)), bytes.slice(row(1), row(2))];
        bytes.set(second, row(0));
        bytes.set(first, row(1));
      },
      "a table of 0 bytes": (_, view) => view.setUint32(trailer, 0),
      "a table of a row less": (_, view) => view.setUint32(trailer, HEAD + 2 * ROW),
      "a table of a row more": (_, view) => view.setUint32(trailer, HEAD + 4 * ROW),
      "a table of a byte more": (_, view) => view.setUint32(trailer, HEAD + 3 * ROW + 1),
      "a table of no row": (_, view) => view.setUint32(trailer, HEAD),
      "a table longer than the object": (_, view) => view.setUint32(trailer, HEAD + 100 * ROW),
      "a table of too many rows": (_, view) => view.setUint32(trailer, HEAD + 65_537 * ROW),
    };

    test.each(Object.entries(faults))("%s", async (_, fault) => {
      const bytes = await packed([entry(1, 50), entry(2, 30), entry(3, 20, "statement")]);
      expect(await tableOf(bytes)).toHaveLength(3);
      const changed = fault(bytes, new DataView(bytes.buffer)) ?? bytes;
      await expect(tableOf(changed)).rejects.toEqual(refusal("malformed"));
    });
  });

  test("are malformed when they are something else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await expect(tableOf(bytes)).rejects.toEqual(refusal("malformed"));
      }),
    );
  });

  test("that are not there are not found", async () => {
    await expect(readTable(createMemoryStore(), "object")).rejects.toEqual(refusal("not-found"));
  });

  // 64 KiB hold the trailer and a table of 1,985 rows.
  test.each([
    [1, 1],
    [1985, 1],
    [1986, 2],
    [5000, 2],
  ])("of %i entries take %i reads", async (count, expected) => {
    const reads: (ByteRange | undefined)[] = [];
    const store = watched(createMemoryStore(), reads);
    const object = packEntries(Array.from({ length: count }, (_, number) => entry(number, number % 50)));
    await store.put("object", object.body);
    expect(await readTable(store, "object")).toEqual(object.entries);
    expect(reads).toHaveLength(expected);
    expect(reads[0]?.lengthBytes).toBe(Math.min(object.body.sizeBytes, 65_536));
  });

  test("hold 65,536 entries, and no more", async () => {
    const most = Array.from({ length: 65_536 }, (_, number) => entry(number, 1));
    const bytes = await packed(most);
    expect(await tableOf(bytes)).toHaveLength(65_536);
    expect(() => packEntries([...most, entry(65_536, 1)])).toThrow(refusal("invalid"));
  });

  test.each<[string, EntryToPack[]]>([
    ["no entry", []],
    ["an id of 15 bytes", [{ ...entry(1, 1), id: new Uint8Array(15) }]],
    ["an id of 17 bytes", [{ ...entry(1, 1), id: new Uint8Array(17) }]],
    ["an id twice", [entry(1, 1), entry(2, 1), entry(1, 2)]],
    ["a negative length", [{ ...entry(1, 1), lengthBytes: -1 }]],
    ["half a byte", [{ ...entry(1, 1), lengthBytes: 0.5 }]],
    ["more than a number holds", [{ ...entry(1, 1), lengthBytes: Number.MAX_SAFE_INTEGER }]],
    [
      "more than a number holds together",
      [1, 2].map((id) => ({ ...entry(id, 1), lengthBytes: 2 ** 52 + 2 ** 51 })),
    ],
  ])("are not made of %s", (_, entries) => {
    expect(() => packEntries(entries)).toThrow(refusal("invalid"));
  });

  test.each([-1, 1])("are not written when an entry is %i byte off", async (difference) => {
    const wrong = { ...entry(2, 10), lengthBytes: 10 + difference };
    // The next entry would make up for it.
    const rest = { ...entry(3, 10), lengthBytes: 10 - difference };
    const store = createMemoryStore();
    const putting = store.put("object", packEntries([entry(1, 10), wrong, rest]).body);
    await expect(putting).rejects.toEqual(refusal("wrong-length"));
    expect(await store.head("object")).toBeNull();
  });
});

// What the tests of rows are about: ids that can be told apart, links, versions and intents made of them.
import type { Hash, Id, Place } from "../src/catalogue.ts";
import type { Intent, LinkRow, ObjectRow, Rows, Target, VersionRow } from "../src/keeper/rows.ts";

/** `sampleId("c", 7)`: c000…0007. The letter is a hexadecimal digit. */
export function sampleId(letter: string, number: number): Id {
  return letter + number.toString(16).padStart(31, "0");
}

export function sampleHash(number: number): Hash {
  return `d${number.toString(16).padStart(63, "0")}`;
}

export const [chartA, chartB] = [sampleId("c", 1), sampleId("c", 2)];
export const [store1, store2, store3] = [sampleId("5", 1), sampleId("5", 2), sampleId("5", 3)];

export function object(number: number): string {
  return sampleId("0", number);
}

export function place(store: Id, name: string, offset = 0, lengthBytes = 100): Place {
  return { store, object: name, offset, lengthBytes };
}

export function link(
  chart: Id,
  number: number,
  more: { generation?: number; previous?: readonly number[] } = {},
): Omit<LinkRow, "batch"> {
  const { generation = number, previous = [] } = more;
  const bytes = Uint8Array.of(number & 255, generation & 255, 7);
  return { chart, hash: sampleHash(number), generation, previous: previous.map(sampleHash), bytes };
}

export function version(number: number, places: readonly (Place | null)[]): Intent["versions"][number] {
  const envelope = Uint8Array.of(1, 2, number & 255);
  return { version: sampleId("e", number), record: sampleId("a", number), chart: chartA, envelope, places };
}

export function fragmentObject(store: Id, name: string, sizeBytes = 1000): ObjectRow {
  return { store, name, sizeBytes, kind: "fragment", state: "live", batch: undefined, envelopes: false };
}

/** An intent for chart A that changes nothing but what `parts` say. */
export function sampleIntent(number: number, parts: Partial<Intent> = {}): Intent {
  return {
    batch: sampleId("b", number),
    charts: [{ chart: chartA, expectedHeads: [] }],
    links: [],
    versions: [],
    erased: [],
    objects: [],
    statements: [],
    generation: 1,
    lease: 1_000,
    ...parts,
  };
}

/** Begins an intent whose objects are reserved, as a keeper does. */
export async function beginReserved(rows: Rows, intent: Intent): Promise<Id[]> {
  const places = intent.versions.flatMap((row) => row.places.filter((where) => where !== null));
  const objects = intent.objects.map(({ store, name }) => ({ store, object: name }));
  await reserveAll(rows, [...places, ...objects]);
  return rows.begin(intent);
}

export async function reserveAll(rows: Rows, objects: readonly Target[]): Promise<void> {
  const targets = objects.map((target) => ({ store: target.store, object: target.object }));
  await rows.reserve({
    id: sampleId("f", 999),
    generation: 1,
    objects: targets,
    expires: Number.MAX_SAFE_INTEGER,
  });
}

/** A version of two fragments, in objects 1 and 2 of two stores, and the commit that brought it. */
export function firstCommit(): { intent: Intent; made: VersionRow } {
  const made = version(1, [place(store1, object(1)), place(store2, object(2))]);
  const intent = sampleIntent(1, {
    links: [link(chartA, 1)],
    versions: [made],
    objects: [
      { store: store1, name: object(1), sizeBytes: 1000 },
      { store: store2, name: object(2), sizeBytes: 2000 },
    ],
    statements: [
      { store: store1, name: object(11), envelopes: true },
      { store: store2, name: object(12), envelopes: false },
    ],
  });
  return { intent, made: { ...made, batch: intent.batch, erased: false } };
}

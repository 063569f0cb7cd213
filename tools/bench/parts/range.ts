import { closeSync, mkdirSync, openSync, readFileSync, readSync } from "node:fs";
import { basename, join } from "node:path";
import { parseIdentityFile, Word } from "@chirograph/core";
import { openEmbedded } from "@chirograph/embedded";
import { createEngine } from "@chirograph/engine";
import { type Id, openVault, openKeeper, type OpenedRecord, type SeenChart } from "@chirograph/vault";
import { run } from "../command.ts";
import type { Context } from "../context.ts";
import { CountedStore, type Tally } from "./counted-store.ts";
import { blockBytesOf, NEEDED } from "../geometry.ts";
import { Noise } from "../noise.ts";
import type { RangeFigures } from "../results.ts";
import { KIB } from "../sizes.ts";

const engine = createEngine();

const MOST_ASKED_BYTES = 512 * KIB;
const READS = 300;
/** Not counted; what they give is held against the file. */
const WARMING_READS = 20;

/** Random places of one record in a vault of eight folders, read as a server or a viewer reads them: in process. */
export async function measureRanges(
  context: Context,
  input: string,
  recordBytes: number,
): Promise<RangeFigures> {
  const { chirograph, running, tell, workplace } = context;
  const folder = workplace.at("range");
  mkdirSync(folder);
  try {
    tell("putting the record, not counted");
    const chart = await chirograph.createVault(folder);
    await run(chirograph.put(input, folder, chart), running);
    return await withRecord(context, { folder, chart }, (record, tally) =>
      readPlaces(context, { record, tally, input, recordBytes }),
    );
  } finally {
    workplace.remove("range");
  }
}

async function withRecord<Result>(
  { chirograph }: Context,
  { folder, chart }: { folder: string; chart: string },
  use: (record: OpenedRecord, tally: Tally) => Promise<Result>,
): Promise<Result> {
  const identity = await (
    await parseIdentityFile(engine, readFileSync(chirograph.identity, "utf8"))
  ).unlock(undefined);
  const word = new Word(readFileSync(chirograph.word, "utf8").trim());
  const tally: Tally = { readBytes: 0 };
  const embedded = await openEmbedded(engine, join(folder, "vault"), "look");
  try {
    const { keeping } = embedded;
    const stores = new Map([...keeping.stores].map(([id, store]) => [id, new CountedStore(store, tally)]));
    const remembered = new Map<Id, SeenChart>();
    const vault = openVault({
      engine,
      catalogue: openKeeper({ ...keeping, stores }),
      stores,
      settings: keeping.settings,
      seen: {
        recall: async (id) => remembered.get(id),
        remember: async (id, seen) => void remembered.set(id, seen),
      },
      now: Date.now,
    });
    const opened = await vault.unlock(chart, identity, word);
    const [first] = opened.records();
    return await use(await opened.open(first!.record), tally);
  } finally {
    await embedded.close();
  }
}

async function readPlaces(
  { running, tell }: Context,
  {
    record,
    tally,
    input,
    recordBytes,
  }: { record: OpenedRecord; tally: Tally; input: string; recordBytes: number },
): Promise<RangeFigures> {
  if (record.sizeBytes !== recordBytes)
    throw new Error(`${basename(input)} has another length in the vault.`);
  const askedBytes = Math.min(MOST_ASKED_BYTES, recordBytes);
  const noise = new Noise(3);
  const milliseconds: number[] = [];
  const readBytes: number[] = [];
  tell(`reading ${READS} random places`);
  for (let read = 0; read < WARMING_READS + READS; read++) {
    running.signal.throwIfAborted();
    const first = noise.next(6).readUIntBE(0, 6) % (recordBytes - askedBytes + 1);
    tally.readBytes = 0;
    const started = performance.now();
    const pieces: Uint8Array[] = [];
    for await (const piece of record.content(first, first + askedBytes)) pieces.push(piece);
    const took = performance.now() - started;
    requireLength(pieces, askedBytes);
    if (read < WARMING_READS) {
      requireSame(Buffer.concat(pieces), input, first);
      continue;
    }
    milliseconds.push(took);
    readBytes.push(tally.readBytes);
  }
  return {
    recordBytes,
    askedBytes,
    stripeBytes: NEEDED * blockBytesOf(recordBytes),
    milliseconds,
    readBytes,
  };
}

function requireLength(pieces: readonly Uint8Array[], bytes: number): void {
  const found = pieces.reduce((sum, { length }) => sum + length, 0);
  if (found !== bytes) throw new Error(`a range came back with ${found} bytes instead of ${bytes}`);
}

function requireSame(found: Buffer, input: string, first: number): void {
  const expected = Buffer.alloc(found.length);
  const file = openSync(input, "r");
  try {
    readSync(file, expected, 0, found.length, first);
  } finally {
    closeSync(file);
  }
  if (!found.equals(expected)) throw new Error("a range came back changed");
}

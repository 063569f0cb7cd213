// 10,000 notes of 8 KiB into a vault of eight folders: in one call, one by one by eight clients, and back at random;
// beside rclone crypt and restic where they are installed, in the same run. `main.ts [NOTES]` takes another number.
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createIdentity,
  type RecordContent,
  RIGHT_MANAGE,
  RIGHT_READ,
  RIGHT_WRITE,
  Word,
} from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import type { OpenChart } from "@chirograph/vault";
import { createFoldersVault, storeFolders } from "../folders-vault/folders-vault.ts";

const engine = createEngine();

const NOTE_BYTES = 8192;
const CLIENTS = 8;

const count = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), "chirograph-notes-"));
try {
  const notes = writeNotes();
  await ours(notes);
  if (installed("rclone")) rclone();
  if (installed("restic")) restic();
} finally {
  rmSync(folder, { recursive: true });
}

function writeNotes(): Uint8Array[] {
  mkdirSync(at("notes"));
  return Array.from({ length: count }, (_, index) => {
    const note = randomBytes(NOTE_BYTES);
    writeFileSync(join(at("notes"), `${index}.txt`), note);
    return new Uint8Array(note);
  });
}

async function ours(notes: readonly Uint8Array[]): Promise<void> {
  const inOneCall = await createNotesVault(at("one-call"), 1);
  const [chart] = inOneCall.charts;
  const records: { record: string; note: number }[] = [];
  await timed("chirograph, one call", async () => {
    for await (const { index, record } of chart!.put(
      notes.map((note) => ({ content: () => contentOf(note) })),
    ))
      records.push({ record, note: index });
  });
  tellObjects(at("one-call"));
  await timed("chirograph, back at random, eight at a time", () =>
    byEight(shuffled(records), async ({ record, note }) =>
      requireEqual(await readRecord(chart!, record), notes[note]!),
    ),
  );
  await inOneCall.close();

  const oneByOne = await createNotesVault(at("one-by-one"), CLIENTS);
  await timed("chirograph, one by one by eight clients, a chart each", async () => {
    await byEight([...notes.entries()], async ([index, note], client) => {
      const puts = oneByOne.charts[client]!.put([{ content: () => contentOf(note) }]);
      for await (const { record } of puts) records[index] = { record, note: index };
    });
  });
  tellObjects(at("one-by-one"));
  await oneByOne.close();
}

/** A vault with some open charts. */
async function createNotesVault(
  vaultFolder: string,
  charts: number,
): Promise<{ charts: OpenChart[]; close: () => Promise<void> }> {
  mkdirSync(vaultFolder);
  const owner = await createIdentity(engine);
  const { keeping, vault } = await createFoldersVault(vaultFolder, owner);
  const members = [{ recipient: owner.recipient, rights: RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE }];
  const opened: OpenChart[] = [];
  for (let number = 0; number < charts; number++) {
    opened.push(await vault.newChart({ owner, word: new Word("adk21937"), members }));
  }
  return { charts: opened, close: () => keeping.rows.close() };
}

function rclone(): void {
  const key = execFileSync("rclone", ["obscure", "-"], {
    input: randomBytes(16).toString("hex"),
    encoding: "utf8",
  });
  const env = {
    ...process.env,
    RCLONE_CONFIG: "/dev/null",
    RCLONE_CONFIG_SEALED_TYPE: "crypt",
    RCLONE_CONFIG_SEALED_REMOTE: at("rclone"),
    RCLONE_CONFIG_SEALED_PASSWORD: key.trim(),
  };
  peer("rclone crypt, copy", "rclone", ["copy", "--transfers", String(CLIENTS), at("notes"), "sealed:"], env);
  peer(
    "rclone crypt, back",
    "rclone",
    ["copy", "--transfers", String(CLIENTS), "sealed:", at("rclone-back")],
    env,
  );
}

function restic(): void {
  const env = {
    ...process.env,
    RESTIC_PASSWORD: randomBytes(16).toString("hex"),
    RESTIC_CACHE_DIR: at("restic-cache"),
  };
  execFileSync("restic", ["-q", "-r", at("restic"), "init"], { env });
  peer("restic, backup", "restic", ["-q", "-r", at("restic"), "backup", at("notes")], env);
  peer(
    "restic, restore",
    "restic",
    ["-q", "-r", at("restic"), "restore", "latest", "--target", at("restic-back")],
    env,
  );
}

function peer(name: string, program: string, options: readonly string[], env: NodeJS.ProcessEnv): void {
  const started = performance.now();
  execFileSync(program, options, { env, stdio: ["ignore", "ignore", "inherit"] });
  tell(name, performance.now() - started);
}

function installed(program: string): boolean {
  const there = spawnSync(program, ["version"]).error === undefined;
  if (!there) console.log(`${program}: not installed, not measured`);
  return there;
}

async function timed(name: string, work: () => Promise<void>): Promise<void> {
  const started = performance.now();
  await work();
  tell(name, performance.now() - started);
}

function tell(name: string, tookMs: number): void {
  const perSecond = Math.round((count / tookMs) * 1000);
  console.log(`${name}: ${(tookMs / 1000).toFixed(2)} s, ${perSecond} notes a second`);
}

function tellObjects(vault: string): void {
  const objects = storeFolders(vault).map((store) =>
    readdirSync(store, { recursive: true, withFileTypes: true }),
  );
  const counts = objects.map((entries) => entries.filter((entry) => entry.isFile()).length);
  console.log(`  objects on each store: ${Math.min(...counts)} to ${Math.max(...counts)}`);
}

function contentOf(note: Uint8Array): RecordContent {
  return {
    shape: "file",
    entries: [{ path: "note.txt", bytes: note.length }],
    kind: "text/plain",
    metadata: new Map(),
    data: inPieces(note),
  };
}

async function* inPieces(note: Uint8Array): AsyncGenerator<Uint8Array> {
  yield note;
}

async function readRecord(chart: OpenChart, record: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await chart.open(record)).content()) pieces.push(piece);
  return Buffer.concat(pieces);
}

function requireEqual(found: Uint8Array, note: Uint8Array): void {
  if (Buffer.compare(found, note) !== 0) throw new Error("a note came back changed");
}

async function byEight<Item>(
  items: readonly Item[],
  work: (item: Item, client: number) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    for (const item of waiting) await work(item, client);
  });
  await Promise.all(clients);
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const order = items.map((item) => ({ item, key: Math.random() }));
  return order.toSorted((left, right) => left.key - right.key).map(({ item }) => item);
}

function at(name: string): string {
  return join(folder, name);
}

// Many small records into a vault of eight folders; then its catalogue is lost, and made again from the folders alone.
// What comes back must be row by row what was there. `main.ts [RECORDS]`; says how fast it was, and what memory it took.
import { createIdentity, type Identity, RIGHT_MANAGE, RIGHT_READ, RIGHT_WRITE, Word } from "@chirograph/core";
import { createSqliteRows } from "@chirograph/catalogue/sqlite";
import { createEngine } from "@chirograph/engine";
import { openFileStore } from "@chirograph/stores/file";
import { type RecordSource, reindexVault, repairVault, type Rows, verifyVault } from "@chirograph/vault";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFoldersVault, type FoldersVault, storeFolders } from "../folders-vault/folders-vault.ts";
import { requireEqualRows } from "./compare.ts";

const engine = createEngine();

const RECORD_BYTES = 1024;
const CHARTS = 20;
const MEMORY_SAMPLE_MS = 100;

const count = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), "chirograph-reindex-"));
try {
  const owner = await createIdentity(engine);
  const made = await createFoldersVault(folder, owner);
  await measured("put", () => putRecords(made, owner));
  const rows = await measured("reindex", () => reindexed(owner));
  await measured("compare", () => requireEqualRows(made.keeping.rows, rows));
  const keeping = { ...made.keeping, rows };
  await measured("verify", async () => requireWhole(await verifyVault(keeping)));
  await measured("repair", () => repairVault(keeping));
  await made.keeping.rows.close();
  await rows.close();
} finally {
  rmSync(folder, { recursive: true });
}

async function putRecords({ vault }: FoldersVault, owner: Identity): Promise<void> {
  const members = [{ recipient: owner.recipient, rights: RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE }];
  for (let number = 0; number < CHARTS; number++) {
    const chart = await vault.newChart({ owner, word: new Word("adk21937"), members });
    const [first, end] = [number, number + 1].map((part) => Math.floor((count * part) / CHARTS));
    let stored = 0;
    for await (const { storesMissing } of chart.put(sources(end! - first!))) {
      if (storesMissing.length > 0) throw new Error("a store is missing");
      stored++;
    }
    if (stored !== end! - first!) throw new Error("a record was not stored");
  }
}

function* sources(records: number): Generator<RecordSource> {
  for (let record = 0; record < records; record++) {
    yield {
      content: () => ({
        shape: "file",
        entries: [{ path: "note.txt", bytes: RECORD_BYTES }],
        kind: "text/plain",
        metadata: new Map(),
        data: content(),
      }),
    };
  }
}

async function* content(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(randomBytes(RECORD_BYTES));
}

/** From the folders and the owner's identity, into a file of its own. */
async function reindexed(identity: Identity): Promise<Rows> {
  const stores = await Promise.all(storeFolders(folder).map((path) => openFileStore(path)));
  const rows = await createSqliteRows(join(folder, "reindexed.sqlite"));
  const { proven, problems, unreferenced } = await reindexVault(engine, { stores, identity, rows });
  if (!proven || problems.length + unreferenced.length > 0) throw new Error("the reindex is not whole");
  return rows;
}

function requireWhole(report: Awaited<ReturnType<typeof verifyVault>>): void {
  const { checkedVersions, repairable, lost, leftToDelete } = report;
  const isWhole = repairable.length + lost.length + leftToDelete.length === 0;
  if (!isWhole || checkedVersions !== count) throw new Error("the vault is not whole");
}

async function measured<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  let peakBytes = 0;
  const sample = (): void => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  };
  const timer = setInterval(sample, MEMORY_SAMPLE_MS);
  const started = performance.now();
  try {
    return await work();
  } finally {
    const tookMs = performance.now() - started;
    clearInterval(timer);
    sample();
    const perSecond = Math.round((count / tookMs) * 1000);
    const seconds = (tookMs / 1000).toFixed(1);
    const mebibytes = Math.round(peakBytes / 1_048_576);
    console.log(`${name}: ${seconds} s, ${perSecond} records a second, peak memory ${mebibytes} MiB`);
  }
}

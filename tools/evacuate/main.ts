// Many records into a vault of eight folders, twelve fragments each. Then one store is evacuated by processes of which
// three are killed with SIGKILL, and one that has lost everything. `main.ts [RECORDS]`; says what was read and written,
// beside the least that is possible. Afterwards every record must be whole, and nothing be needed from either store.
import {
  createIdentity,
  type Identity,
  parseEnvelope,
  RIGHT_MANAGE,
  RIGHT_READ,
  RIGHT_WRITE,
  toHex,
  Word,
} from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import { type Id, type Keeping, type RecordSource, repairVault, verifyVault } from "@chirograph/vault";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFoldersVault, type FoldersVault, storeFolders } from "../folders-vault/folders-vault.ts";
import type { ChildReport, KeyFile } from "./key-file.ts";

const engine = createEngine();

/** Twelve characters, so that seven stores can keep what the policy asks of eight. */
const WORD = "adk21937bm56";
const PUTS = 10;
/** Of a hundred records, so many are of each size. */
const SIZES: readonly (readonly [share: number, bytes: number])[] = [
  [90, 16_384],
  [9, 262_144],
  [1, 8_388_608],
];
/** Writes and deletions after which the first three processes die, each counted from its own beginning. */
const DEATHS = [4, 9, 14];
const CHILD_TIMEOUT_MS = 600_000;
const PAGE = 500;

const count = Number(process.argv[2] ?? 1000);
const folder = mkdtempSync(join(tmpdir(), "chirograph-evacuate-"));
try {
  const owner = await createIdentity(engine);
  const made = await createFoldersVault(folder, owner);
  const { keeping } = made;
  await putRecords(made, owner);
  const [killed, lost] = keeping.settings.stores.map(({ id }) => id) as [Id, Id];
  const keyFile = writeKey(keeping);

  console.log(`${count} records; the first store is evacuated, ${DEATHS.length} processes die on the way`);
  await evacuate(keeping, keyFile, { store: killed, deaths: DEATHS, isLost: false });
  console.log("the second store has lost everything, and is evacuated");
  rmSync(storeFolders(folder)[1]!, { recursive: true });
  mkdirSync(storeFolders(folder)[1]!);
  await evacuate(keeping, keyFile, { store: lost, deaths: [], isLost: true });

  await repairVault(keeping);
  await requireWhole(keeping, [killed, lost]);
  await keeping.rows.close();
} finally {
  rmSync(folder, { recursive: true });
}

async function putRecords({ vault }: FoldersVault, owner: Identity): Promise<void> {
  const members = [{ recipient: owner.recipient, rights: RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE }];
  const chart = await vault.newChart({ owner, word: new Word(WORD), members });
  for (let put = 0; put < PUTS; put++) {
    const [first, end] = [put, put + 1].map((part) => Math.floor((count * part) / PUTS));
    for await (const { storesMissing } of chart.put(sources(first!, end!))) {
      if (storesMissing.length > 0) throw new Error("a store is missing");
    }
  }
}

function* sources(first: number, end: number): Generator<RecordSource> {
  for (let record = first; record < end; record++) {
    const bytes = sizeOf(record);
    yield {
      content: () => ({
        shape: "file",
        entries: [{ path: "scan.bin", bytes }],
        kind: "application/octet-stream",
        metadata: new Map(),
        data: content(bytes),
      }),
    };
  }
}

function sizeOf(record: number): number {
  let place = record % 100;
  for (const [share, bytes] of SIZES) {
    if (place < share) return bytes;
    place -= share;
  }
  throw new Error("the shares are not a hundred together");
}

async function* content(bytes: number): AsyncGenerator<Uint8Array> {
  for (let left = bytes; left > 0; left -= 1_048_576)
    yield new Uint8Array(randomBytes(Math.min(left, 1_048_576)));
}

function writeKey({ settings, stores, catalogueKey }: Keeping): string {
  const key: KeyFile = {
    folder,
    vault: settings.vault,
    stores: [...stores.keys()],
    catalogueKey: toHex(catalogueKey),
    founder: toHex(settings.founder.bytes),
  };
  const file = join(folder, "key.json");
  writeFileSync(file, JSON.stringify(key), { mode: 0o600 });
  return file;
}

async function evacuate(
  keeping: Keeping,
  keyFile: string,
  plan: { readonly store: Id; readonly deaths: readonly number[]; readonly isLost: boolean },
): Promise<void> {
  const { store, isLost } = plan;
  const least = await leastTraffic(keeping, store, isLost);
  const started = performance.now();
  const runs = [...plan.deaths, 0].map((dieAt) => ({ dieAt, ...runChild(keyFile, store, dieAt) }));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  for (const { dieAt, report, writes, readBytes, writtenBytes } of runs) {
    const end = report === undefined ? `killed at write ${dieAt}` : `done after ${writes} writes`;
    console.log(`  ${end}: ${mebibytes(readBytes)} read, ${mebibytes(writtenBytes)} written`);
  }
  const { report } = runs.at(-1)!;
  // What processes that died had reserved may be anywhere for a day, also on the store that goes next.
  const { fragments, statements } = report!.remaining;
  if (fragments + statements > 0) throw new Error("something is still needed from the store");
  const total = (what: "readBytes" | "writtenBytes"): number => runs.reduce((sum, run) => sum + run[what], 0);
  const { copiedFragments, rebuiltFragments } = report!;
  console.log(
    `  ${copiedFragments} fragments copied, ${rebuiltFragments} rebuilt, ${seconds} s in all:\n` +
      `  read ${compared(total("readBytes"), least.readBytes)}, written ${compared(total("writtenBytes"), least.writtenBytes)}`,
  );
}

function runChild(keyFile: string, store: Id, dieAt: number): ChildReport {
  const child = spawnSync(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "child.ts"),
      keyFile,
      store,
      String(dieAt),
    ],
    { encoding: "utf8", timeout: CHILD_TIMEOUT_MS, killSignal: "SIGKILL", maxBuffer: 256 * 1_048_576 },
  );
  const isAsPlanned = dieAt === 0 ? child.status === 0 : child.signal === "SIGKILL" && child.stdout !== "";
  if (!isAsPlanned)
    throw new Error(
      `a process did not end as planned, at write ${dieAt}: ${child.stderr}${child.stdout.slice(0, 200)}`,
    );
  return JSON.parse(child.stdout) as ChildReport;
}

/** Fragments alone: each read once and written once, or k read for every version that lost some. */
async function leastTraffic(
  { rows }: Keeping,
  store: Id,
  isLost: boolean,
): Promise<{ readBytes: number; writtenBytes: number }> {
  let [readBytes, writtenBytes] = [0, 0];
  let after: Id | undefined;
  while (true) {
    const page = await rows.pageVersions({ limit: PAGE, ...(after !== undefined && { after }) });
    for (const { places, envelope } of page) {
      const own = places.filter((place) => place?.store === store);
      const [first] = own;
      if (first === undefined || first === null) continue;
      writtenBytes += own.length * first.lengthBytes;
      const { needed } = (await parseEnvelope(engine, envelope!)) as { readonly needed?: number };
      readBytes += (isLost ? needed! : own.length) * first.lengthBytes;
    }
    if (page.length < PAGE) return { readBytes, writtenBytes };
    after = page.at(-1)!.version;
  }
}

async function requireWhole(keeping: Keeping, empty: readonly Id[]): Promise<void> {
  const { checkedVersions, repairable, lost, leftToDelete } = await verifyVault(keeping);
  const problems = [...repairable, ...lost, ...leftToDelete.filter(({ store }) => store !== empty[1])];
  if (problems.length > 0 || checkedVersions !== count) throw new Error("the vault is not whole");
  const left = readdirSync(storeFolders(folder)[0]!, { recursive: true, encoding: "utf8" });
  const objects = left.filter((name) => /[0-9a-f]{32}$/.test(name));
  if (objects.length > 0) throw new Error(`${objects.length} objects are left on the first store`);
  console.log(
    `${checkedVersions} versions verified: all are whole, and nothing is needed from the two stores`,
  );
}

function compared(bytes: number, least: number): string {
  return `${mebibytes(bytes)} (the least: ${mebibytes(least)}, ${(bytes / least).toFixed(2)} times)`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

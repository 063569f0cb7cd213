import { estimateStrength, generateWord, judgeWord, Word } from "@chirograph/core";
import type { Job } from "@chirograph/wire";
import { transfer } from "comlink";
import type { ChartView, JobView, VaultWorker } from "./contract.ts";
import { emptyKeep } from "./opfs-keep.ts";
import { createParts, type Parts } from "./parts.ts";
import { BrowserError, problemOf } from "./problem.ts";
import { fragmentsOf } from "./readings.ts";

/** The worker as the page asks it: each method hands over to the part that does it. */
export function createVaultWorker(): VaultWorker {
  const ready = createParts();
  const server = async (): Promise<Awaited<ReturnType<Parts["connected"]>>["server"]> =>
    (await (await ready).connected()).server;

  return withProblems({
    identity: async () => (await ready).identity.kept(),
    makeIdentity: async ({ name, lock }) => (await ready).identity.make(name, lock),
    importIdentity: async (plan) => (await ready).identity.import(plan),
    addLock: async (lock) => (await ready).identity.addLock(lock),
    exportIdentity: async () => (await ready).identity.export(),
    removeIdentity: async () => removeIdentity(await ready),
    unlock: async (lock) => (await ready).identity.unlock(lock),
    lock: async () => lockAll(await ready),
    isUnlocked: async () => (await ready).identity.isUnlocked,

    generateWord: async (length) => generateWord((await ready).engine, length).characters.join(""),
    strengthOf: async (text) =>
      judgeWord(text).broken.length > 0 ? undefined : estimateStrength(new Word(text)),

    about: async () => (await (await ready).connected()).about,
    status: async () => (await server()).status(),
    startJob: async (kind) => viewOf(await (await server()).startJob(kind)),
    jobs: async () => (await (await server()).jobs()).map(viewOf),
    stopJob: async (id) => void (await (await server()).stopJob(id)),

    charts: async () => (await ready).charts.list(),
    chartRow: async (chart) => (await ready).charts.row(chart),
    newChart: async (plan) => (await ready).charts.create(plan),
    openChart: async (chart, word) => openChart(await ready, chart, word),
    closeChart: async (chart) => closeChart(await ready, chart),
    chart: async (chart) => refreshChart(await ready, chart),
    erase: async (chart, record, version) => (await ready).charts.get(chart).erase(record, version),

    put: async (chart, sources) => (await ready).transfers.put(chart, sources),
    watchTransfers: async (callback) => (await ready).transfers.watch(callback),
    pauseTransfer: async (id) => (await ready).transfers.pause(id),
    resumeTransfer: async (id) => (await ready).transfers.resume(id),
    cancelTransfer: async (id) => (await ready).transfers.cancel(id),
    forgetTransfer: async (id) => (await ready).transfers.forget(id),
    sealedPreview: async (id) => given((await ready).transfers.preview(id)),

    async open(chart, record, version, onArrival) {
      const { charts, readings } = await ready;
      const opened = await readings.open(charts.get(chart), { record, version }, onArrival);
      if (charts.has(chart)) return opened;
      readings.close(opened.handle);
      throw new BrowserError("chart-closed", "The chart was closed meanwhile.");
    },
    read: async (handle, file, range) => given(await (await ready).readings.read(handle, file, range)),
    sealedBytes: async (handle, mostBytes) =>
      given(await (await ready).readings.sealedBytes(handle, mostBytes)),
    damagedStores: async (handle) => (await ready).readings.damagedStores(handle),
    close: async (handle) => (await ready).readings.close(handle),
    fragments: async (chart, record, version) =>
      fragmentsOf((await ready).charts.get(chart), record, version),
  });
}

async function openChart(parts: Parts, chart: string, word: string): Promise<ChartView> {
  const view = await parts.charts.open(chart, word);
  // Whoever wants to see a record does not wait for what other tabs are at.
  parts.transfers.adopt(parts.charts.get(chart)).catch(() => undefined);
  return view;
}

function closeChart({ charts, readings, transfers }: Parts, chart: string): void {
  transfers.closeChart(chart);
  readings.closeChart(chart);
  charts.close(chart);
}

async function refreshChart({ charts }: Parts, chart: string): Promise<ChartView> {
  await charts.get(chart).refresh();
  return charts.view(chart);
}

async function lockAll({ identity, charts, readings, transfers }: Parts): Promise<void> {
  transfers.stopAll();
  readings.closeAll();
  charts.closeAll();
  identity.lock();
  await transfers.lock();
}

async function removeIdentity(parts: Parts): Promise<void> {
  await lockAll(parts);
  await emptyKeep();
  for (const name of ["identity", "seen", "transfers", "vaults"] as const) await parts.database.clear(name);
  await parts.transfers.lock();
}

function viewOf(job: Job): JobView {
  return job;
}

/** Bytes that the worker needs no more are handed over, not copied. */
function given<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
  return transfer(bytes, [bytes.buffer]);
}

/** Errors keep their code across the border, and leave their stack behind. */
function withProblems(worker: VaultWorker): VaultWorker {
  const guarded = Object.entries(worker).map(
    ([name, method]: [string, (...values: never[]) => Promise<unknown>]) => [
      name,
      async (...values: never[]) => {
        try {
          return await method(...values);
        } catch (error) {
          // A plain object: Comlink would strip an Error of everything but its text.
          throw problemOf(error);
        }
      },
    ],
  );
  return Object.fromEntries(guarded) as VaultWorker;
}

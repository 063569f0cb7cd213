import { rm } from "node:fs/promises";
import { createEngine, type Engine } from "@chirograph/engine";
import { hasDisplay, openBrowser } from "./app/doorway.ts";
import { lockHome } from "./home/lock.ts";
import { prepareHome, prepareVault } from "./home/prepare.ts";
import { createServer } from "./http/server.ts";
import { Jobs } from "./jobs/jobs.ts";
import { listenLocally } from "./listen.ts";
import type { Log } from "./log.ts";
import { OwnerToken } from "./session/token.ts";
import { Uploads } from "./uploads/uploads.ts";
import { ServedVault } from "./vault/served-vault.ts";

export interface StartOptions {
  /** The data folder. */
  readonly home: string;
  /** The first port that is tried; 0: any. */
  readonly port: number;
  /** Whether a browser is opened where there is one. */
  readonly open: boolean;
  /** Gives the folder of the built browser application; `undefined`: only the interface is served. */
  readonly application: (log: Log) => Promise<string | undefined>;
  readonly log: Log;
}

export interface RunningServer {
  readonly origin: string;
  /** Where the owner goes: the origin with the token in its fragment. */
  readonly address: string;
  readonly token: string;
  /** Takes no more requests, lets those that are under way end, and closes the vault. */
  close(): Promise<void>;
}

const UPKEEP_MS = 60_000;

/** Makes what is missing, opens the vault and serves it. @throws ServerFailure, and what the vault throws */
export async function start(options: StartOptions): Promise<RunningServer> {
  const { log } = options;
  const engine = createEngine();
  const paths = await prepareHome(options.home);
  const lock = lockHome(paths.lock);
  try {
    if (await prepareVault(engine, paths)) announceVault(log, paths);
    const token = await OwnerToken.in(paths.token);
    const application = await options.application(log);
    const served = await openServed(engine, paths, log);
    const app = await createServer({ ...served, token, application, log });
    const listening = await listenLocally(app, options.port);

    const origin = `http://localhost:${listening.port}`;
    const address = `${origin}/#token=${token.text}`;
    log.line(`Chirograph is at ${address}`);
    if (options.open && hasDisplay()) await openBrowser(address, paths.doorway);
    const close = async (): Promise<void> => {
      await listening.close();
      await served.close();
      await rm(paths.doorway, { force: true });
      lock.release();
    };
    return { origin, address, token: token.text, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface OpenedVault {
  readonly vault: ServedVault;
  readonly uploads: Uploads;
  readonly jobs: Jobs;
  close(): Promise<void>;
}

/** The vault and what works on it; what a run before has begun goes on. */
async function openServed(
  engine: Engine,
  paths: Awaited<ReturnType<typeof prepareHome>>,
  log: Log,
): Promise<OpenedVault> {
  const vault = await ServedVault.open(engine, paths.vault);
  const uploads = await Uploads.open(vault, paths.uploads);
  const jobs = new Jobs(vault, (error) => log.failure("Long work", error));
  if (await vault.hasErasures()) jobs.start("erasures");
  const upkeep = setInterval(() => {
    keepUp({ vault, uploads, jobs }).catch((error: unknown) => log.failure("Upkeep", error));
  }, UPKEEP_MS);
  upkeep.unref();
  return {
    vault,
    uploads,
    jobs,
    async close() {
      clearInterval(upkeep);
      await jobs.close();
      await vault.close();
    },
  };
}

/**
 * Finishes commits that a store kept from ending, goes on with erasures where a store has come back or a commit was
 * finished only now, and removes uploads that nobody waits for.
 */
async function keepUp({ vault, uploads, jobs }: Omit<OpenedVault, "close">): Promise<void> {
  const before = vault.storesAtHand;
  await vault.lookAgain();
  const recovered = await vault.keeper.recover();
  const mayGoOn = recovered > 0 || vault.storesAtHand > before;
  if (mayGoOn && (await vault.hasErasures())) jobs.start("erasures");
  await uploads.sweep();
}

function announceVault(log: Log, { vault, owner }: { vault: string; owner: string }): void {
  log.line(`A new vault of eight folders is in ${vault}.`);
  log.line(`Its owner's key is ${owner}: it opens the catalogue and no record; keep a copy somewhere else.`);
}

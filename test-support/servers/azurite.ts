// Azurite, Microsoft's own emulator of Azure Blob Storage, on a loopback port.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Daemon } from "./daemon.ts";
import { azurite, missing } from "./installed.ts";
import { freePort, type RunningServer, waitForPort } from "./server.ts";

const STARTS = 3;
/** Under load it takes several seconds to load its modules. */
const LONGEST_START_MS = 60_000;

/** The one that every Azurite has; no secret, it stands in Microsoft's documentation. */
const account = {
  accountName: "devstoreaccount1",
  accountKey: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
};

export interface AzuriteServer extends RunningServer {
  /** The endpoint of its one account: "http://127.0.0.1:port/devstoreaccount1". */
  readonly address: string;
  readonly credentials: { readonly accountName: string; readonly accountKey: string };
  /** Ends it in order: what it has acknowledged is there when it is started again. */
  end(): Promise<void>;
  /** Starts it again on the same port, after `kill` or `end`. */
  startAgain(): Promise<void>;
}

interface AzuriteOptions {
  /**
   * Keeps everything in memory: quick, and empty after every restart. Otherwise in a temporary folder; there it writes
   * its index every five seconds only, so `kill` takes what it acknowledged since, and every read that is left early
   * leaves a file open.
   */
  readonly inMemory?: boolean;
}

export async function startAzurite({ inMemory = false }: AzuriteOptions = {}): Promise<AzuriteServer> {
  if (missing.azurite !== undefined) throw new Error(missing.azurite);
  const home = await mkdtemp(join(tmpdir(), "chirograph-azurite-"));
  const keeping = inMemory ? ["--inMemoryPersistence"] : ["--location", join(home, "data")];
  const start = async (port: number): Promise<Daemon> => {
    const where = ["--blobHost", "127.0.0.1", "--blobPort", `${port}`, ...keeping];
    const words = [azurite, ...where, "--silent", "--disableTelemetry", "--skipApiVersionCheck"];
    const daemon = await Daemon.start(process.execPath, words, join(home, "log"));
    try {
      await daemon.during(waitForPort(port, AbortSignal.timeout(LONGEST_START_MS)));
    } catch (error) {
      await daemon.kill();
      throw error;
    }
    return daemon;
  };
  const [port, first] = await onFreePort(start);
  let running = first;
  return {
    address: `http://127.0.0.1:${port}/${account.accountName}`,
    credentials: account,
    kill: () => running.kill(),
    end: () => running.stop(),
    startAgain: async () => {
      await running.kill();
      running = await start(port);
    },
    stop: async () => {
      await running.kill();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Somebody else may take a port before the server does. */
async function onFreePort(start: (port: number) => Promise<Daemon>): Promise<readonly [number, Daemon]> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return [port, await start(port)];
    } catch (error) {
      if (attempt === STARTS) throw error;
    }
  }
}

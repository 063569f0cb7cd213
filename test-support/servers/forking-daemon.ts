import { readFile, rm } from "node:fs/promises";
import { Daemon } from "./daemon.ts";
import { waitForPort } from "./server.ts";

const LONGEST_START_MS = 20_000;

export interface ForkingProgram {
  readonly path: string;
  readonly parameters: readonly string[];
  /** Where its output goes. */
  readonly log: string;
  /** Where it writes its process id. */
  readonly pidFile: string;
  readonly port: number;
}

/** A server that serves in processes of their own, which outlive it when it is killed. */
export class ForkingDaemon {
  readonly #program: ForkingProgram;
  #daemon: Daemon | undefined;

  private constructor(program: ForkingProgram) {
    this.#program = program;
  }

  static async start(program: ForkingProgram): Promise<ForkingDaemon> {
    const server = new ForkingDaemon(program);
    await server.startAgain();
    return server;
  }

  /** On the same port, after it was killed. */
  async startAgain(): Promise<void> {
    await this.kill();
    const { path, parameters, log, pidFile, port } = this.#program;
    // What was killed leaves it, and another process may have the number now.
    await rm(pidFile, { force: true });
    this.#daemon = await Daemon.start(path, parameters, log);
    try {
      await this.#daemon.during(waitForPort(port, AbortSignal.timeout(LONGEST_START_MS)));
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /** The processes that it started, and those that they started. */
  async children(): Promise<readonly number[]> {
    const pid = await readFile(this.#program.pidFile, "utf8").catch(() => "");
    return pid === "" ? [] : descendantsOf(Number(pid));
  }

  async kill(): Promise<void> {
    if (this.#daemon === undefined) return;
    const children = await this.children();
    await this.#daemon.kill();
    this.#daemon = undefined;
    for (const pid of children) end(pid);
  }
}

/** As Linux tells. */
async function descendantsOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const children = text.split(" ").filter(Boolean).map(Number);
  const further = await Promise.all(children.map(descendantsOf));
  return [...children, ...further.flat()];
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

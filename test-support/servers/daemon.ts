import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, closeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const LONGEST_STOP_MS = 5000;

/** A program that runs in the background, and dies with the process that started it. Its output goes to a file. */
export class Daemon {
  readonly #child: ChildProcess;
  readonly #log: string;
  readonly #program: string;

  private constructor(program: string, child: ChildProcess, log: string) {
    this.#program = program;
    this.#child = child;
    this.#log = log;
  }

  static async start(program: string, parameters: readonly string[], log: string): Promise<Daemon> {
    const output = openSync(log, "a", 0o600);
    try {
      const child = spawn("setpriv", ["--pdeathsig", "KILL", program, ...parameters], {
        stdio: ["ignore", output, output],
      });
      await once(child, "spawn");
      return new Daemon(program, child, log);
    } finally {
      closeSync(output);
    }
  }

  get #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** What `work` resolves with, unless the program ends before. */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    const death = new AbortController();
    const ended = (async () => {
      if (!this.#ended) await once(this.#child, "exit", { signal: death.signal });
      const said = (await readFile(this.#log, "utf8")).trim().split("\n").slice(-5).join("\n");
      throw new Error(`${this.#program} ended early: ${said}`);
    })();
    ended.catch(() => undefined);
    try {
      return await Promise.race([work, ended]);
    } finally {
      death.abort();
    }
  }

  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Asks it to end; insists after five seconds. */
  async stop(): Promise<void> {
    await Promise.race([this.#end("SIGTERM"), sleep(LONGEST_STOP_MS, undefined, { ref: false })]);
    await this.kill();
  }

  async #end(how: NodeJS.Signals): Promise<void> {
    if (this.#ended) return;
    const exit = once(this.#child, "exit");
    this.#child.kill(how);
    await exit;
  }
}

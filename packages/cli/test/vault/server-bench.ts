// A real server with a vault of its own, and a command line beside it that knows only its address and token.
import { type ChildProcess, spawn } from "node:child_process";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll } from "vitest";
import { Bench, type Ended, lastLine, opening, type Surroundings } from "../chirograph.ts";

const serverRoom = new URL("../../../server/src/", import.meta.url);
/**
 * The server as it is, in a process of its own as always: rooms that know people never import each other. Only the
 * browser application is left out, which would have to be built first and is asked for by nobody here.
 */
const script = `
import { openLog } from "${new URL("log.ts", serverRoom).href}";
import { start } from "${new URL("start.ts", serverRoom).href}";
const server = await start({
  home: process.argv[1],
  port: 0,
  open: false,
  application: async () => undefined,
  log: openLog({ verbose: false }),
});
process.on("SIGTERM", () => server.close().then(() => process.exit(0)));
`;
const MOST_START_MS = 60_000;

export class ServerBench extends Bench {
  #server: ChildProcess | undefined;
  #origin = "";
  token = "";

  constructor() {
    super();
    afterAll(() => this.stop());
  }

  get #home(): string {
    return this.path("home");
  }

  get origin(): string {
    return this.#origin;
  }

  /** Runs a command line; no output may ever hold the token. */
  override async run(line: string | readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
    const env = { CHIROGRAPH_STATE: this.path("state"), CHIROGRAPH_SERVER: this.#origin };
    const token = { CHIROGRAPH_TOKEN: this.token };
    const end = await super.run(line, { ...surroundings, env: { ...env, ...token, ...surroundings.env } });
    if (this.token !== "" && (end.stdout + end.stderr).includes(this.token))
      throw new Error("the token was printed");
    return end;
  }

  /** Starts it, and reads where it is from what it prints. */
  async start(): Promise<void> {
    const flags = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", script];
    const server = spawn(process.execPath, [...flags, this.#home], {
      cwd: this.folder,
      env: { PATH: process.env["PATH"] ?? "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#server = server;
    const [, origin, token] = await addressOf(server);
    this.#origin = origin!;
    this.token = token!;
    this.write("token", `${this.token}\n`);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once("close", resolve));
    server.kill();
    await ended;
  }

  /** @returns its id */
  async newChart(): Promise<string> {
    return lastLine((await this.succeed(`chart new ${opening}`)).stdout);
  }

  async put(sources: string, chart: string, extra: string = ""): Promise<string[]> {
    const { stdout } = await this.succeed(`put ${sources} --chart ${chart} ${opening}${extra}`);
    return stdout.trimEnd().split("\n");
  }

  /** The folder of the store that the server calls "cloud 1", "cloud 2", … */
  cloud(number: number): string {
    return join(this.#home, "clouds", String(number));
  }

  async withoutClouds<Result>(numbers: readonly number[], work: () => Promise<Result>): Promise<Result> {
    for (const number of numbers) renameSync(this.cloud(number), this.path(`away-${number}`));
    try {
      return await work();
    } finally {
      for (const number of numbers) renameSync(this.path(`away-${number}`), this.cloud(number));
    }
  }
}

async function addressOf(server: ChildProcess): Promise<RegExpExecArray> {
  let text = "";
  const tooLong = setTimeout(() => server.kill(), MOST_START_MS);
  server.stderr!.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  for await (const piece of server.stdout!.setEncoding("utf8")) {
    text += String(piece);
    const found = /(http:\/\/[^\s/]+:\d+)\/#token=([^\s"]+)/.exec(text);
    if (found === null) continue;
    clearTimeout(tooLong);
    server.stdout!.resume();
    return found;
  }
  throw new Error(`The server did not start: ${text}`);
}

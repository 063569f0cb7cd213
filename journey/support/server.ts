import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const launcher = resolve(import.meta.dirname, "../../packages/server/bin/chirograph-server.js");
const ADDRESS = /http:\/\/localhost:(\d+)\/#token=(\S+)/;
const START_MS = 60_000;

/** The real server, in a process of its own. */
export interface RunningServer {
  readonly port: number;
  readonly token: string;
  /** Everything it has said so far. */
  readonly said: () => string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** @param port 0 for any; after a kill the same one again */
export async function startServer(home: string, port = 0): Promise<RunningServer> {
  const options = ["--home", home, "--port", String(port), "--no-open"];
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", launcher, ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (piece) => (said += String(piece)));
  const match = await firstMatch(child, (line) => {
    said += `${line}\n`;
    return ADDRESS.exec(line);
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  return {
    port: Number(match[1]),
    token: match[2]!,
    said: () => said,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
}

export function clouds(home: string): (number: number) => string {
  return (number) => join(home, "clouds", String(number));
}

async function firstMatch(
  child: ChildProcess,
  match: (line: string) => RegExpExecArray | null,
): Promise<RegExpExecArray> {
  const { promise, resolve: found, reject } = Promise.withResolvers<RegExpExecArray>();
  const timer = setTimeout(() => reject(new Error("The server did not print its address.")), START_MS);
  createInterface({ input: child.stdout! }).on("line", (line) => {
    const result = match(line);
    if (result !== null) found(result);
  });
  child.once("exit", (code) => reject(new Error(`The server ended with ${code}.`)));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

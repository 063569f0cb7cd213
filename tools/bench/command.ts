import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Run } from "./results.ts";

/** A program to be run. Secrets are in its environment or in files, never in `args`. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** How commands are run. */
export interface Running {
  /** The program that measures another; `undefined` where there is no C compiler. */
  readonly measure: string | undefined;
  readonly signal: AbortSignal;
}

export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

const LONGEST_MS = 3_600_000;
const REPORT = 3;
const TOLD_CHARACTERS = 400;

/** Runs a command that must succeed. @throws CommandFailed with what it said */
export async function run(command: Command, running: Running): Promise<Run & { output: string }> {
  const { measure, signal } = running;
  signal.throwIfAborted();
  const [program, ...args] = [...(measure === undefined ? [] : [measure]), command.program, ...command.args];
  const started = performance.now();
  // In a group of its own, so that a pipe of several programs ends as one.
  const child = spawn(program!, args, {
    detached: true,
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const end = (): void => endGroup(child.pid);
  const timer = setTimeout(end, LONGEST_MS);
  signal.addEventListener("abort", end, { once: true });
  try {
    const ended = Promise.withResolvers<number | null>();
    child.on("error", ended.reject).on("exit", (code) => ended.resolve(code));
    const [code, output, said, report] = await Promise.all([
      ended.promise.then((status) => ({ status, seconds: (performance.now() - started) / 1000 })),
      text(child.stdout!),
      text(child.stderr!),
      text(child.stdio[REPORT] as Readable),
    ]);
    signal.throwIfAborted();
    if (code.status !== 0)
      throw new CommandFailed(`${command.program} failed: ${said.slice(-TOLD_CHARACTERS).trim()}`);
    return { ...(measure === undefined ? { seconds: code.seconds } : readReport(report)), output };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

function readReport(report: string): Run {
  const [nanoseconds, microseconds, kib] = report.split(" ").map(Number);
  return { seconds: nanoseconds! / 1e9, cpuSeconds: microseconds! / 1e6, peakBytes: kib! * 1024 };
}

function endGroup(group: number | undefined): void {
  if (group === undefined) return;
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

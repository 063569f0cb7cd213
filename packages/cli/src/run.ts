import { createEngine } from "@chirograph/engine";
import { CommanderError } from "commander";
import { systemCode, Unfinished } from "@chirograph/embedded/files";
import type { Context, Outcome, Perform } from "./commands/command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { explain } from "./explain.ts";
import { Interruption } from "./interruption.ts";
import { createProgram } from "./program.ts";
import { showName } from "./terminal/name.ts";
import { toJson } from "./terminal/json.ts";
import { Terminal } from "./terminal/terminal.ts";
import { threadsAskedFor } from "./threads.ts";

/** Runs one command line to its end. */
export async function run(values: readonly string[]): Promise<ExitCode> {
  const isJson = values.includes("--json");
  const terminal = new Terminal();
  let threads: number | undefined;
  try {
    threads = threadsAskedFor(process.env);
  } catch (error) {
    return fail(terminal, error, isJson);
  }
  const context: Context = {
    engine: createEngine({ threads }),
    threads,
    terminal,
    unfinished: new Unfinished(),
    interruption: new Interruption(),
  };
  let exitCode: ExitCode = exitCodes.done;
  const perform: Perform =
    (command) =>
    async (...parameters) => {
      const outcome = await command(context, ...parameters);
      print(outcome, isJson);
      exitCode = exitCodes[outcome.reason ?? "done"];
    };

  stopOnSignals(context);
  stopWithoutReader(context);
  process.on("uncaughtException", (error) => {
    cleanUp(context);
    process.exit(fail(terminal, error, isJson));
  });
  try {
    const program = await createProgram(perform, values);
    await program.parseAsync(values, { from: "user" });
    cleanUp(context);
    return exitCode;
  } catch (error) {
    cleanUp(context);
    if (error instanceof CommanderError && /^commander\.(help|version)/.test(error.code)) {
      // Help that was asked for; without a command it is shown all the same, on stderr.
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    }
    return fail(terminal, error, isJson);
  }
}

function print({ lines, document }: Outcome, isJson: boolean): void {
  process.stdout.write(isJson ? `${toJson(document)}\n` : lines.map((line) => `${line}\n`).join(""));
}

function fail(terminal: Terminal, error: unknown, isJson: boolean): ExitCode {
  const { reason, code, message, hint } = explain(error);
  const exit = exitCodes[reason];
  terminal.error(message, hint);
  if (process.env["CHIROGRAPH_DEBUG"] && error instanceof Error) terminal.note(error.stack ?? "");
  if (isJson) print({ lines: [], document: { error: { exit, code, message, hint: hint ?? null } } }, isJson);
  return exit;
}

/** Takes away what is not complete, and tells of what would not go. */
function cleanUp({ unfinished, terminal }: Context): void {
  for (const path of unfinished.removeAll()) {
    terminal.error(
      `${showName(path)} could not be removed.`,
      "Remove it: it may hold what you want nobody to see.",
    );
  }
}

/** Results that nobody takes are a failure, though what is complete stays; remarks that nobody takes are none. */
function stopWithoutReader(context: Context): void {
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error) => {
    cleanUp(context);
    const code = systemCode(error) ?? "unknown";
    // Whoever has read enough, such as head, knows it.
    if (code !== "EPIPE") context.terminal.error(`The report could not be written (${code}).`, undefined);
    process.exit(exitCodes.io);
  });
}

/** Takes away what is not complete, at once, and ends; long work is asked to stop by itself first. */
function stopOnSignals(context: Context): void {
  const { unfinished, terminal, interruption } = context;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (unfinished.isDone()) return;
      if (interruption.ask()) return;
      cleanUp(context);
      terminal.showCursor();
      terminal.error("Interrupted; what was not complete is gone.", interruption.advice);
      process.exit(exitCodes.interrupted);
    });
  }
}

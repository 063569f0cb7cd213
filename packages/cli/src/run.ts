import { createEngine } from "@chirograph/engine";
import { CommanderError } from "commander";
import type { Context, Outcome, Perform } from "./commands/command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { explain } from "./explain.ts";
import { Unfinished } from "./outputs/unfinished.ts";
import { createProgram } from "./program.ts";
import { Terminal } from "./terminal/terminal.ts";

/** Runs one command line to its end. */
export async function run(values: readonly string[]): Promise<ExitCode> {
  const context: Context = { engine: createEngine(), terminal: new Terminal(), unfinished: new Unfinished() };
  const isJson = values.includes("--json");
  let exitCode: ExitCode = exitCodes.done;
  const perform: Perform =
    (command) =>
    async (...parameters) => {
      const outcome = await command(context, ...parameters);
      print(outcome, isJson);
      exitCode = exitCodes[outcome.reason ?? "done"];
    };

  stopOnSignals(context);
  // Whoever read the results has gone.
  process.stdout.on("error", () => process.exit(exitCodes.io));
  process.on("uncaughtException", (error) => {
    context.unfinished.removeAll();
    process.exit(fail(context, error, isJson));
  });
  try {
    await createProgram(perform).parseAsync(values, { from: "user" });
    return exitCode;
  } catch (error) {
    context.unfinished.removeAll();
    if (error instanceof CommanderError && /^commander\.(help|version)/.test(error.code)) {
      // Help that was asked for; without a command it is shown all the same, on stderr.
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    }
    return fail(context, error, isJson);
  }
}

function print({ lines, document }: Outcome, isJson: boolean): void {
  process.stdout.write(
    isJson ? `${JSON.stringify(document, null, 2)}\n` : lines.map((line) => `${line}\n`).join(""),
  );
}

function fail({ terminal }: Context, error: unknown, isJson: boolean): ExitCode {
  const { reason, code, message, hint } = explain(error);
  const exit = exitCodes[reason];
  terminal.error(message, hint);
  if (process.env["CHIROGRAPH_DEBUG"] && error instanceof Error) terminal.note(error.stack ?? "");
  if (isJson) print({ lines: [], document: { error: { exit, code, message, hint: hint ?? null } } }, isJson);
  return exit;
}

/** Takes away what is not complete, at once, and ends. */
function stopOnSignals({ unfinished, terminal }: Context): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (unfinished.isDone()) return;
      unfinished.removeAll();
      terminal.showCursor();
      terminal.error("Interrupted; what was not complete is gone.", undefined);
      process.exit(exitCodes.interrupted);
    });
  }
}

import type { Engine } from "@chirograph/engine";
import type { Command } from "commander";
import type { Unfinished } from "@chirograph/embedded/files";
import type { ExitReason } from "../exit-codes.ts";
import type { Interruption } from "../interruption.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** What every command works with. */
export interface Context {
  readonly engine: Engine;
  /** How many threads seal and open beside this one, where the user says so. */
  readonly threads: number | undefined;
  readonly terminal: Terminal;
  readonly unfinished: Unfinished;
  readonly interruption: Interruption;
}

/** What a command has to say on stdout. */
export interface Outcome {
  /** For people; an id, a recipient or a path stands alone on the last line. */
  readonly lines: readonly string[];
  /** The same for programs: `--json`. */
  readonly document: object;
  readonly reason?: ExitReason;
}

/** Makes an action for commander out of a command: it runs, and its outcome is shown. */
export type Perform = <Arguments extends unknown[]>(
  run: (context: Context, ...values: Arguments) => Outcome | Promise<Outcome>,
) => (...values: Arguments) => Promise<void>;

/** A new command below `parent`, with what all of them share. */
export function addCommand(parent: Command, usage: string, summary: string): Command {
  return parent
    .command(usage)
    .summary(summary)
    .description(summary)
    .option("--json", "one JSON document on stdout");
}

/** Paragraphs after the list of options. */
export function teach(command: Command, ...paragraphs: readonly string[]): void {
  command.addHelpText("after", `\n${paragraphs.join("\n\n")}\n`);
}

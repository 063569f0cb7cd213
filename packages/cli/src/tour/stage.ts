import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import type { Context } from "../commands/command.ts";
import { Terminal } from "../terminal/terminal.ts";

/** A folder of its own for a tour, and commands that run in it and whose remarks are kept to be quoted. */
export interface Stage {
  readonly context: Context;
  readonly path: (name: string) => string;
  /** What was said on stderr since the last time, line by line. */
  readonly remarks: () => string[];
}

export async function withStage<Result>(
  context: Context,
  play: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "chirograph-tour-"));
  context.unfinished.add(folder);
  let said = "";
  const ear = new Writable({
    write(text, _, done) {
      said += String(text);
      done();
    },
  });
  try {
    return await play({
      context: { ...context, terminal: new Terminal(ear) },
      path: (name) => join(folder, name),
      remarks() {
        const lines = said.replaceAll(`${folder}/`, "").split("\n").slice(0, -1);
        said = "";
        return lines;
      },
    });
  } finally {
    context.unfinished.remove(folder);
  }
}

import { styleText } from "node:util";

const WIDTH = 80;

/** Says what happens, on stdout, in short paragraphs. */
export class Guide {
  readonly #silent: boolean;
  #chapter = 0;

  constructor(silent: boolean) {
    this.#silent = silent;
  }

  chapter(title: string): void {
    this.lines("", styleText("bold", `${++this.#chapter}. ${title}`));
  }

  /** Words, wrapped. */
  say(text: string): void {
    let line = "";
    for (const word of text.split(/\s+/)) {
      if (line !== "" && line.length + word.length >= WIDTH) {
        this.lines(line);
        line = "";
      }
      line += line === "" ? word : ` ${word}`;
    }
    this.lines(line);
  }

  /** The command that somebody would type for this. */
  command(text: string): void {
    this.lines(styleText("cyan", `  $ chirograph ${text}`));
  }

  /** What a command says. */
  quote(lines: readonly string[]): void {
    this.lines(...lines.map((line) => styleText("dim", `    ${line}`)));
  }

  lines(...lines: readonly string[]): void {
    if (!this.#silent) for (const line of lines) process.stdout.write(`${line}\n`);
  }
}

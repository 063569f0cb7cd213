import { styleText } from "node:util";
import { Progress } from "./progress.ts";
import { type ScreenSize, StatusLine } from "./status-line.ts";

/** Where a person looks: everything that is not a result goes to stderr. */
export class Terminal {
  readonly #stream: NodeJS.WritableStream & ScreenSize;

  constructor(stream: NodeJS.WritableStream & ScreenSize = process.stderr) {
    this.#stream = stream;
  }

  /** Something worth knowing. */
  note(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  /** Something that should not be overlooked. */
  warn(text: string): void {
    this.#stream.write(`${styleText("yellow", "note:", { stream: this.#stream })} ${text}\n`);
  }

  error(message: string, hint: string | undefined): void {
    this.#stream.write(`${styleText("red", "chirograph:", { stream: this.#stream })} ${message}\n`);
    if (hint !== undefined)
      this.#stream.write(`${styleText("dim", "hint:", { stream: this.#stream })} ${hint}\n`);
  }

  /** A prompt that is cut short leaves it hidden. */
  showCursor(): void {
    if (this.#stream.isTTY === true) this.#stream.write("\u001B[?25h");
  }

  progress(label: string, totalBytes: number): Progress {
    return new Progress(this.#stream, label, totalBytes);
  }

  statusLine(): StatusLine {
    return new StatusLine(this.#stream);
  }
}

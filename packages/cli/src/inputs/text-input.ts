import { open } from "node:fs/promises";
import { reasonOf, systemCode } from "@chirograph/embedded/files";
import { Failure } from "../failure.ts";
import { showName } from "../terminal/name.ts";

/** Identities, words, recipients are small; anything larger is another kind of file. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * A small text that a command needs. It is read at once and judged when it is asked for, so that what is wrong
 * comes out in the order of the exit codes.
 */
export class TextInput {
  readonly path: string;
  readonly #content: string | Failure;

  private constructor(path: string, content: string | Failure) {
    this.path = path;
    this.#content = content;
  }

  /** @param path a file, or "-" for standard input */
  static async read(path: string): Promise<TextInput> {
    return new TextInput(path, await readText(path).catch(asFailure(path)));
  }

  /** @throws Failure `noInput` */
  requirePresent(): void {
    if (this.#content instanceof Failure && this.#content.reason === "noInput") throw this.#content;
  }

  /** @throws Failure */
  text(): string {
    if (this.#content instanceof Failure) throw this.#content;
    return this.#content;
  }

  /** The text if it could be read, for whoever wants to know early. */
  peek(): string | undefined {
    return this.#content instanceof Failure ? undefined : this.#content;
  }
}

/** Standard input can be read once. */
export function requireOneStdin(paths: readonly (string | undefined)[]): void {
  if (paths.filter((path) => path === "-").length > 1) {
    throw new Failure("usage", "Standard input (-) can stand for one file only.");
  }
}

async function readText(path: string): Promise<string> {
  const bytes = await readSmall(path);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Failure("badData", `${showName(path)} is not UTF-8 text.`);
  }
}

async function readSmall(path: string): Promise<Buffer> {
  const handle = path === "-" ? undefined : await open(path, "r");
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of handle?.createReadStream() ?? process.stdin) {
    pieces.push(piece as Buffer);
    sizeBytes += (piece as Buffer).length;
    if (sizeBytes > MOST_BYTES)
      throw new Failure("badData", `${showName(path)} is too large to be what it should be.`);
  }
  return Buffer.concat(pieces);
}

function asFailure(path: string): (error: unknown) => Failure {
  return (error) => {
    if (error instanceof Failure) return error;
    const code = systemCode(error);
    if (code === undefined) throw error;
    return inputFailure(path, code, error);
  };
}

/** What the operating system said about something that was to be read. */
export function inputFailure(name: string | Buffer, code: string, cause: unknown): Failure {
  const reason = reasonOf(code);
  if (reason === undefined)
    return new Failure("io", `${showName(name)} could not be read (${code}).`, { cause });
  return new Failure("noInput", `${showName(name)} ${reason}.`, { cause });
}

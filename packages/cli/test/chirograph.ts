// The command line as a user has it: the launcher, in a process of its own, in a folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const launcher = join(import.meta.dirname, "../bin/chirograph.js");

export const WORD = "adk21937";
export const OTHER_WORD = "zyx98765";
export const PASSPHRASE = "correct horse battery";
/** What no output may ever hold. */
const SECRETS = [WORD, OTHER_WORD, PASSPHRASE];

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  /** Gets hold of the process while it runs. */
  readonly watch?: (child: ChildProcess) => void;
}

/** A folder to work in, with a file for each of the two words and two identities. */
export class Bench {
  readonly folder: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "chirograph-test-"));
    afterAll(() => rmSync(this.folder, { recursive: true, force: true }));
    this.write("word", `${WORD}\n`);
    this.write("other-word", `${OTHER_WORD}\r\n`);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** Everything in the folder, hidden names too. */
  names(): string[] {
    return readdirSync(this.folder).toSorted();
  }

  async identity(name: string): Promise<void> {
    const { stdout } = await this.succeed(`identity new -o ${name}.key --no-passphrase`);
    this.write(`${name}.pub`, stdout);
  }

  /** Runs a command line that a test only needs the result of. */
  async succeed(line: string | readonly string[], surroundings?: Surroundings): Promise<Ended> {
    const end = await this.run(line, surroundings);
    if (end.code !== 0) throw new Error(`chirograph ${String(line)} ended with ${end.code}: ${end.stderr}`);
    return end;
  }

  /** Runs a command line, split at spaces; values that hold some are given apart. */
  async run(line: string | readonly string[], { env = {}, stdin, watch }: Surroundings = {}): Promise<Ended> {
    const values = typeof line === "string" ? line.split(" ") : line;
    const child = spawn(process.execPath, [launcher, ...values], {
      cwd: this.folder,
      env: { PATH: process.env["PATH"] ?? "", NO_COLOR: "1", ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin.on("error", () => {});
    child.stdin.end(stdin ?? "");
    watch?.(child);
    const [code, stdout, stderr] = await Promise.all([
      new Promise<number | null>((resolve) => child.on("close", resolve)),
      textOf(child.stdout),
      textOf(child.stderr),
    ]);
    if (SECRETS.some((secret) => (stdout + stderr).includes(secret))) throw new Error("a secret was printed");
    return { code, stdout, stderr };
  }
}

export const sealing = "--to me.pub --sequence-key-file word";
export const opening = "--identity me.key --sequence-key-file word";

/** Last line of an output, without its end. */
export function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1)!;
}

/** The files in a sealed folder that are not the envelope. */
export function fragmentsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name !== "envelope");
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  stream.setEncoding("utf8");
  for await (const piece of stream) text += String(piece);
  return text;
}

import { createHmac } from "node:crypto";
import { type FileHandle, open, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Id } from "@chirograph/vault";
import { PRIVATE_FILE, systemCode } from "@chirograph/embedded/files";
import type { FoundContent } from "../inputs/walk.ts";
import { makeStateFolder } from "./state-folder.ts";

/** A version that was about to be committed. Whether it was, the chart knows. */
export interface Attempt {
  readonly record: Id;
  readonly version: Id;
}

/** What makes two runs of `put` the same put. */
export interface PutTerms {
  readonly chart: Id;
  readonly record: Id | undefined;
  readonly asOne: boolean;
  readonly sources: readonly string[];
}

const LINE = /^([0-9a-f]{64}) ([0-9a-f]{32}) ([0-9a-f]{32})$/;

/**
 * What a put has attempted so far, so that the same put can be run again after a crash. Names, paths and what was put
 * stand in it under a key that only a reader of the chart can make again.
 */
export class PutJournal {
  readonly #path: string;
  readonly #key: Uint8Array;
  readonly #attempts: ReadonlyMap<string, Attempt[]>;
  readonly #versions: ReadonlySet<Id>;
  /** There is none before the first attempt. */
  #handle: FileHandle | undefined;
  #lines = "";
  #flushing: Promise<void> | undefined;

  private constructor(path: string, key: Uint8Array, attempts: ReadonlyMap<string, Attempt[]>) {
    this.#path = path;
    this.#key = key;
    this.#attempts = attempts;
    this.#versions = new Set([...attempts.values()].flat().map(({ version }) => version));
  }

  /** The journal of a put, with what earlier runs of it attempted. */
  static async open(key: Uint8Array, terms: PutTerms): Promise<PutJournal> {
    const name = keyed(key, "terms", { ...terms, sources: terms.sources.map((source) => resolve(source)) });
    const path = join(await makeStateFolder("puts"), name);
    return new PutJournal(path, key, parse(await readIfThere(path)));
  }

  /**
   * What a source is known by: its place, and the size, time and number of every file in it, but not a name in the clear.
   * @param occurrence how many equal sources of the same put came before
   */
  digest(content: FoundContent, occurrence: number): string {
    const files = content.entries.map(({ path, file }) => [
      path,
      file?.location.toString("hex"),
      file === undefined ? undefined : [file.stats.dev, file.stats.ino, file.stats.size, file.stats.mtimeNs],
    ]);
    return keyed(this.#key, "source", { shape: content.shape, files, occurrence });
  }

  /** What was attempted of a source, the earliest first. */
  attemptsOf(digest: string): readonly Attempt[] {
    return this.#attempts.get(digest) ?? [];
  }

  /** What earlier runs of this put attempted. */
  get versions(): ReadonlySet<Id> {
    return this.#versions;
  }

  /** Durable when it resolves; attempts that come while the disk is busy share its next write. */
  async note(digest: string, { record, version }: Attempt): Promise<void> {
    this.#lines += `${digest} ${record} ${version}\n`;
    // The write that is under way may have begun without this line; the one after it has not.
    await this.#flushing;
    this.#flushing ??= this.#flush();
    await this.#flushing;
  }

  /** The put is complete: it may be run anew. */
  async complete(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }

  async #opened(): Promise<FileHandle> {
    if (this.#handle === undefined) {
      this.#handle = await open(this.#path, "a", PRIVATE_FILE);
      // A crash may have cut the last line short; what comes next stands on a line of its own.
      await this.#handle.write("\n");
    }
    return this.#handle;
  }

  async #flush(): Promise<void> {
    const lines = this.#lines;
    this.#lines = "";
    try {
      const handle = await this.#opened();
      await handle.write(lines);
      await handle.datasync();
    } finally {
      this.#flushing = undefined;
    }
  }
}

function parse(text: string): Map<string, Attempt[]> {
  const attempts = new Map<string, Attempt[]>();
  for (const line of text.split("\n")) {
    const [, digest, record, version] = LINE.exec(line) ?? [];
    if (digest === undefined) continue;
    attempts.set(digest, [...(attempts.get(digest) ?? []), { record: record!, version: version! }]);
  }
  return attempts;
}

function keyed(key: Uint8Array, purpose: string, value: unknown): string {
  const text = JSON.stringify([purpose, value], (_, each: unknown) =>
    typeof each === "bigint" ? each.toString() : each,
  );
  return createHmac("sha256", key).update(text).digest("hex");
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "latin1");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return "";
    throw error;
  }
}

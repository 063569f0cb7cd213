// A vault over eight folders, with an owner, a word and a chart; a machine's memory of its own.
import { chmodSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { Bench, type Ended, lastLine, opening, type Surroundings } from "../chirograph.ts";

export const STORES: readonly string[] = Array.from({ length: 8 }, (_, index) => `s${index + 1}`);

export class VaultBench extends Bench {
  override run(line: string | readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
    const env = { CHIROGRAPH_STATE: this.path("state"), CHIROGRAPH_VAULT: this.path("vault") };
    return super.run(line, { ...surroundings, env: { ...env, ...surroundings.env } });
  }

  /** Two identities and the vault of the first. */
  async found(extra: string = ""): Promise<void> {
    await Promise.all(["me", "ward"].map((name) => this.identity(name)));
    await this.succeed(`init vault --store ${locations()} --identity me.key${extra}`);
  }

  /** @returns its id */
  async newChart(extra: string = ""): Promise<string> {
    return lastLine((await this.succeed(`chart new ${opening}${extra}`)).stdout);
  }

  /** @returns the ids of the records */
  async put(sources: string, chart: string, extra: string = ""): Promise<string[]> {
    const { stdout } = await this.succeed(`put ${sources} --chart ${chart} ${opening}${extra}`);
    return stdout.trimEnd().split("\n");
  }

  read(name: string): Buffer {
    return readFileSync(this.path(name));
  }

  /** Runs `work` while some stores are away. */
  async without<Result>(stores: readonly string[], work: () => Promise<Result>): Promise<Result> {
    for (const store of stores) renameSync(this.path(store), this.path(`${store}-away`));
    try {
      return await work();
    } finally {
      for (const store of stores) renameSync(this.path(`${store}-away`), this.path(store));
    }
  }

  /** Every file below a folder, by its path. */
  files(folder: string): string[] {
    return readdirSync(this.path(folder), { recursive: true, encoding: "utf8" })
      .filter((name) => statSync(this.path(join(folder, name))).isFile())
      .toSorted();
  }

  chmod(name: string, mode: number): void {
    chmodSync(this.path(name), mode);
  }
}

export function locations(names: readonly string[] = STORES): string {
  return names.map((name) => `file:${name}`).join(" ");
}

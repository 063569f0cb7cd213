import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { type Command, run, type Running } from "../command.ts";
import { TOTAL } from "../geometry.ts";
import type { Workplace } from "../workplace.ts";

const launcher = join(import.meta.dirname, "../../../packages/cli/bin/chirograph.js");

/** We, as people use us: the command line with its defaults. */
export class Chirograph {
  readonly #workplace: Workplace;
  readonly #running: Running;

  constructor(workplace: Workplace, running: Running) {
    this.#workplace = workplace;
    this.#running = running;
  }

  /** Makes an identity and a word of eight characters. */
  async begin(): Promise<void> {
    const identity = await this.#do(["identity", "new", "-o", this.identity, "--no-passphrase"]);
    writeFileSync(this.#recipient, identity);
    writeFileSync(this.word, await this.#do(["sequence", "new", "--length", String(TOTAL)]), { mode: 0o600 });
  }

  get identity(): string {
    return this.#workplace.at("secrets", "me.key");
  }

  get word(): string {
    return this.#workplace.at("secrets", "word");
  }

  seal(input: string, folder: string): Command {
    const whom = ["--to", this.#recipient, "--sequence-key-file", this.word];
    return this.#command(["seal", input, "-o", join(folder, "sealed"), ...whom]);
  }

  open(folder: string, back: string): Command {
    return this.#command(["open", join(folder, "sealed"), "-o", join(back, "opened"), ...this.#keys]);
  }

  /** Names of the files with the first two fragments, which hold data. */
  async dataFragments(folder: string): Promise<string[]> {
    const found = await this.#do(["inspect", join(folder, "sealed"), "--json", ...this.#keys]);
    const { fragments } = JSON.parse(found) as { fragments: { number: number; name: string }[] };
    return fragments.filter(({ number }) => number <= 2).map(({ name }) => name);
  }

  /** A vault of eight folders below a folder, with a chart. @returns the chart's id */
  async createVault(folder: string): Promise<string> {
    const stores = Array.from({ length: TOTAL }, (_, number) => `file:${join(folder, `store-${number}`)}`);
    await this.#do(["init", join(folder, "vault"), "--identity", this.identity, "--store", ...stores]);
    return (await this.#do(["chart", "new", "--vault", join(folder, "vault"), ...this.#keys])).trim();
  }

  put(input: string, folder: string, chart: string): Command {
    const command = this.#command([
      "put",
      input,
      "--vault",
      join(folder, "vault"),
      "--chart",
      chart,
      ...this.#keys,
    ]);
    return { ...command, env: { CHIROGRAPH_STATE: join(folder, "state") } };
  }

  get #recipient(): string {
    return this.#workplace.at("secrets", "me.pub");
  }

  get #keys(): string[] {
    return ["--identity", this.identity, "--sequence-key-file", this.word];
  }

  async #do(args: readonly string[]): Promise<string> {
    return (await run(this.#command(args), this.#running)).output;
  }

  #command(args: readonly string[]): Command {
    const state = { CHIROGRAPH_STATE: this.#workplace.at("state") };
    return { program: process.execPath, args: [launcher, ...args], env: state };
  }
}

import { toHex } from "@chirograph/core";
import type { Id } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import type { Keeping } from "../keeping.ts";
import { newId } from "../names.ts";
import type { Gate } from "../rows.ts";
import { encodeSettings } from "../settings-format.ts";

/**
 * One run of a change of the settings, and the gate as this run left it. Whatever it does to the gate holds only if
 * nobody else has touched it since: of two runs the later takes over, and the earlier ends at its next step.
 */
export class Run {
  readonly #before: Keeping;
  readonly #after: Keeping;
  readonly #settings: string;
  readonly #run: Id;
  #gate: Gate;

  private constructor(before: Keeping, after: Keeping, settings: string, gate: Gate) {
    this.#before = before;
    this.#after = after;
    this.#settings = settings;
    this.#run = newId(before.engine);
    this.#gate = gate;
  }

  /**
   * Takes the change over from whoever was at it. Unless a store may have been told, the gate is open then.
   * @throws VaultError `busy` where stores were told of other settings
   */
  static async begin(before: Keeping, after: Keeping): Promise<Run> {
    const settings = await hashOf(after);
    const gate = await before.rows.gate();
    requireNotOthers(gate, after, settings);
    const run = new Run(before, after, settings, gate);
    const told = gate.change?.told === true && gate.change.settings === settings;
    await run.#swap({ generation: (told ? after : before).settings.generation, told });
    return run;
  }

  /** Whether a store may have been told: then the change can only be ended. */
  get isTold(): boolean {
    return this.#gate.change?.told === true;
  }

  /** From here on only whoever knows the new settings begins a commit, or reserves. */
  async close(): Promise<void> {
    await this.#swap({ generation: this.#after.settings.generation, told: this.isTold });
  }

  async reopen(): Promise<void> {
    await this.#swap({ generation: this.#before.settings.generation, told: false });
  }

  /** Said before any store is told. */
  async sayTold(): Promise<void> {
    await this.#swap({ generation: this.#after.settings.generation, told: true });
  }

  /** @throws VaultError `busy` where somebody else is at it now */
  async #swap({ generation, told }: { readonly generation: number; readonly told: boolean }): Promise<void> {
    const next: Gate = { generation, change: { settings: this.#settings, run: this.#run, told } };
    if (!(await this.#before.rows.swapGate(this.#gate, next))) throw taken();
    this.#gate = next;
  }
}

/**
 * Nothing is under way any more, and commits go on as they did.
 * @throws VaultError `busy` where a store may have been told
 */
export async function endUntold(before: Keeping): Promise<void> {
  const { rows, settings } = before;
  const gate = await rows.gate();
  const { change, generation } = gate;
  // One that was told and has ended is part of the settings that there are.
  if (change === null || (change.told && generation <= settings.generation)) return;
  if (change.told) {
    throw new VaultError("busy", "A store may have been told of the change already: it has to be ended.");
  }
  if (!(await rows.swapGate(gate, { generation: settings.generation, change: null }))) throw taken();
}

/** A change that has ended, whoever ended it, keeps nobody from the next one. */
function requireNotOthers(gate: Gate, after: Keeping, settings: string): void {
  const { change, generation } = gate;
  const isOver = generation < after.settings.generation;
  if (change === null || !change.told || isOver || change.settings === settings) return;
  throw new VaultError("busy", "Another change of the vault's stores was begun, and has to be ended first.");
}

async function hashOf({ engine, settings }: Keeping): Promise<string> {
  return toHex(await engine.sha256([encodeSettings(settings)]));
}

function taken(): VaultError {
  return new VaultError("busy", "Another run changes the vault's stores at the same time.");
}

import type { Command } from "commander";
import { addCommand } from "../command.ts";

/** What every command that works on a vault takes. */
export interface VaultOptions {
  readonly vault?: string;
}

export function addVaultCommand(parent: Command, usage: string, summary: string): Command {
  return addCommand(parent, usage, summary).option("--vault <dir>", "the vault (default: $CHIROGRAPH_VAULT)");
}

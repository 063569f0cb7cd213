import type { Command } from "commander";
import { addCommand } from "../command.ts";

export type { VaultOptions } from "../../vault/find.ts";

/** A command that works on a vault, in a folder or behind a server. */
export function addVaultCommand(parent: Command, usage: string, summary: string): Command {
  return addVaultFolderCommand(parent, usage, summary)
    .option("--server <url>", "the server that keeps the vault (default: $CHIROGRAPH_SERVER)")
    .option("--token-file <file>", "what that server knows you by (- is standard input)");
}

/** A command that works on a vault's folder. */
export function addVaultFolderCommand(parent: Command, usage: string, summary: string): Command {
  return addCommand(parent, usage, summary).option("--vault <dir>", "the vault (default: $CHIROGRAPH_VAULT)");
}

import { Failure } from "../failure.ts";
import { findFolder, type FolderSource } from "./folder/source.ts";
import type { VaultSource } from "./source.ts";

/** Where a vault is, as the command line takes it. */
export interface VaultOptions {
  readonly vault?: string;
  readonly server?: string;
  readonly tokenFile?: string;
}

const VAULT = "CHIROGRAPH_VAULT";
const SERVER = "CHIROGRAPH_SERVER";

/**
 * The vault that a command is about; an option counts more than the environment.
 * @throws Failure `usage` when none is named, or two
 */
export async function findVault({ vault, server, tokenFile }: VaultOptions): Promise<VaultSource> {
  const named = vault === undefined && server === undefined ? fromEnvironment() : { vault, server };
  requireOne(named);
  if (named.server !== undefined) {
    // Whoever works on a folder does not wait for what only a server needs.
    const { findServer } = await import("./server/source.ts");
    return findServer(named.server, tokenFile);
  }
  if (tokenFile !== undefined) throw new Failure("usage", "--token-file is of no use without --server.");
  return findFolder(named.vault!);
}

/** The folder of a vault on this machine. @throws Failure `usage` */
export function findVaultFolder({ vault }: Pick<VaultOptions, "vault">): FolderSource {
  const named = vault ?? variable(VAULT);
  if (named !== undefined) return findFolder(named);
  throw new Failure("usage", "No vault is named.", { hint: `Give it with --vault DIR or in $${VAULT}.` });
}

type Named = Record<"vault" | "server", string | undefined>;

function fromEnvironment(): Named {
  return { vault: variable(VAULT), server: variable(SERVER) };
}

function variable(name: string): string | undefined {
  const value = process.env[name];
  return value === "" ? undefined : value;
}

function requireOne({ vault, server }: Named): void {
  if (vault === undefined && server === undefined) {
    throw new Failure("usage", "No vault is named.", {
      hint: `Give it with --vault DIR or in $${VAULT}, or a server that keeps one with --server URL or in $${SERVER}.`,
    });
  }
  if (vault === undefined || server === undefined) return;
  throw new Failure("usage", "A vault in a folder and one behind a server are named at once.", {
    hint: `Give either --vault DIR or --server URL; $${VAULT} and $${SERVER} count where neither is given.`,
  });
}

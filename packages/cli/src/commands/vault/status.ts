import { parsePrices } from "@chirograph/embedded";
import type { Command } from "commander";
import { TextInput } from "../../inputs/text-input.ts";
import { findVault } from "../../vault/find.ts";
import type { VaultStatus } from "../../vault/open-vault.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { costOf, showStatus } from "./status-view.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

interface StatusOptions extends VaultOptions {
  readonly prices?: string;
}

export function addStatusCommand(program: Command, perform: Perform): void {
  const status = addVaultCommand(program, "status", "tell how a vault and its stores are")
    .option(
      "--prices <file>",
      "what stores cost, in place of prices.json in the vault's folder (- is standard input)",
    )
    .action(perform(statusCommand));
  teach(
    status,
    `No identity is needed. Sizes and counts are the catalogue's, and how long a store takes is that of one small
question now; verify looks at all that the stores have. Behind a server it tells what went to and from the stores too.`,
    `Prices are JSON, by store as --store of init names it or by provider: for 10^9 bytes kept a month, or for that and
for a thousand requests (one price, or one each for put, get, head, list, delete) and 10^9 bytes read out:
  {"currency": "EUR",
   "stores": {"file:clouds/1": 0.01},
   "providers": {"somebody": {"gigabyteMonth": 0.02, "thousandRequests": 0.005, "gigabyteOut": 0.09}}}
Requests and what is read out count only behind a server that has watched them for ten minutes.`,
    `Examples:
  $ chirograph status --vault vault
  $ chirograph status --prices prices.json --vault vault`,
  );
}

async function statusCommand(
  context: Context,
  { prices: path, ...options }: StatusOptions,
): Promise<Outcome> {
  const file = path === undefined ? undefined : await TextInput.read(path);
  const source = await findVault(options);

  for (const input of [file, source]) input?.requirePresent();

  const prices = file === undefined ? undefined : parsePrices({ path: file.path, text: file.text() });
  return withVault(context, source, "look", async (vault) => tell(await vault.upkeep.status(prices)));
}

function tell(status: VaultStatus): Outcome {
  const { currency, stores } = status;
  return {
    lines: showStatus(status),
    document: { ...status, monthlyCost: currency === null ? null : costOf(stores) },
  };
}

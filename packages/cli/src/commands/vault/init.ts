import { fingerprint } from "@chirograph/core";
import {
  createEmbedded,
  KINDS_OF_LOCATION,
  parseLocations,
  planVault,
  requireFree,
} from "@chirograph/embedded";
import type { Command } from "commander";
import { findIdentity } from "../../inputs/identity.ts";
import { findRecipients } from "../../inputs/recipients.ts";
import { requireOneStdin } from "../../inputs/text-input.ts";
import { showName } from "../../terminal/name.ts";
import { addCommand, type Context, type Outcome, type Perform, teach } from "../command.ts";
import { policyHelp } from "./policy-help.ts";
import { findPolicy } from "./policy-input.ts";
import { showTolerance } from "./tolerance.ts";

interface InitOptions {
  readonly store: readonly string[];
  readonly identity: string;
  readonly passphraseFile?: string;
  readonly policy?: readonly string[];
  readonly owner?: readonly string[];
}

export function addInitCommand(program: Command, perform: Perform): void {
  const init = addCommand(program, "init", "make a vault over stores that nobody has to trust")
    .argument("<vault>", "folder for the vault's catalogue: new, or empty")
    .requiredOption(
      "--store <location...>",
      `the stores: ${KINDS_OF_LOCATION}; folders that are missing are made`,
    )
    .requiredOption("--identity <file>", "the founder's identity (- is standard input)")
    .option("--passphrase-file <file>", "passphrase of that identity (- is standard input)")
    .option(
      "--policy <preset|file...>",
      "what is asked of the stores: a preset, a file, or both (- is standard input)",
    )
    .option("--owner <recipient...>", "who else may make the catalogue again from the stores")
    .action(perform(initCommand));
  teach(
    init,
    `The folder holds the catalogue, the places of the stores and the catalogue's key: enough to verify and repair,
never enough to read a record. If it is lost, reindex makes it again from the stores and an owner's identity. An init
that was interrupted is run again as it was.`,
    policyHelp,
    `Examples:
  $ chirograph init vault --store file:clouds/1 file:clouds/2 file:clouds/3 --identity me.key
  $ chirograph init vault --store file:/mnt/a file:/mnt/b --policy hybrid stores.json --owner ward.pub --identity me.key`,
  );
}

async function initCommand(context: Context, vault: string, options: InitOptions): Promise<Outcome> {
  const { engine, terminal, unfinished } = context;
  requireOneStdin([
    options.identity,
    options.passphraseFile,
    ...(options.policy ?? []),
    ...(options.owner ?? []),
  ]);
  const locations = parseLocations(options.store);
  const identity = await findIdentity(engine, options.identity, options.passphraseFile);
  const others = options.owner === undefined ? undefined : await findRecipients(engine, options.owner);
  const { preset, file } = await findPolicy(options.policy);

  for (const input of [identity, others, file]) input?.requirePresent();

  const folder = requireFree(vault);

  const plan = planVault(locations, { preset, file: file && { path: file.path, text: file.text() } });
  const owners = (await others?.recipients()) ?? [];
  const founder = await identity.unlock();
  const newVault = { folder, founder, owners, locations, ...plan };
  const { settings } = await createEmbedded(engine, newVault, unfinished);

  terminal.note(`The vault is in ${showName(vault)}. ${showTolerance(settings)}`);
  terminal.note("Keep your identity: without an owner's, a lost catalogue cannot be made again.");
  return {
    lines: [vault],
    document: {
      folder: vault,
      vault: settings.vault,
      owners: settings.owners.map(({ member }) => fingerprint(member)),
      policy: settings.policy,
      stores: settings.stores.map((store, index) => ({ ...store, location: locations[index] })),
    },
  };
}

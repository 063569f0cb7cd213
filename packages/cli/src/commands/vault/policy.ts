import { GENERATED_LENGTH, LONGEST_WORD, SHORTEST_WORD } from "@chirograph/core";
import { readConfig } from "@chirograph/embedded";
import { explainPolicy } from "@chirograph/vault";
import { type Command, InvalidArgumentError } from "commander";
import { findVaultFolder } from "../../vault/find.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { policyHelp } from "./policy-help.ts";
import { showPolicy } from "./policy-view.ts";
import { addVaultFolderCommand } from "./vault-command.ts";

/** Columns of what is no screen: nothing is broken for whoever reads it with a program. */
const WIDE = 1000;

interface ExplainPolicyOptions {
  readonly vault?: string;
  readonly length: number;
}

export function addPolicyCommands(program: Command, perform: Perform): void {
  const policy = program.command("policy").description("what is asked of the stores of a vault");

  const explain = addVaultFolderCommand(
    policy,
    "explain",
    "say in words what may be lost, and who together has enough",
  )
    .option("--length <n>", "characters of the word, and so fragments", parseLength, GENERATED_LENGTH)
    .action(perform(explainPolicyCommand));
  teach(
    explain,
    "No identity and no store is needed. The policy is chosen by init --policy:",
    policyHelp,
    `Example:
  $ chirograph policy explain --vault vault --length 16`,
  );
}

async function explainPolicyCommand({ engine }: Context, options: ExplainPolicyOptions): Promise<Outcome> {
  const source = findVaultFolder(options);

  source.requirePresent();

  const { settings, places } = await readConfig(engine, source.folder);
  const explained = explainPolicy(settings, options.length);
  const locations = places.map(({ location }, index) => location ?? settings.stores[index]!.id);
  const stores = explained.stores.map((store, index) => ({
    ...store,
    location: places[index]!.location ?? null,
  }));
  return {
    lines: showPolicy(explained, locations, process.stdout.columns ?? WIDE),
    document: { ...explained, stores },
  };
}

function parseLength(text: string): number {
  const length = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (length >= SHORTEST_WORD && length <= LONGEST_WORD) return length;
  throw new InvalidArgumentError(`It is from ${SHORTEST_WORD} to ${LONGEST_WORD}.`);
}

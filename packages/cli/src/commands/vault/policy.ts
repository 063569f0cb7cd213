import { GENERATED_LENGTH, LONGEST_WORD, SHORTEST_WORD } from "@chirograph/core";
import { explainPolicy } from "@chirograph/vault";
import { type Command, InvalidArgumentError } from "commander";
import { findVault } from "../../vault-folder/find.ts";
import { readConfig } from "../../vault-folder/open.ts";
import { policyHelp } from "../../vault-folder/policy-file.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

interface ExplainPolicyOptions extends VaultOptions {
  readonly length: number;
}

export function addPolicyCommands(program: Command, perform: Perform): void {
  const policy = program.command("policy").description("what is asked of the stores of a vault");

  const explain = addVaultCommand(
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

async function explainPolicyCommand(
  context: Context,
  { vault, length }: ExplainPolicyOptions,
): Promise<Outcome> {
  const source = findVault(vault);

  source.requirePresent();

  const { settings, places } = await readConfig(context, source);
  const { sentences, ...explained } = explainPolicy(settings, length);
  const named = (sentence: string): string =>
    places.reduce(
      (text, { id, location }) => text.replace(`Store ${id.slice(0, 8)} `, `${location} `),
      sentence,
    );
  const stores = explained.stores.map((store, index) => ({ ...store, location: places[index]!.location }));
  return {
    lines: sentences.map(named),
    document: { ...explained, policy: settings.policy, stores },
  };
}

function parseLength(text: string): number {
  const length = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (length >= SHORTEST_WORD && length <= LONGEST_WORD) return length;
  throw new InvalidArgumentError(`It is from ${SHORTEST_WORD} to ${LONGEST_WORD}.`);
}

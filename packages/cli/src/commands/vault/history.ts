import { fingerprint, toHex, type Version } from "@chirograph/core";
import type { ChartState } from "@chirograph/core";
import type { Id } from "@chirograph/vault";
import type { Command } from "commander";
import { parseId } from "../../inputs/ids.ts";
import { addKeyOptions, findKeysIfGiven, type KeyOptions } from "../../inputs/keys.ts";
import { findVault } from "../../vault/find.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { describeIfOpen, showDescribed } from "./described.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

export function addHistoryCommand(program: Command, perform: Perform): void {
  const history = addVaultCommand(program, "history", "list the versions of a record, the oldest first")
    .argument("<record>", "its id", parseId)
    .action(perform(historyCommand));
  addKeyOptions(history, "optional");
  teach(
    history,
    "Numbers and ids of versions need no key; names, kinds and dates need an identity and the word of the chart.",
    `Example:
  $ chirograph history R --vault vault --identity me.key --sequence-key-file word`,
  );
}

async function historyCommand(
  context: Context,
  record: Id,
  options: VaultOptions & KeyOptions,
): Promise<Outcome> {
  const source = await findVault(options);
  const keys = await findKeysIfGiven(context.engine, options);

  for (const input of [source, keys]) input?.requirePresent();

  return withVault(context, source, "look", async ({ client }) => {
    const chart = await client.chartOf(record);
    const open = await keys?.unlock(client, chart);
    const { state } = open?.chart ?? (await client.chart(chart));
    const rows = [];
    for (const [index, version] of (state.records.get(record)?.versions ?? []).entries()) {
      const id = toHex(version.version);
      const described = version.erased ? null : await describeIfOpen(open, record, id);
      rows.push({ number: index + 1, ...tell(state, version), described });
    }
    return {
      lines: rows.map(({ number, version, erased, epoch, signer, described }) => {
        const told = erased ? "erased" : described === null ? "" : showDescribed(described);
        return `${number}  ${version}  epoch ${epoch}  by ${signer}  ${told}`.trimEnd();
      }),
      document: { chart, record, versions: rows },
    };
  });
}

function tell(
  state: ChartState,
  { version, epoch, signer, erased }: Version,
): { version: Id; epoch: number; signer: string; erased: boolean } {
  const signing = toHex(signer);
  const author = [...state.everMembers.values()].find((member) => toHex(member.signing) === signing);
  return {
    version: toHex(version),
    epoch,
    signer: author === undefined ? "a key that is no member's" : fingerprint(author.member),
    erased,
  };
}

import type { ErasureReport } from "@chirograph/vault";
import type { Command } from "commander";
import { parseReference, type RecordReference, resolveVersion } from "../../inputs/ids.ts";
import { addKeyOptions, findKeys, type KeyOptions } from "../../inputs/keys.ts";
import type { ExitReason } from "../../exit-codes.ts";
import { Failure } from "../../failure.ts";
import { count } from "../../terminal/quantity.ts";
import { findVault } from "../../vault/find.ts";
import type { OpenVault } from "../../vault/open-vault.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { longJob } from "./long-job.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

export function addEraseCommand(program: Command, perform: Perform): void {
  const erase = addVaultCommand(program, "erase", "erase a record or a version of it from every store")
    .argument(
      "[record]",
      "its id; one version as ID@VERSION; none: finish what was begun before",
      parseReference,
    )
    .action(perform(eraseCommand));
  addKeyOptions(erase, "optional");
  teach(
    erase,
    `First a signed tombstone, which needs an identity and the word; then every fragment, store by store, which needs
neither. Each store's confirmation is reported; where one is missing the exit code is 69, and erase without a record
asks again. What somebody has read and kept, nothing takes back.`,
    `Examples:
  $ chirograph erase R@1 --vault vault --identity me.key --sequence-key-file word
  $ chirograph erase --vault vault`,
  );
}

async function eraseCommand(
  context: Context,
  reference: RecordReference | undefined,
  options: VaultOptions & KeyOptions,
): Promise<Outcome> {
  const source = await findVault(options);
  const { identity } = options;
  if (reference !== undefined && identity === undefined) {
    throw new Failure("usage", "To erase a record, an identity must sign for it.", {
      hint: "Give --identity FILE, and the word.",
    });
  }
  const keys = identity === undefined ? undefined : await findKeys(context.engine, { ...options, identity });

  for (const input of [source, keys]) input?.requirePresent();

  return withVault(context, source, "work", async (vault) => {
    if (reference !== undefined) {
      const { record } = reference;
      const chart = await keys!.unlock(vault.client, await vault.client.chartOf(record));
      await chart.erase(record, resolveVersion(chart.chart, reference));
    }
    const report = await longJob(context, "erasing", "Run chirograph erase to go on.", (controls) =>
      vault.upkeep.finishErasures(controls),
    );
    return tellErasure(vault, report);
  });
}

/** What every store confirmed, and whether that is all. */
export function tellErasure(
  { away, locate }: OpenVault,
  { erased, unfinished, stores }: ErasureReport,
): Outcome & { readonly reason: ExitReason } {
  const absent = new Set(away.map(({ id }) => id));
  const answers = stores.map((answer) => ({
    ...answer,
    location: locate(answer.store),
    confirmed: answer.unreachable === 0 && (unfinished.length === 0 || !absent.has(answer.store)),
  }));
  const open =
    unfinished.length === 0 ? "" : `, ${count(unfinished.length, "version")} not from every store yet`;
  return {
    lines: [
      ...answers.map(({ location, confirmed, deleted, rewritten }) => {
        const anew = rewritten === 0 ? "" : `, ${rewritten} of them written again without it`;
        return `${location}  ${confirmed ? "confirmed" : "not confirmed"}: ${count(deleted, "object")} deleted${anew}`;
      }),
      `${count(erased.length, "version")} erased${open}.`,
    ],
    document: { erased, unfinished, stores: answers },
    reason: unfinished.length === 0 ? "done" : "tooFew",
  };
}

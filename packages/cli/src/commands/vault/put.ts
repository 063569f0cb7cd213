import { setImmediate } from "node:timers/promises";
import { contentBytes } from "@chirograph/core";
import type { Id, OpenChart, PutOptions as ClientPutOptions, RecordSource } from "@chirograph/vault";
import { type Command, Option } from "commander";
import { Failure } from "../../failure.ts";
import { recordContent } from "../../inputs/content.ts";
import { parseId } from "../../inputs/ids.ts";
import { addKeyOptions, findKeys, type KeyOptions } from "../../inputs/keys.ts";
import { secretsHelp } from "../../inputs/secret.ts";
import { requireThere } from "../../inputs/walk.ts";
import { count } from "../../terminal/quantity.ts";
import type { Progress } from "../../terminal/progress.ts";
import { findVault } from "../../vault/find.ts";
import { type Attempt, PutJournal } from "../../vault/journal.ts";
import type { OpenVault } from "../../vault/open-vault.ts";
import { withVault } from "../../vault/source.ts";
import { stateHelp } from "../../vault/state-folder.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { findContents, type Item, itemsOf } from "./put-items.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

const FILES_A_TURN = 16;

interface PutOptions extends VaultOptions, KeyOptions {
  readonly identity: string;
  readonly chart: Id;
  readonly record?: Id;
  readonly asOne?: boolean;
  readonly cipher?: "aes-128" | "aes-256";
  readonly pad?: "padme" | "none";
}

export function addPutCommand(program: Command, perform: Perform): void {
  const put = addVaultCommand(program, "put", "put records into a chart; the id of each is printed")
    .argument("<source...>", "files, and folders: each file in a folder becomes a record")
    .requiredOption("--chart <id>", "the chart", parseId)
    .option("--record <id>", "add a version to this record", parseId)
    .option("--as-one", "a folder becomes one record, such as a study")
    .addOption(new Option("--cipher <name>", "cipher (default: aes-128)").choices(["aes-128", "aes-256"]))
    .addOption(
      new Option("--pad <how>", "hide the exact length, or not (default: padme)").choices(["padme", "none"]),
    )
    .action(perform(putCommand));
  addKeyOptions(put, "required");
  teach(
    put,
    `What is cut short is run again as it was: what is in the vault already is not put twice, and its ids are printed
again. A source that has changed meanwhile is put anew. ${stateHelp}`,
    `Examples:
  $ chirograph put scan.dcm report.pdf --vault vault --chart C --identity me.key --sequence-key-file word
  $ chirograph put study/ --as-one --vault vault --chart C --identity me.key --sequence-key-file word
  $ chirograph put scan-2.dcm --record R --vault vault --chart C --identity me.key --sequence-key-file word`,
    secretsHelp,
  );
}

async function putCommand(context: Context, paths: readonly string[], options: PutOptions): Promise<Outcome> {
  const { engine, interruption } = context;
  if (paths.includes("-"))
    throw new Failure(
      "usage",
      "A record cannot come from standard input: its length must be known beforehand.",
    );
  const source = await findVault(options);
  const keys = await findKeys(engine, options);

  for (const path of paths) await requireThere(path);
  for (const input of [source, keys]) input.requirePresent();

  const contents = await findContents(paths, options.asOne === true);
  if (options.record !== undefined && contents.length !== 1) {
    throw new Failure("usage", `--record takes one source, and there are ${contents.length}.`, {
      hint: "With --as-one, a folder is one.",
    });
  }
  return withVault(context, source, "work", async (vault) => {
    const chart = await keys.unlock(vault.client, options.chart);
    const { chart: id, record, asOne = false } = options;
    const journal = await PutJournal.open(await chart.journalKey(), {
      chart: id,
      record,
      asOne,
      sources: paths,
    });
    try {
      await vault.settle(chart, journal);
      const items = itemsOf(contents, journal, chart);
      const put = await interruption.during("Run the same command again to go on.", (signal) =>
        putItems(context, { vault, chart, journal, items, options, signal }),
      );
      await journal.complete();
      return describe(options.chart, items, put);
    } finally {
      await journal.close();
    }
  });
}

interface Work {
  readonly vault: OpenVault;
  readonly chart: OpenChart;
  readonly journal: PutJournal;
  readonly items: readonly Item[];
  readonly options: PutOptions;
  readonly signal: AbortSignal;
}

/** Puts what is not there yet. @returns what each item has become */
async function putItems({ terminal }: Context, work: Work): Promise<Map<Item, Attempt>> {
  const { vault, chart, journal, items, options, signal } = work;
  const missing = items.filter(({ done }) => done === undefined);
  const put = new Map(items.flatMap((item) => (item.done === undefined ? [] : [[item, item.done] as const])));
  if (put.size > 0) terminal.note(`${count(put.size, "record")} of ${items.length} went in before.`);

  const bytes = missing.reduce((sum, { content }) => sum + contentBytes(content.entries), 0);
  const progress = terminal.progress("putting", bytes);
  const owing = new Set<Id>();
  const how: ClientPutOptions = {
    suite: options.cipher ?? "aes-128",
    padded: options.pad !== "none",
    onSealed: ({ index, record, version }) => journal.note(missing[index]!.digest, { record, version }),
  };
  try {
    const sources = sourcesOf(missing, options.record, progress, signal);
    for await (const { index, record, version, storesMissing } of chart.put(sources, how)) {
      put.set(missing[index]!, { record, version });
      for (const store of storesMissing) owing.add(store);
    }
    signal.throwIfAborted();
  } finally {
    progress.end();
  }
  for (const store of owing)
    terminal.warn(`${vault.locate(store)} did not take everything; chirograph repair makes it whole.`);
  return put;
}

function* sourcesOf(
  items: readonly Item[],
  record: Id | undefined,
  progress: Progress,
  signal: AbortSignal,
): Generator<RecordSource, void, void> {
  for (const [at, { content }] of items.entries()) {
    // What is on its way is committed before the put ends.
    if (signal.aborted) return;
    yield {
      ...(record === undefined ? {} : { record }),
      async content() {
        // Small files are read at once: signals and stores are heard in between.
        if (at % FILES_A_TURN === 0) await setImmediate();
        return recordContent(content, {
          add(bytes) {
            signal.throwIfAborted();
            progress.add(bytes);
          },
        });
      },
    };
  }
}

function describe(chart: Id, items: readonly Item[], put: ReadonlyMap<Item, Attempt>): Outcome {
  const records = items.map((item) => {
    const { record, version } = put.get(item)!;
    const { shape, entries } = item.content;
    return { record, version, shape, entries: entries.length, bytes: contentBytes(entries) };
  });
  return { lines: records.map(({ record }) => record), document: { chart, records } };
}

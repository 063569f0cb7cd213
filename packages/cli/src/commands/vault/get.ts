import { contentBytes, fingerprint, isZero } from "@chirograph/core";
import type { OpenedRecord } from "@chirograph/vault";
import type { Command } from "commander";
import { PRIVATE_FOLDER, requireAbsent, writeFile, writeFolder } from "@chirograph/embedded/files";
import { Failure } from "../../failure.ts";
import { parseReference, type RecordReference, resolveVersion } from "../../inputs/ids.ts";
import { addKeyOptions, findKeys, type KeyOptions } from "../../inputs/keys.ts";
import { secretsHelp } from "../../inputs/secret.ts";
import { restoreFile, restoreFolder } from "../../outputs/restore.ts";
import type { Progress } from "../../terminal/progress.ts";
import { showTime } from "../../terminal/quantity.ts";
import { findVault } from "../../vault/find.ts";
import type { OpenVault } from "../../vault/open-vault.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { type ByteSpan, parseSpan, type Part, partOf } from "./part.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

interface GetOptions extends VaultOptions, KeyOptions {
  readonly identity: string;
  readonly output: string;
  readonly range?: ByteSpan;
  readonly only?: readonly string[];
  readonly json?: boolean;
}

const STDOUT = "-";

export function addGetCommand(program: Command, perform: Perform): void {
  const get = addVaultCommand(program, "get", "get a record out of a vault, or a part of it")
    .argument(
      "<record>",
      "its id; an older version as ID@VERSION, its id or its number from 1",
      parseReference,
    )
    .requiredOption("-o, --output <path>", "where to write it: not there yet, or - for standard output")
    .option("--range <first-last>", "only these bytes, counted from 0, the last one included", parseSpan)
    .option("--only <path...>", "files or folders out of a record that is a folder")
    .action(perform(getCommand));
  addKeyOptions(get, "required");
  teach(
    get,
    `What is damaged is worked around and named by its store; repair makes it whole. Every byte is checked before it
is given out; on standard output the exit code alone tells whether that was all of them.`,
    `Examples:
  $ chirograph get R -o scan.dcm --vault vault --identity me.key --sequence-key-file word
  $ chirograph get R@1 -o first.dcm --vault vault --identity me.key --sequence-key-file word
  $ chirograph get R -o slice.dcm --only series/0042.dcm --vault vault --identity me.key --sequence-key-file word`,
    secretsHelp,
  );
}

async function getCommand(
  context: Context,
  reference: RecordReference,
  options: GetOptions,
): Promise<Outcome> {
  const { engine, terminal } = context;
  refuseBinary(options);
  const source = await findVault(options);
  const keys = await findKeys(engine, options);

  for (const input of [source, keys]) input.requirePresent();

  const target = options.output === STDOUT ? undefined : requireAbsent(options.output);

  return withVault(context, source, "look", async (vault) => {
    const chart = await keys.unlock(vault.client, await vault.client.chartOf(reference.record));
    const opened = await chart.open(reference.record, resolveVersion(chart.chart, reference));
    const part = partOf(opened.inside, options.only ?? [], options.range);
    if (part.shape === "folder" && target === undefined)
      throw new Failure("badData", "A folder cannot go to standard output.", {
        hint: "Name a file with --only.",
      });
    const progress = terminal.progress("getting", contentBytes(part.entries));
    try {
      await restore(context, target, part, contentOf(opened, part, progress));
    } finally {
      progress.end();
    }
    tellDamage(context, vault, opened);
    return describe(options.output, opened, part);
  });
}

function refuseBinary({ output, json }: GetOptions): void {
  if (output !== STDOUT) return;
  if (json === true)
    throw new Failure("usage", "With --json, standard output is taken: name a file with -o.");
  if (process.stdout.isTTY)
    throw new Failure("usage", "A record is not written to a terminal.", { hint: "Name a file with -o." });
}

async function restore(
  { unfinished }: Context,
  target: string | undefined,
  { shape, entries }: Part,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  if (target === undefined) {
    for await (const piece of content) await writeOut(piece);
  } else if (shape === "file") {
    await writeFile(unfinished, target, (file) => restoreFile(file, content));
  } else {
    await writeFolder(unfinished, target, PRIVATE_FOLDER, (folder) =>
      restoreFolder(folder, entries, content),
    );
  }
}

async function* contentOf(
  opened: OpenedRecord,
  { runs }: Part,
  progress: Progress,
): AsyncGenerator<Uint8Array, void, void> {
  for (const { first, end } of runs) {
    for await (const piece of opened.content(first, end, { lend: true })) {
      progress.add(piece.length);
      yield piece;
    }
  }
}

function writeOut(piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}

/** Stores that are away are named already. */
function tellDamage(
  { terminal }: Context,
  { locate, away }: OpenVault,
  { damagedStores }: OpenedRecord,
): void {
  const absent = new Set(away.map(({ id }) => id));
  for (const store of damagedStores.filter((each) => !absent.has(each)))
    terminal.warn(`A fragment on ${locate(store)} is missing or damaged; chirograph repair makes it whole.`);
}

function describe(output: string, opened: OpenedRecord, { shape, entries }: Part): Outcome {
  const { record, version, card } = opened;
  return {
    lines: output === STDOUT ? [] : [output],
    document: {
      output,
      record,
      version,
      kind: card.kind,
      sealedAt: showTime(card.time),
      author: isZero(card.author) ? null : fingerprint(card.author),
      shape,
      entries: entries.length,
      bytes: contentBytes(entries),
      damagedStores: opened.damagedStores,
    },
  };
}

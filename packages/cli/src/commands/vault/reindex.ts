import { createSqliteRows } from "@chirograph/catalogue/sqlite";
import type { Store } from "@chirograph/stores";
import { type ReindexReport, reindexVault, type Rows } from "@chirograph/vault";
import type { Command } from "commander";
import { Failure } from "../../failure.ts";
import { findIdentity } from "../../inputs/identity.ts";
import { requireOneStdin } from "../../inputs/text-input.ts";
import { createFile } from "../../outputs/small-file.ts";
import { PRIVATE_FOLDER, writeFolder } from "../../outputs/staging.ts";
import { requireFreeFolder } from "../../outputs/target.ts";
import { count } from "../../terminal/quantity.ts";
import { formatConfig } from "../../vault-folder/config.ts";
import { formatKeyFile } from "../../vault-folder/key-file.ts";
import { withHeaders } from "../../vault-folder/create.ts";
import { pathsIn } from "../../vault-folder/layout.ts";
import { type Location, parseLocations } from "../../vault-folder/location.ts";
import { openStore } from "../../vault-folder/stores.ts";
import { addCommand, type Context, type Outcome, type Perform, teach } from "../command.ts";
import { longJob } from "./long-job.ts";

interface ReindexOptions {
  readonly store: readonly string[];
  readonly identity: string;
  readonly passphraseFile?: string;
}

export function addReindexCommand(program: Command, perform: Perform): void {
  const reindex = addCommand(program, "reindex", "make a vault's lost catalogue again, from its stores")
    .argument("<vault>", "folder for the catalogue: new, or empty")
    .requiredOption("--store <location...>", "the stores: file:PATH each, all that are left")
    .requiredOption("--identity <file>", "an owner's identity (- is standard input)")
    .option("--passphrase-file <file>", "passphrase of that identity (- is standard input)")
    .action(perform(reindexCommand));
  teach(
    reindex,
    `Every chart, record and version that the stores hold is found again and checked. With fewer than N - f of N stores
(f: a third of the others) it says "newest seen, not proven": a store that is not there may hold something newer.`,
    `Example:
  $ chirograph reindex vault-2 --store file:clouds/1 file:clouds/2 file:clouds/3 --identity me.key`,
  );
}

async function reindexCommand(context: Context, vault: string, options: ReindexOptions): Promise<Outcome> {
  const { engine, unfinished } = context;
  requireOneStdin([options.identity, options.passphraseFile]);
  const locations = parseLocations(options.store);
  const source = await findIdentity(engine, options.identity, options.passphraseFile);

  const found = await openGiven(locations);
  source.requirePresent();

  const target = requireFreeFolder(vault);

  const identity = await source.unlock();
  return writeFolder(unfinished, target, PRIVATE_FOLDER, async (folder) => {
    const paths = pathsIn(folder);
    const report = await withRows(paths.catalogue, (rows) =>
      longJob(context, "reading", "Run it again from the beginning.", (controls) =>
        reindexVault(engine, { stores: [...found.keys()], identity, rows, ...controls }),
      ),
    );
    const { settings, catalogueKey, stores } = report;
    const places = settings.stores.map(({ id }) => {
      const store = stores.get(id);
      return { id, location: store && found.get(store), header: undefined };
    });
    const config = await withHeaders({ settings, places }, stores);
    await createFile(paths.key, formatKeyFile(catalogueKey));
    await createFile(paths.config, await formatConfig(engine, config));
    return tell(context, { vault, locations }, report);
  });
}

/** Everything is in the one file when the rows are closed. */
async function withRows<Result>(file: string, use: (rows: Rows) => Promise<Result>): Promise<Result> {
  const rows = await createSqliteRows(file);
  try {
    return await use(rows);
  } finally {
    await rows.close();
  }
}

/** Stores, each with where it was named to be. */
async function openGiven(locations: readonly Location[]): Promise<Map<Store, Location>> {
  const stores = new Map<Store, Location>();
  for (const location of locations) {
    const store = await openStore(location);
    if (typeof store === "string")
      throw new Failure("noInput", `The store ${location} ${store}.`, {
        hint: "Leave it out if it is lost: the others may be enough.",
      });
    stores.set(store, location);
  }
  return stores;
}

function tell(
  { terminal }: Context,
  { vault, locations }: { readonly vault: string; readonly locations: readonly Location[] },
  report: ReindexReport,
): Outcome {
  const { charts, versions, proven } = report;
  const problems = report.problems.map((problem) => ({
    ...problem,
    location: problem.at === undefined ? undefined : locations[problem.at],
  }));
  for (const { kind, location } of problems)
    terminal.warn(location === undefined ? `${kind}.` : `${kind} on ${location}.`);
  terminal.note(`${count(charts, "chart")} and ${count(versions, "version")} were found.`);
  terminal.note(
    proven
      ? "So many stores were read that nothing newer can be hidden."
      : "Newest seen, not proven: a store that was not read may hold something newer.",
  );
  return {
    lines: [vault],
    document: { folder: vault, vault: report.settings.vault, charts, versions, proven, problems },
  };
}

import {
  Connections,
  KINDS_OF_LOCATION,
  type Location,
  openStore,
  parseLocations,
  reindexEmbedded,
} from "@chirograph/embedded";
import { requireFreeFolder } from "@chirograph/embedded/files";
import type { Store } from "@chirograph/stores";
import type { ReindexReport } from "@chirograph/vault";
import type { Command } from "commander";
import { Failure } from "../../failure.ts";
import { findIdentity } from "../../inputs/identity.ts";
import { requireOneStdin } from "../../inputs/text-input.ts";
import { count } from "../../terminal/quantity.ts";
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
    .requiredOption("--store <location...>", `the stores, all that are left: ${KINDS_OF_LOCATION}`)
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
  const connections = new Connections();
  try {
    return await reindexOver(connections, context, { vault, ...options });
  } finally {
    await connections.close();
  }
}

async function reindexOver(
  connections: Connections,
  context: Context,
  { vault, ...options }: ReindexOptions & { readonly vault: string },
): Promise<Outcome> {
  const { engine, unfinished } = context;
  requireOneStdin([options.identity, options.passphraseFile]);
  const locations = parseLocations(options.store);
  const source = await findIdentity(engine, options.identity, options.passphraseFile);

  const stores = await openGiven(connections, locations);
  source.requirePresent();

  const folder = requireFreeFolder(vault);

  const identity = await source.unlock();
  const report = await longJob(context, "reading", "Run it again from the beginning.", (controls) =>
    reindexEmbedded(engine, { folder, stores, identity, ...controls }, unfinished),
  );
  return tell(context, { vault, stores }, report);
}

/** Stores, each with where it was named to be. */
async function openGiven(
  connections: Connections,
  locations: readonly Location[],
): Promise<Map<Store, Location>> {
  const stores = new Map<Store, Location>();
  for (const location of locations) {
    const store = await openStore(connections, location);
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
  { vault, stores }: { readonly vault: string; readonly stores: ReadonlyMap<Store, Location> },
  report: ReindexReport,
): Outcome {
  const { charts, versions, proven } = report;
  const given = [...stores.values()];
  const problems = report.problems.map((problem) => {
    const { at, store } = problem;
    const known = store === undefined ? undefined : report.stores.get(store);
    return { ...problem, location: at === undefined ? known && stores.get(known) : given[at] };
  });
  for (const { kind, location } of problems)
    terminal.warn(location === undefined ? `${kind}.` : `${kind} on ${location}.`);
  terminal.note(`${count(charts, "chart")} and ${count(versions, "version")} were found.`);
  terminal.note(
    proven
      ? "So many stores were read that nothing newer can be hidden."
      : "Newest seen, not proven: a store that was not read may hold something newer.",
  );
  if ([...report.stores.keys()].some((id) => !report.headers.has(id)))
    terminal.note(
      "Some stores show older settings; chirograph store renew tells them, as the vault's founder.",
    );
  return {
    lines: [vault],
    document: { folder: vault, vault: report.settings.vault, charts, versions, proven, problems },
  };
}

import {
  changeStores,
  type ChangeStoresReport,
  giveUpChange,
  KINDS_OF_LOCATION,
  type NewStore,
  parseLocations,
  readConfig,
  renewStores,
  type StoreChange,
} from "@chirograph/embedded";
import type { StoreKind } from "@chirograph/vault";
import { VaultError, type VaultErrorCode } from "@chirograph/vault/error";
import { type Command, InvalidArgumentError, Option } from "commander";
import { explain } from "../../explain.ts";
import { Failure } from "../../failure.ts";
import { findIdentity, type IdentitySource } from "../../inputs/identity.ts";
import { requireOneStdin } from "../../inputs/text-input.ts";
import { count } from "../../terminal/quantity.ts";
import { findVaultFolder, type VaultOptions } from "../../vault/find.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { longJob } from "./long-job.ts";
import { findNamedStore } from "./name-store.ts";
import { showTolerance } from "./tolerance.ts";
import { addVaultFolderCommand } from "./vault-command.ts";

const KINDS: readonly StoreKind[] = ["public", "private-on-premise", "private-hosted"];
const MOST_WEIGHT = 100;

interface FounderOptions extends Pick<VaultOptions, "vault"> {
  readonly identity: string;
  readonly passphraseFile?: string;
}

interface AddStoreOptions extends FounderOptions {
  readonly kind: StoreKind;
  readonly provider?: string;
  readonly region?: string;
  readonly weight: number;
}

interface RemoveStoreOptions extends FounderOptions {
  readonly lost?: true;
}

export function addStoreCommands(program: Command, perform: Perform): void {
  const store = program.command("store").description("stores that come to a vault, and that go");

  const add = addFounderCommand(store, "add", "add stores to a vault, as its founder")
    .argument("<location...>", `where they are: ${KINDS_OF_LOCATION}; folders that are missing are made`)
    .addOption(new Option("--kind <kind>", "what each is").choices(KINDS).default("private-on-premise"))
    .option("--provider <name>", "who runs them")
    .option("--region <name>", "where they stand")
    .option("--weight <n>", "the share of each beside the others', 1 to 100", parseWeight, 1)
    .action(perform(addStoreCommand));
  teach(
    add,
    `A store that comes is given what every store has of each commit; then the vault's settings are signed anew. The policy
stays as it is. Others may work meanwhile; whoever had the vault open has to open it again, so start a server again.
Cut short, it is run again as it was.`,
    `Examples:
  $ chirograph store add file:/mnt/c --vault vault --identity me.key
  $ chirograph store add "s3:bucket?region=eu-west-1" --kind public --provider "a cloud" --region eu --vault vault --identity me.key
  $ chirograph rebalance --vault vault                   gives it its share of what is there`,
  );

  const remove = addFounderCommand(
    store,
    "remove",
    "take a store out that was evacuated, as the vault's founder",
  )
    .argument("<store>", "its location, or the beginning of its id")
    .option("--lost", "give up what the store had still to delete, since it is lost")
    .action(perform(removeStoreCommand));
  teach(
    remove,
    `Nothing may be needed from it any more: evacuate says so. What lies in the store is left alone.`,
    `Example:
  $ chirograph evacuate file:clouds/3 --vault vault
  $ chirograph store remove file:clouds/3 --vault vault --identity me.key`,
  );

  const renew = addFounderCommand(
    store,
    "renew",
    "give stores that lack it, or show older settings, their header, as the vault's founder",
  ).action(perform(renewStoresCommand));
  teach(
    renew,
    `For after a reindex that found headers missing or older than others: the catalogue has no copies for repair then.`,
    `Example:
  $ chirograph store renew --vault vault --identity me.key`,
  );

  const giveUp = addVaultFolderCommand(
    store,
    "give-up",
    "leave the stores as they were before an add or a remove that was cut short",
  ).action(perform(giveUpCommand));
  teach(
    giveUp,
    `Once a store was told of the change it can only be ended.`,
    `Example:
  $ chirograph store give-up --vault vault`,
  );
}

function addFounderCommand(parent: Command, usage: string, summary: string): Command {
  return addVaultFolderCommand(parent, usage, summary)
    .requiredOption("--identity <file>", "the founder's identity (- is standard input)")
    .option("--passphrase-file <file>", "passphrase of that identity (- is standard input)");
}

async function addStoreCommand(
  context: Context,
  named: readonly string[],
  { kind, provider = "", region = "", weight, ...options }: AddStoreOptions,
): Promise<Outcome> {
  const stores = parseLocations(named).map((location): NewStore => {
    return { location, kind, provider, region, weight };
  });
  const report = await change(context, options, async () => ({ what: "add", stores }));
  const lines = stores.map(({ location }) => `${location} is one of the vault's stores.`);
  return tell(context, report, [
    ...lines,
    `${count(report.writtenStatements, "statement")} written; chirograph rebalance gives ${stores.length === 1 ? "it its share" : "them their shares"} of what is there.`,
  ]);
}

async function removeStoreCommand(
  context: Context,
  named: string,
  { lost, ...options }: RemoveStoreOptions,
): Promise<Outcome> {
  let location = named;
  const asked = async (folder: string): Promise<StoreChange> => {
    const { places } = await readConfig(context.engine, folder);
    const known = places.map((place) => ({ store: place.id, location: place.location ?? place.id }));
    const store = findNamedStore(known, named);
    location = known.find((one) => one.store === store)!.location;
    return { what: "remove", store, lost: lost === true };
  };
  const report = await change(context, options, asked);
  return tell(context, report, [`${location} is none of the vault's stores any more.`]);
}

async function renewStoresCommand(context: Context, options: FounderOptions): Promise<Outcome> {
  const { folder, founder } = await founderOf(context, options);
  const renewing = renewStores(context.engine, { folder, founder: await founder.unlock() });
  const report = await advised(renewing);
  const there = report.config.places.length - report.owing.length;
  return tell(context, report, [
    `${there} of ${count(report.config.places.length, "store")} have their header.`,
  ]);
}

/** What to do about a refusal, where it is something else than elsewhere. */
const hints: Partial<Record<VaultErrorCode, string>> = {
  unknown:
    "chirograph evacuate brings what a store has to the others, and says when nothing is needed from it.",
  busy: "Run it again when the other one has ended.",
  "not-owner": "Use the identity that made the vault.",
  "stores-missing":
    "Run it again when they answer, or leave the stores as they were: chirograph store give-up.",
};

async function advised<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    const hint = error instanceof VaultError ? hints[error.code] : undefined;
    if (hint === undefined) throw error;
    const { reason } = explain(error);
    throw new Failure(reason, (error as VaultError).message, { hint, cause: error });
  });
}

async function giveUpCommand({ engine }: Context, options: Pick<VaultOptions, "vault">): Promise<Outcome> {
  const source = findVaultFolder(options);

  source.requirePresent();

  await advised(giveUpChange(engine, source.folder));
  return { lines: ["The vault has the stores that it had."], document: {} };
}

async function change(
  context: Context,
  options: FounderOptions,
  asked: (folder: string) => Promise<StoreChange>,
): Promise<ChangeStoresReport> {
  const { engine } = context;
  const { folder, founder } = await founderOf(context, options);
  const plan = { folder, change: await asked(folder), founder: await founder.unlock() };
  return longJob(context, "preparing", "Run it again to go on.", (controls) =>
    advised(changeStores(engine, { ...plan, ...controls })),
  );
}

async function founderOf(
  { engine }: Context,
  { identity: path, passphraseFile, ...options }: FounderOptions,
): Promise<{ folder: string; founder: IdentitySource }> {
  requireOneStdin([path, passphraseFile]);
  const source = findVaultFolder(options);
  const founder = await findIdentity(engine, path, passphraseFile);

  source.requirePresent();
  founder.requirePresent();

  return { folder: source.folder, founder };
}

function tell(
  { terminal }: Context,
  { config, owing, writtenStatements }: ChangeStoresReport,
  lines: readonly string[],
): Outcome {
  const { settings, places } = config;
  const locate = (id: string): string => places.find((place) => place.id === id)?.location ?? id;
  terminal.note(showTolerance(settings));
  for (const id of owing)
    terminal.note(`${locate(id)} did not take its new header; chirograph repair gives it to it.`);
  return {
    lines,
    document: {
      generation: settings.generation,
      writtenStatements,
      owing: owing.map(locate),
      stores: settings.stores.map((store, index) => ({
        ...store,
        location: places[index]!.location ?? null,
      })),
    },
  };
}

function parseWeight(text: string): number {
  const weight = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (weight >= 1 && weight <= MOST_WEIGHT) return weight;
  throw new InvalidArgumentError(`It is from 1 to ${MOST_WEIGHT}.`);
}

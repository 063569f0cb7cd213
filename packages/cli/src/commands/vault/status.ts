import type { Id } from "@chirograph/vault";
import type { Command } from "commander";
import { count, showBytes } from "../../terminal/quantity.ts";
import { findVault } from "../../vault-folder/find.ts";
import { type OpenVault, withVault } from "../../vault-folder/open.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { showTolerance } from "./tolerance.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

/** A store as `status` shows it. */
interface StoreStatus {
  readonly store: Id;
  readonly location: string;
  readonly kind: string;
  readonly provider: string;
  readonly region: string;
  /** `null` when the store can be reached. */
  readonly problem: string | null;
  readonly objects: number;
  readonly sizeBytes: number;
  readonly fragments: number;
  /** Statements that the store has yet to take. */
  readonly owed: number;
  /** Objects that are yet to be deleted from it. */
  readonly condemned: number;
}

export function addStatusCommand(program: Command, perform: Perform): void {
  const status = addVaultCommand(program, "status", "tell how a vault and its stores are").action(
    perform(statusCommand),
  );
  teach(
    status,
    "No identity is needed. Sizes and counts are the catalogue's; verify looks at the stores themselves.",
    `Example:
  $ chirograph status --vault vault`,
  );
}

async function statusCommand(context: Context, options: VaultOptions): Promise<Outcome> {
  const source = findVault(options.vault);

  source.requirePresent();

  return withVault(context, source, "look", async (vault) => {
    const { settings } = vault.config;
    const { stores: held, ...totals } = await vault.keeping.rows.totals();
    const unfinished = (await vault.keeping.rows.intents()).length;
    const stores = vault.config.places.map(({ id }) => statusOf(vault, held, id));
    const away = stores.filter(({ problem }) => problem !== null).length;
    const { charts, records, versions, erased } = totals;
    return {
      lines: [
        `${count(charts, "chart")}, ${count(records, "record")}, ${count(versions, "version")}, ${erased} erased`,
        ...stores.map(showStore),
        `${showTolerance(settings)} ${away === 0 ? "All can be reached." : `${away} cannot be reached.`}`,
        ...(unfinished === 0 ? [] : [`${count(unfinished, "commit")} to be finished; repair does it.`]),
      ],
      document: { vault: settings.vault, ...totals, unfinished, policy: settings.policy, stores },
    };
  });
}

function statusOf(
  { config, away, locate }: OpenVault,
  held: readonly Omit<StoreStatus, "location" | "kind" | "provider" | "region" | "problem">[],
  id: Id,
): StoreStatus {
  const { kind, provider, region } = config.settings.stores.find((store) => store.id === id)!;
  const nothing = { objects: 0, sizeBytes: 0, fragments: 0, owed: 0, condemned: 0 };
  return {
    store: id,
    location: locate(id),
    kind,
    provider,
    region,
    problem: away.find((store) => store.id === id)?.problem ?? null,
    ...nothing,
    ...held.find(({ store }) => store === id),
  };
}

function showStore({ location, problem, objects, sizeBytes, owed, condemned }: StoreStatus): string {
  const parts = [count(objects, "object"), showBytes(sizeBytes)];
  if (owed > 0) parts.push(`${owed} owed`);
  if (condemned > 0) parts.push(`${condemned} to be deleted`);
  if (problem !== null) parts.push(problem);
  return `${location}  ${parts.join(", ")}`;
}

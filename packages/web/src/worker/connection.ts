import type { Engine } from "@chirograph/engine";
import type { Store } from "@chirograph/stores";
import { type Id, type Keep, openVault, type Vault } from "@chirograph/vault";
import { type About, connect, type Connection } from "@chirograph/wire";
import type { VaultView } from "./contract.ts";
import type { Database } from "./database.ts";
import { seenIn } from "./seen.ts";
import type { SendMeter } from "./transfers/send-meter.ts";

export interface ConnectionParts {
  readonly engine: Engine;
  readonly database: Database;
  readonly keep: Keep;
  readonly meter: SendMeter;
}

/** The server that this page came from, and its vault as a client has it. */
export interface VaultConnection {
  readonly server: Connection;
  readonly client: Vault;
  readonly about: VaultView;
}

/** Under this key stands what was seen first of the one vault behind this origin. */
const FIRST = "first";
/** Eight fragments are on their way at once, and a browser keeps what it has sent for a while. */
const PART_BYTES = 1_048_576;

/**
 * Opens the vault behind this page's own server. Stores and policy are remembered as they were first seen, since a
 * server could later name others: people are told. Placements are held to what the server says now.
 */
export async function openConnection({
  engine,
  database,
  keep,
  meter,
}: ConnectionParts): Promise<VaultConnection> {
  const page = await database.get("session", "page");
  const server = connect({ origin: self.location.origin, ...(page !== undefined && { page }) });
  const about = await server.about();
  const { vault, policy, stores } = about;
  const now = describe(about);
  const first = await database.get("vaults", FIRST);
  if (first === undefined) await database.put("vaults", now, FIRST);

  const remote = server.stores(about, {
    partBytes: Math.min(about.partBytes, PART_BYTES),
    patience: "until-aborted",
    keepOnAbort: true,
    resumes: true,
    onWaiting: (reason) => meter.waiting(reason !== undefined),
  });
  const client = openVault({
    engine,
    catalogue: server.catalogue,
    stores: new Map(
      [...remote].map(([id, store]): [Id, Store] => [id, reading(server, id, meter.metered(id, store))]),
    ),
    seen: seenIn(database),
    keep,
    settings: { policy, stores },
    now: Date.now,
  });
  return {
    server,
    client,
    about: {
      vault,
      tolerate: policy.tolerate,
      publicBelowNeeded: policy.publicBelowNeeded,
      regions: policy.regions,
      providerBelowNeeded: policy.providerBelowNeeded,
      tolerateProviders: policy.tolerateProviders,
      stores,
      hasChanged: first !== undefined && first !== now,
    },
  };
}

/** Vault, stores and policy as a text. What has its default is left out, as it was before there was a choice. */
function describe({ vault, policy, stores }: About): string {
  const { providerBelowNeeded, tolerateProviders, ...rules } = policy;
  return JSON.stringify([
    vault,
    {
      ...rules,
      ...(providerBelowNeeded && { providerBelowNeeded }),
      ...(tolerateProviders > 0 && { tolerateProviders }),
    },
    stores.map(({ id, kind, provider, region, weight }) => [
      id,
      kind,
      provider,
      region,
      ...(weight === 1 ? [] : [weight]),
    ]),
  ]);
}

/** Puts wait for as long as it takes; somebody who looks at a record is told soon that a store does not answer. */
function reading(server: Connection, id: Id, patient: Store): Store {
  const quick = server.store(id);
  return {
    promises: patient.promises,
    put: (...call) => patient.put(...call),
    get: (...call) => quick.get(...call),
    head: (...call) => quick.head(...call),
    list: (...call) => quick.list(...call),
    delete: (...call) => quick.delete(...call),
  };
}

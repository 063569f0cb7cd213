import type { Engine } from "@chirograph/engine";
import { createEngine } from "@chirograph/engine";
import { Charts } from "./charts.ts";
import { openConnection, type VaultConnection } from "./connection.ts";
import { type Database, openDatabase } from "./database.ts";
import { opfsKeep } from "./opfs-keep.ts";
import { IdentityKeeper } from "./identity-keeper.ts";
import { Readings } from "./readings.ts";
import { BegunTransfers } from "./transfers/begun.ts";
import { Transfers } from "./transfers/transfers.ts";

/** What the worker is made of. */
export interface Parts {
  readonly engine: Engine;
  readonly database: Database;
  readonly identity: IdentityKeeper;
  /** Asked for when it is first needed, and again where it failed. */
  readonly connected: () => Promise<VaultConnection>;
  readonly charts: Charts;
  readonly transfers: Transfers;
  readonly readings: Readings;
}

export async function createParts(): Promise<Parts> {
  const engine = createEngine();
  const database = await openDatabase();
  const keep = opfsKeep();
  const identity = new IdentityKeeper(engine, database);
  let connection: Promise<VaultConnection> | undefined;
  const connected = (): Promise<VaultConnection> => {
    connection ??= openConnection({ engine, database, keep, meter: transfers.meter }).catch(
      (error: unknown) => {
        connection = undefined;
        throw error;
      },
    );
    return connection;
  };
  const charts = new Charts(async () => (await connected()).client, identity);
  const begun = new BegunTransfers(database);
  const transfers = new Transfers(engine, { charts, begun, keep });
  // It may have to wait for the page that was here before; nobody else has to.
  transfers.recall().catch(() => undefined);
  return { engine, database, identity, connected, charts, transfers, readings: new Readings() };
}

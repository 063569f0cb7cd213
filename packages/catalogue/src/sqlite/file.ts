import { VaultError } from "@chirograph/vault";
import { constants } from "node:fs";
import { access, open, rm } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { explained } from "./connection.ts";
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from "./schema.ts";

const BUSY_TIMEOUT_MS = 10_000;
const OWNER_ONLY = 0o600;

/** Makes the file; SQLite gives those beside it (-wal, -shm) the same mode. */
export async function createDatabase(file: string): Promise<DatabaseSync> {
  await makeEmpty(file);
  try {
    return configured(file, (database) => {
      database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`);
    });
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

export async function openDatabase(file: string): Promise<DatabaseSync> {
  try {
    await access(file, constants.F_OK);
  } catch (cause) {
    throw missing(cause);
  }
  return configured(file, checkSchema);
}

async function makeEmpty(file: string): Promise<void> {
  try {
    const handle = await open(file, "wx", OWNER_ONLY);
    await handle.close();
  } catch (cause) {
    if (!hasCode(cause, "EEXIST")) throw cause;
    throw new VaultError("exists", "There is a catalogue already.", { cause });
  }
}

function configured(file: string, prepare: (database: DatabaseSync) => void): DatabaseSync {
  const address = pathToFileURL(file);
  // Never make a file by opening it.
  address.search = "mode=rw";
  const database = new DatabaseSync(address, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
  try {
    refuseForeign(database);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536");
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw explained(error);
  }
}

/** Before the first pragma that writes. */
function refuseForeign(database: DatabaseSync): void {
  const application = pragma(database, "application_id");
  if (application !== APPLICATION_ID && application !== 0) throw new VaultError("malformed", "No catalogue.");
}

function checkSchema(database: DatabaseSync): void {
  const version = pragma(database, "user_version");
  if (version === 0) throw missing(undefined);
  if (version !== SCHEMA_VERSION) {
    throw new VaultError("malformed", "The catalogue was written by a later version of this program.");
  }
  if (pragma(database, "application_id") !== APPLICATION_ID)
    throw new VaultError("malformed", "No catalogue.");
}

function pragma(database: DatabaseSync, name: "application_id" | "user_version"): unknown {
  return database.prepare(`PRAGMA ${name}`).get()?.[name];
}

function missing(cause: unknown): VaultError {
  return new VaultError("unknown", "There is no catalogue here; reindex makes one from the stores.", {
    cause,
  });
}

function hasCode(cause: unknown, code: string): cause is Error {
  return cause instanceof Error && "code" in cause && cause.code === code;
}

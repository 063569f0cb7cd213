import type { SeenChart } from "@chirograph/vault";
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

/** What this browser keeps between two visits. Nothing in it opens anything without a passphrase or a passkey. */
interface Kept extends DBSchema {
  /** At most one, under `mine`. */
  identity: { key: "mine"; value: StoredIdentity };
  /** Under `page`: this origin's half of the session with its server. */
  session: { key: "page"; value: string };
  /** By chart: the newest that was seen of it. */
  seen: { key: string; value: SeenChart };
  /** By transfer: that it was begun. */
  transfers: { key: string; value: BegunTransfer };
  /** Under `first`: the vault, its stores and policy as they were first seen. */
  vaults: { key: string; value: string };
}

export interface StoredIdentity {
  readonly name: string;
  readonly fingerprint: string;
  readonly recipient: string;
  /** Identity file under the passphrase. */
  readonly passphraseFile: string | undefined;
  /** The same under what each passkey gives. */
  readonly passkeys: readonly { readonly credential: Uint8Array; readonly file: string }[];
}

export interface BegunTransfer {
  readonly chart: string;
  readonly sizeBytes: number;
  /** Once it is sealed. */
  readonly version: string | undefined;
}

export type Database = IDBPDatabase<Kept>;

export function openDatabase(): Promise<Database> {
  return openDB<Kept>("chirograph", 1, {
    upgrade(database) {
      database.createObjectStore("identity");
      database.createObjectStore("session");
      database.createObjectStore("seen");
      database.createObjectStore("transfers");
      database.createObjectStore("vaults");
    },
  });
}

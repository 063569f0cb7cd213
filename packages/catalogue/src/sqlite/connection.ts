import { VaultError } from "@chirograph/vault";
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";

export type Row = Record<string, SQLOutputValue>;

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** A database with its prepared statements, each text prepared once, and its transactions. */
export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #keys = new Map<string, number>();
  readonly #passingKeys = new Map<string, number>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** One transaction that sees nothing of other writers from its first line on. */
  write<Result>(work: () => Result): Result {
    return this.#transaction("BEGIN IMMEDIATE", work);
  }

  /** Several reads of one state. */
  read<Result>(work: () => Result): Result {
    return this.#transaction("BEGIN", work);
  }

  /** Runs a statement and answers how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepared(sql).run(...values).changes);
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepared(sql).get(...values);
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepared(sql).all(...values);
  }

  /** The integer of an id in a table of few rows that are never deleted; `make` adds one that is not there. */
  remembered(name: string, make: () => number): number {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = make();
    this.#keys.set(name, key);
    return key;
  }

  /** The same for a row of any table that this transaction does not delete; it is forgotten when that ends. */
  rememberedMeanwhile<Key extends number | undefined>(name: string, find: () => Key): number | Key {
    const known = this.#passingKeys.get(name);
    if (known !== undefined) return known;
    const key = find();
    if (key !== undefined) this.#passingKeys.set(name, key);
    return key;
  }

  close(): void {
    this.#database.close();
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** A damaged file may refuse even that; the transaction ends with the connection then. */
  #rollBack(): void {
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // What went wrong before is told.
    }
  }

  #transaction<Result>(begin: string, work: () => Result): Result {
    try {
      this.#database.exec(begin);
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (cause) {
      // A key that was made in this transaction is none after it.
      this.#keys.clear();
      if (this.#database.isTransaction) this.#rollBack();
      throw explained(cause);
    } finally {
      this.#passingKeys.clear();
    }
  }
}

/** What SQLite says of the file, as a `VaultError`; everything else as it is. */
export function explained(cause: unknown): unknown {
  if (!(cause instanceof Error && "errcode" in cause && typeof cause.errcode === "number")) return cause;
  switch (cause.errcode & 255) {
    case SQLITE_BUSY:
      return new VaultError("busy", "Other writers hold the catalogue.", { cause });
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return new VaultError(
        "malformed",
        "The catalogue is damaged, or no SQLite file; reindex makes it again from the stores.",
        { cause },
      );
    default:
      return cause;
  }
}

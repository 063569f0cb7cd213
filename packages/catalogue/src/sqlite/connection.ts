import { VaultError } from "@chirograph/vault";
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";

export type Row = Record<string, SQLOutputValue>;

const SQLITE_BUSY = 5;

/** A database with its prepared statements, each text prepared once, and its transactions. */
export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #keys = new Map<string, number>();

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

  #transaction<Result>(begin: string, work: () => Result): Result {
    try {
      this.#database.exec(begin);
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (cause) {
      // A key that was made in this transaction is none after it.
      this.#keys.clear();
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw isBusy(cause) ? new VaultError("busy", "Other writers hold the catalogue.", { cause }) : cause;
    }
  }
}

function isBusy(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    "errcode" in cause &&
    typeof cause.errcode === "number" &&
    (cause.errcode & 255) === SQLITE_BUSY
  );
}

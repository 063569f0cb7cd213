import { DatabaseSync } from "node:sqlite";
import { ServerFailure } from "../failure.ts";

/** Held until the process ends, however it ends: the system itself takes it back. */
export interface HomeLock {
  release(): void;
}

/**
 * Keeps a second server from the same folder; both would write the same uploads.
 * @throws ServerFailure
 */
export function lockHome(file: string): HomeLock {
  const database = new DatabaseSync(file);
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw new ServerFailure(
      "Another server is at this data folder: stop it first, or name another folder with --home.",
      {
        cause: error,
      },
    );
  }
  return { release: () => database.close() };
}

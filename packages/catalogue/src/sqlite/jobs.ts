import type { Connection } from "./connection.ts";

export function jobState(db: Connection, name: string): string | undefined {
  return db.get("SELECT state FROM job WHERE name = ?", name)?.["state"] as string | undefined;
}

export function saveJobState(db: Connection, name: string, state: string | undefined): void {
  if (state === undefined) db.run("DELETE FROM job WHERE name = ?", name);
  else db.run("INSERT OR REPLACE INTO job (name, state) VALUES (?, ?)", name, state);
}

/** Among the jobs: one number needs no table, and older programs open the file still. */
const GENERATION = "generation";

export function generationOf(db: Connection): number {
  return Number(jobState(db, GENERATION) ?? 1);
}

export function setGenerationOf(db: Connection, generation: number): void {
  saveJobState(db, GENERATION, String(generation));
}

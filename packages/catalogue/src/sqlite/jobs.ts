import type { Connection } from "./connection.ts";

export function jobState(db: Connection, name: string): string | undefined {
  return db.get("SELECT state FROM job WHERE name = ?", name)?.["state"] as string | undefined;
}

export function saveJobState(db: Connection, name: string, state: string | undefined): void {
  if (state === undefined) db.run("DELETE FROM job WHERE name = ?", name);
  else db.run("INSERT OR REPLACE INTO job (name, state) VALUES (?, ?)", name, state);
}

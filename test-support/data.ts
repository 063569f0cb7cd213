import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "..");

/** Test data that is published elsewhere and not kept in this repository. */
export interface DataFolder {
  readonly path: string;
  /** Why tests that need it are skipped; undefined when the folder is there. */
  readonly missing: string | undefined;
}

export const vectors: DataFolder = dataFolder("vectors", "CHIROGRAPH_VECTORS");
export const samples: DataFolder = dataFolder("samples", "CHIROGRAPH_SAMPLES");

function dataFolder(name: string, variable: string): DataFolder {
  const path = resolve(repository, process.env[variable] ?? join("..", "shared", name));
  const missing = existsSync(path) ? undefined : `no ${name} folder; $${variable} says where it is`;
  return { path, missing };
}

import { createSqliteRows } from "@chirograph/catalogue/sqlite";
import type { Identity } from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import type { Store } from "@chirograph/stores";
import { type JobOptions, type ReindexReport, reindexVault, type Rows } from "@chirograph/vault";
import { formatConfig } from "./config.ts";
import { createFile } from "./files/small-file.ts";
import { PRIVATE_FOLDER, writeFolder } from "./files/staging.ts";
import { requireFreeFolder } from "./files/target.ts";
import { Unfinished } from "./files/unfinished.ts";
import { formatKeyFile } from "./key-file.ts";
import { pathsIn } from "./layout.ts";
import { arbitrationOf } from "./places/connections.ts";
import type { Location } from "./places/location.ts";

/** A vault whose own folder is lost. */
export interface ReindexEmbeddedPlan extends JobOptions {
  /** Where it is to be again: new, or empty. */
  readonly folder: string;
  /** Those of its stores that are left, each with where it is. */
  readonly stores: ReadonlyMap<Store, Location>;
  /** An owner's. */
  readonly identity: Identity;
}

/**
 * Makes the folder of a vault again, from its stores: there whole or not at all.
 * @param unfinished takes away what is not complete, should the process end meanwhile
 * @throws EmbeddedError `exists`, `io`; VaultError as `reindexVault`
 */
export async function reindexEmbedded(
  engine: Engine,
  { folder, stores: found, identity, ...controls }: ReindexEmbeddedPlan,
  unfinished: Unfinished = new Unfinished(),
): Promise<ReindexReport> {
  return writeFolder(unfinished, requireFreeFolder(folder), PRIVATE_FOLDER, async (draft) => {
    const paths = pathsIn(draft);
    const report = await withRows(paths.catalogue, (rows) =>
      reindexVault(engine, { stores: [...found.keys()], identity, rows, ...controls }),
    );
    const { settings, catalogueKey, stores, headers } = report;
    const places = settings.stores.map(({ id }) => {
      const store = stores.get(id);
      const arbitration = store && arbitrationOf(store);
      return {
        id,
        location: store && found.get(store),
        header: headers.get(id),
        ...(arbitration !== undefined && { arbitration }),
      };
    });
    await createFile(paths.key, formatKeyFile(catalogueKey));
    await createFile(paths.config, await formatConfig(engine, { settings, places }));
    return report;
  });
}

/** Everything is in the one file when the rows are closed. */
async function withRows<Result>(file: string, use: (rows: Rows) => Promise<Result>): Promise<Result> {
  const rows = await createSqliteRows(file);
  try {
    return await use(rows);
  } finally {
    await rows.close();
  }
}

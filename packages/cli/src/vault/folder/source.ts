import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathsIn } from "@chirograph/embedded";
import { Failure } from "../../failure.ts";
import { showName } from "../../terminal/name.ts";
import type { VaultSource } from "../source.ts";
import { withFolder } from "./open.ts";

/** The folder of a vault, on its way to being opened. */
export interface FolderSource extends VaultSource {
  readonly folder: string;
}

export function findFolder(named: string): FolderSource {
  const folder = resolve(named);
  const paths = pathsIn(folder);
  return {
    folder,
    requirePresent() {
      if (existsSync(paths.config)) return;
      const isUnfinished = existsSync(paths.unfinishedConfig);
      throw new Failure("noInput", `${showName(named)} holds no vault.`, {
        hint: isUnfinished
          ? "The init that began it did not end: run it again."
          : "chirograph init makes one; a lost one reindex makes again, from its stores.",
      });
    },
    open: (context, purpose, use) => withFolder(context, folder, { purpose, use }),
  };
}

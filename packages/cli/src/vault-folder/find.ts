import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Failure } from "../failure.ts";
import { showName } from "../terminal/name.ts";
import { pathsIn, type VaultPaths } from "./layout.ts";

const VARIABLE = "CHIROGRAPH_VAULT";

/** The folder of a vault, on its way to being opened. */
export interface VaultSource {
  readonly folder: string;
  readonly paths: VaultPaths;
  /** @throws Failure `noInput` */
  requirePresent(): void;
}

/** @throws Failure `usage` when no vault is named */
export function findVault(option: string | undefined): VaultSource {
  const named = option ?? process.env[VARIABLE];
  if (named === undefined || named === "") {
    throw new Failure("usage", "No vault is named.", {
      hint: `Give it with --vault DIR or in $${VARIABLE}.`,
    });
  }
  const folder = resolve(named);
  const paths = pathsIn(folder);
  return {
    folder,
    paths,
    requirePresent() {
      if (existsSync(paths.config)) return;
      const isUnfinished = existsSync(paths.unfinishedConfig);
      throw new Failure("noInput", `${showName(named)} holds no vault.`, {
        hint: isUnfinished
          ? "The init that began it did not end: run it again."
          : "chirograph init makes one; a lost one reindex makes again, from its stores.",
      });
    },
  };
}

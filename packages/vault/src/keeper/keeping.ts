import type { Engine } from "@chirograph/engine/interface";
import type { Store } from "@chirograph/stores";
import type { Id } from "../catalogue.ts";
import type { Rows } from "./rows.ts";
import type { VaultSettings } from "./settings.ts";

/** All that whoever runs a vault works with. No key of a reader is among it. */
export interface Keeping {
  readonly engine: Engine;
  readonly rows: Rows;
  readonly settings: VaultSettings;
  /** Those of the settings' stores that are at hand. */
  readonly stores: ReadonlyMap<Id, Store>;
  /** 32 bytes; opens statements and headers, no record. */
  readonly catalogueKey: Uint8Array;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
}

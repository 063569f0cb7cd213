import type { Engine } from "@chirograph/engine/interface";
import type { Store } from "@chirograph/stores";
import type { Catalogue, Id } from "../catalogue.ts";
import type { VaultSettings } from "../keeper/settings.ts";
import type { WaitingTime } from "../pause.ts";
import type { Keep } from "./put/keep.ts";
import type { Sealing } from "./put/sealing.ts";
import type { Seen } from "./seen.ts";

/** What the client side of a vault works with. No catalogue key is among it. */
export interface VaultParts {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
  /** Those of the vault's stores that are at hand. */
  readonly stores: ReadonlyMap<Id, Store>;
  readonly seen: Seen;
  /** Where large versions wait sealed until they are committed; without one they stream straight into the stores. */
  readonly keep?: Keep;
  /** Seals small versions where there are many; without one they are sealed here. */
  readonly sealing?: Sealing | undefined;
  /** What the vault's founder signed, where the client knows it: a catalogue that places fragments otherwise is refused. */
  readonly settings?: Pick<VaultSettings, "stores" | "policy">;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
  /** The time by which slow stores are told from others; the machine's, where none is given. */
  readonly waiting?: WaitingTime;
}

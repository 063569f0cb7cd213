// A vault once more, with some of its stores in hostile hands.
import type { Store } from "@chirograph/stores";
import { type Behaviour, hostileStore } from "@chirograph/stores/hostile";
import type { Id } from "../../src/catalogue.ts";
import type { Seen } from "../../src/chart/seen.ts";
import type { Vault } from "../../src/chart/vault.ts";
import { HEADER_NAME } from "../../src/keeper/header.ts";
import { openKeeper } from "../../src/keeper/keeper.ts";
import type { Keeping } from "../../src/keeper/keeping.ts";
import { sayKnowsEverything } from "../../src/keeper/reindex/whole.ts";
import type { Rows } from "../../src/keeper/rows.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";
import { engine, TIME } from "../chart/fixtures.ts";
import type { RowsDump } from "../rows-dump.ts";
import { withDeadline } from "./deadline.ts";
import { clientOf, copiesOf, type Scene } from "./scene.ts";
import { sparesHeader } from "./sets.ts";

/** The scene's vault once more, in which some stores are hostile from now on. */
export interface Trial {
  readonly hostile: readonly Id[];
  /** As the vault reaches them. */
  readonly stores: ReadonlyMap<Id, Store>;
  readonly keeping: Keeping;
  readonly vault: Vault;
  /** From here on no store is hostile any more. */
  readonly repent: () => void;
}

/** All of these stores behave in one way. */
export function inHands(behaviour: Behaviour, hostile: readonly Id[]): ReadonlyMap<Id, Behaviour> {
  return new Map(hostile.map((id) => [id, behaviour]));
}

export async function tryIt(scene: Scene, hands: ReadonlyMap<Id, Behaviour>): Promise<Trial> {
  const inner = await copiesOf(scene.contents);
  const hostile = [...hands.keys()];
  let isHostile = true;
  const stores = new Map<Id, Store>();
  for (const [id, store] of inner) {
    const behaviour = hands.get(id);
    const accomplice = inner.get(hostile[(hostile.indexOf(id) + 1) % hostile.length]!);
    const struck =
      behaviour &&
      hostileStore(store, behaviour, {
        seed: Number.parseInt(id, 16),
        scope: {
          during: () => isHostile,
          names: (name) => name !== HEADER_NAME || !sparesHeader(hostile),
        },
        older: scene.older.get(id)!,
        foreign: scene.foreign.get(id)!,
        ...(hostile.length > 1 && accomplice !== undefined && { accomplice }),
      });
    stores.set(id, withDeadline(struck ?? store));
  }
  const rows = await rowsOf(scene.rows);
  const { settings, catalogueKey } = scene;
  const keeping: Keeping = { engine, rows, settings, stores, catalogueKey, now: () => TIME };
  return {
    hostile,
    stores,
    keeping,
    vault: clientOf(openKeeper(keeping), stores),
    repent: () => (isHostile = false),
  };
}

interface Changes {
  readonly rows?: Rows;
  readonly without?: readonly Id[];
  /** What the client has seen before. */
  readonly seen?: Seen;
  /** Whether the keeper reads fragments back before it commits them. */
  readonly checkFragments?: boolean;
}

/** The trial's vault, but for these. */
export function vaultOver(
  { keeping }: Pick<Trial, "keeping">,
  { rows = keeping.rows, without = [], seen, checkFragments = false }: Changes,
): Pick<Trial, "keeping" | "vault"> {
  const stores = new Map([...keeping.stores].filter(([id]) => !without.includes(id)));
  const over = { ...keeping, rows, stores };
  return { keeping: over, vault: clientOf(openKeeper(over, { checkFragments }), stores, seen) };
}

async function rowsOf({ links, versions, objects }: RowsDump): Promise<Rows> {
  const rows = createMemoryRows();
  const erased = versions.filter((row) => row.erased).map(({ version }) => version);
  await rows.restore({ links, versions, objects, erased });
  await sayKnowsEverything(rows, true);
  return rows;
}

import { parseLink } from "@chirograph/core";
import {
  type EmbeddedVault,
  nameOfStore,
  openEmbedded,
  type PriceList,
  readPrices,
  statusOf,
} from "@chirograph/embedded";
import type { Engine } from "@chirograph/engine";
import { type Store, StoreError } from "@chirograph/stores";
import { type Id, type Keeper, type Keeping, knownLosses, openKeeper } from "@chirograph/vault";
import { type About, routes, type Status, WireError } from "@chirograph/wire";
import { Looks } from "./looks.ts";
import { LossCount } from "./losses.ts";

/** So old may be what is known of the stores, and so long a request waits to know it better. */
const LOOKS = { staleMs: 2000, waitMs: 500 };

/** The embedded vault, as those who come over HTTP have it. */
export class ServedVault {
  /** Checks every fragment at commit, byte for byte: its writer is somewhere else. */
  readonly keeper: Keeper;
  readonly #embedded: EmbeddedVault;
  readonly #prices: PriceList | undefined;
  readonly #losses: LossCount;
  readonly #looks: Looks;

  private constructor(embedded: EmbeddedVault, prices: PriceList | undefined) {
    this.#embedded = embedded;
    this.#prices = prices;
    this.#losses = new LossCount(() => knownLosses(embedded.keeping));
    this.keeper = openKeeper(embedded.keeping, { checkFragments: true });
    this.#looks = new Looks(() => embedded.refresh(), LOOKS);
  }

  static async open(engine: Engine, folder: string): Promise<ServedVault> {
    const prices = await readPrices(folder);
    return new ServedVault(await openEmbedded(engine, folder, "work"), prices);
  }

  get keeping(): Keeping {
    return this.#embedded.keeping;
  }

  /** How many can be used now, as far as is known. */
  get storesAtHand(): number {
    return this.keeping.stores.size;
  }

  get knownHeaders(): ReadonlyMap<Id, Uint8Array> {
    return this.#embedded.knownHeaders;
  }

  mendable(): Promise<Keeping> {
    return this.#embedded.mendable();
  }

  /** Looks for the stores again if that was a while ago. */
  lookAgain(): Promise<void> {
    return this.#looks.again();
  }

  refresh(): Promise<void> {
    return this.#looks.now();
  }

  /** @throws WireError `unknown` for none of the vault's; StoreError `unavailable` for one that is away */
  store(id: Id): Store {
    if (!this.keeping.settings.stores.some((store) => store.id === id)) {
      throw new WireError("unknown", "The vault has no such store.");
    }
    const store = this.keeping.stores.get(id);
    if (store === undefined) throw new StoreError("unavailable", "The store is not at hand.");
    return store;
  }

  about(): About {
    const { vault, policy, stores } = this.keeping.settings;
    return {
      vault,
      policy,
      stores: stores.map((store) => ({ ...store, name: this.#nameOf(store.id) })),
      partBytes: routes.PART_BYTES,
    };
  }

  async status(): Promise<Status> {
    await this.refresh();
    const [status, losses] = await Promise.all([statusOf(this.#embedded, this.#prices), this.#losses.read()]);
    return {
      ...status,
      losses,
      stores: status.stores.map(({ problem, ...rest }) => ({
        ...rest,
        problem: problem === null ? null : `${this.#nameOf(rest.store)} ${problem}.`,
      })),
    };
  }

  /** Long work has ended: what is at risk may not be what it was. */
  worked(): void {
    this.#losses.forget();
  }

  /** Whether these links erase something, so that stores have to delete. */
  async hasTombstone(links: readonly Uint8Array[]): Promise<boolean> {
    for (const bytes of links) {
      const { changes } = await parseLink(this.keeping.engine, bytes);
      if (changes.some(({ type }) => type === "tombstone")) return true;
    }
    return false;
  }

  /** Whether something is left to delete of what was erased before. */
  async hasErasures(): Promise<boolean> {
    return (await this.keeping.rows.pageErased({ limit: 1 })).length > 0;
  }

  close(): Promise<void> {
    return this.#embedded.close();
  }

  #nameOf(id: Id): string {
    const place = this.#embedded.config.places.find((each) => each.id === id);
    return place?.location === undefined ? `store ${id.slice(0, 8)}` : nameOfStore(place.location);
  }
}

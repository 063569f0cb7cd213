import type { Identity } from "@chirograph/core";
import { type Id, type OpenChart, openVault, type SeenChart, type Vault } from "@chirograph/vault";
import type { Life } from "./life.ts";
import { type Person, word } from "./people.ts";
import { catalogueAsSeenBy, type RunningKeeper } from "./reach.ts";
import type { World } from "./world.ts";

/** One person's client: dies, and comes back with what it keeps on its disk, which is what it has seen of charts. */
export class Client {
  readonly name: Person;
  readonly identity: Identity;
  readonly #world: World;
  readonly #marks = new Map<Id, SeenChart>();
  life: Life;
  vault: Vault;
  #chart: Promise<OpenChart> | undefined;

  constructor(world: World, name: Person) {
    this.#world = world;
    this.name = name;
    this.identity = world.people[name];
    [this.life, this.vault] = this.#start();
  }

  /** The chart, opened once in a life. */
  async chart(): Promise<OpenChart> {
    this.#chart ??= this.vault.unlock(this.#world.chartId, this.identity, word);
    try {
      return await this.#chart;
    } catch (error) {
      this.#chart = undefined;
      throw error;
    }
  }

  adopt(chart: OpenChart): void {
    this.#chart = Promise.resolve(chart);
  }

  restart(): void {
    this.life.end();
    [this.life, this.vault] = this.#start();
    this.#chart = undefined;
  }

  #start(): [Life, Vault] {
    const world = this.#world;
    const life = world.newLife(`client of ${this.name}`);
    const keeper = (): RunningKeeper => world.keeperOf(this.name);
    const vault = openVault({
      engine: world.engine,
      catalogue: catalogueAsSeenBy(life, keeper, world.random),
      stores: world.storesAsSeenBy(life),
      seen: {
        recall: async (chart) => this.#marks.get(chart),
        remember: async (chart, seen) => void this.#marks.set(chart, seen),
      },
      settings: world.settings,
      now: world.clock.now,
      waiting: world.clock.waiting,
    });
    return [life, vault];
  }
}

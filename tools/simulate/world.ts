import {
  type Chart,
  encodeChart,
  parseChart,
  RIGHT_READ,
  RIGHT_WRITE,
  type UnlockedChart,
} from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import {
  createVault,
  defaultPolicy,
  HEADER_NAME,
  type Id,
  type Keeping,
  openKeeper,
  type Rows,
  type VaultSettings,
} from "@chirograph/vault";
import { createMemoryRows } from "@chirograph/vault/memory";
import type { Clock } from "./clock.ts";
import { Client } from "./client.ts";
import { Disk } from "./disk.ts";
import { simulatedEngine } from "./engine.ts";
import { Died, Life } from "./life.ts";
import { Model } from "./model.ts";
import { type People, type Person, somePeople, word } from "./people.ts";
import { Random } from "./random.ts";
import { rowsAsSeenBy, type RunningKeeper } from "./reach.ts";
import { Site, siteAsSeenBy } from "./site.ts";

/** N and T: what a history draws from. */
const shapes = [
  { stores: 4, tolerate: 1 },
  { stores: 5, tolerate: 1 },
  { stores: 6, tolerate: 2 },
  { stores: 7, tolerate: 2 },
] as const;

const LONGEST_RESTART_MS = 4500;
/** How long what a disk without fsync acknowledged is only in memory. */
const UNSYNCED_MS = 20_000;

/** What a deliberate break changes in the world; the others change the product's modules. */
export interface WorldBreaks {
  /** Disks acknowledge what they have only in memory. */
  readonly fsync: boolean;
}

/** A vault and everybody around it, in one process, on one clock, from one seed. */
export class World {
  readonly clock: Clock;
  readonly random: Random;
  readonly engine: Engine;
  readonly model = new Model();
  readonly people: People;
  settings: VaultSettings;
  sites: readonly Site[];
  readonly catalogueKey: Uint8Array;
  /** Copies of the headers, as an owner keeps them. */
  headers: ReadonlyMap<Id, Uint8Array> = new Map();
  readonly clients: Record<Person, Client>;
  /** Stores that were in other hands, away or lost since the vault was whole: never more than T. */
  readonly struck = new Set<Id>();
  /** Fragments of every version that anybody sealed, by id. */
  readonly fragments = new Map<Id, readonly string[]>();
  /** What the reader keeps of the chart, from when it was open to her. */
  keptByReader: UnlockedChart | undefined;
  rows: Rows = createMemoryRows();
  chartId: Id = "";
  /** How often a keeper died so far. */
  keeperDeaths = 0;
  /** Whether stores may lack statements of a commit that its keeper did not survive, and nor did its intent. */
  mayOwe = false;
  /** Whether the rows were lost and made again from the stores: a store may have been away from that. */
  wasReindexed = false;
  /** The rows are lost and not made again yet: keepers that died stay down meanwhile. */
  isWithoutRows = false;
  readonly #syncDelayMs: number;
  readonly #keepers: RunningKeeper[] = [];
  readonly #lives = new Set<Life>();
  #background: Promise<unknown>[] = [];

  private constructor(clock: Clock, seed: number, who: People, breaks: WorldBreaks) {
    this.clock = clock;
    this.random = new Random(seed, 1);
    this.people = who;
    this.engine = simulatedEngine(new Random(seed, 2));
    const shape = this.random.pick(shapes);
    const ids = Array.from({ length: shape.stores }, () => this.newId());
    this.settings = {
      vault: this.newId(),
      generation: 1,
      founder: who.ada.recipient,
      owners: [who.ada.recipient],
      stores: ids.map((id) => ({ id, kind: "private-on-premise", provider: "", region: "", weight: 1 })),
      policy: { ...defaultPolicy(shape.stores), tolerate: shape.tolerate },
    };
    this.catalogueKey = this.random.bytes(32);
    this.#syncDelayMs = breaks.fsync ? UNSYNCED_MS : 0;
    this.sites = ids.map((id) => new Site(id, new Disk(this.clock.now, this.#syncDelayMs)));
    const keepers = this.random.chance(0.3) ? 2 : 1;
    for (let index = 0; index < keepers; index++) this.#keepers.push(this.#newKeeper());
    this.clients = {
      ada: new Client(this, "ada"),
      ben: new Client(this, "ben"),
      cleo: new Client(this, "cleo"),
    };
    this.model.access.set("cleo", "out");
  }

  static async create(clock: Clock, seed: number, breaks: WorldBreaks): Promise<World> {
    const world = new World(clock, seed, await somePeople(), breaks);
    await clock.drive(world.#found());
    return world;
  }

  get tolerate(): number {
    return this.settings.policy.tolerate;
  }

  newId(): Id {
    return Buffer.from(this.random.bytes(16)).toString("hex");
  }

  newLife(name: string): Life {
    const life = new Life(name, this);
    this.#lives.add(life);
    life.onDeath(() => this.#lives.delete(life));
    return life;
  }

  site(id: Id): Site {
    return this.sites.find((site) => site.id === id)!;
  }

  storesAsSeenBy(life: Life): Map<Id, ReturnType<typeof siteAsSeenBy>> {
    return new Map(this.sites.map((site) => [site.id, siteAsSeenBy(life, site, this)]));
  }

  /** What a keeper, or a job of maintenance, in a process of its own works with. */
  keepingOf(life: Life): Keeping {
    const { engine, settings, catalogueKey, clock, rows, random } = this;
    const stores = this.storesAsSeenBy(life);
    return { engine, settings, catalogueKey, stores, now: clock.now, rows: rowsAsSeenBy(life, rows, random) };
  }

  keeperOf(person: Person): RunningKeeper {
    return this.#keepers[person === "ben" ? this.#keepers.length - 1 : 0]!;
  }

  /** Keeper and clients run, and no restart is on its way. */
  async everybodyUp(): Promise<void> {
    for (const client of Object.values(this.clients)) if (client.life.isOver) client.restart();
    while (this.#background.length > 0) {
      const waiting = this.#background;
      this.#background = [];
      await Promise.all(waiting);
    }
  }

  /** A store that is none of the vault's yet. */
  newSite(): Site {
    return new Site(this.newId(), new Disk(this.clock.now, this.#syncDelayMs));
  }

  /** From now on the vault has these stores; whoever has it open opens it again. */
  async resettle(settings: VaultSettings, sites: readonly Site[]): Promise<void> {
    this.settings = settings;
    this.sites = sites;
    for (const { life } of this.#keepers) life.end();
    for (const client of Object.values(this.clients)) client.life.end();
    await this.everybodyUp();
  }

  /** The machine on which all of it runs loses its power. */
  losePower(): void {
    for (const life of this.#lives) life.end();
    for (const { disk } of this.sites) disk.losePower();
  }

  /** The catalogue is gone, and whoever held it. */
  loseRows(): void {
    for (const life of this.#lives) life.end();
    this.rows = createMemoryRows();
    this.mayOwe = true;
    this.wasReindexed = true;
    this.isWithoutRows = true;
  }

  /** The chart as the rows have it: what everybody may know of it. */
  async publicChart(): Promise<Chart> {
    const links = (await this.rows.links(this.chartId)).map(({ bytes }) => bytes);
    return parseChart(this.engine, encodeChart({ links }));
  }

  async #found(): Promise<void> {
    const { engine, settings, catalogueKey, people: who } = this;
    const stores = new Map(this.sites.map(({ id, disk }) => [id, disk]));
    await createVault(engine, { stores, settings, founder: who.ada, catalogueKey });
    this.headers = new Map(this.sites.map(({ id, disk }) => [id, disk.objects.get(HEADER_NAME)!]));
    const members = [{ recipient: who.ben.recipient, rights: RIGHT_READ | RIGHT_WRITE }];
    const chart = await this.clients.ada.vault.newChart({ owner: who.ada, word, members });
    this.chartId = chart.id;
    this.clients.ada.adopt(chart);
    // What is only in memory of a disk without fsync was founded long ago.
    await this.clock.pause(2 * UNSYNCED_MS);
  }

  async #restartKeeper(index: number): Promise<void> {
    do await this.clock.pause(this.random.share() * LONGEST_RESTART_MS);
    while (this.isWithoutRows);
    const running = this.#newKeeper();
    this.#keepers[index] = running;
    try {
      // As at every start; a recovery that its keeper does not survive is the next one's.
      await Promise.race([running.keeper.recover(), running.life.death]);
    } catch (error) {
      if (!(error instanceof Died)) throw error;
    }
  }

  #newKeeper(): RunningKeeper {
    const life = this.newLife("keeper");
    life.onDeath(() => {
      this.keeperDeaths++;
      const index = this.#keepers.findIndex((running) => running.life === life);
      const up = this.#restartKeeper(index);
      // Heard of in `everybodyUp`, where somebody waits for it.
      up.catch(() => undefined);
      this.#background.push(up);
    });
    return { life, keeper: openKeeper(this.keepingOf(life)) };
  }
}

import type { Catalogue, Keeper, Rows } from "@chirograph/vault";
import { Died, type Life } from "./life.ts";
import type { Random } from "./random.ts";

const ROWS_LATENCY_MS = 2;
const WIRE_LATENCY_MS = 4;

/** Durable rows as one process reaches them: each method one transaction, all of it or nothing. */
export function rowsAsSeenBy(life: Life, rows: Rows, random: Random): Rows {
  return new Proxy(rows, {
    get(target, name: keyof Rows) {
      const method = (target[name] as (...call: unknown[]) => Promise<unknown>).bind(target);
      return (...call: unknown[]) =>
        life.call({
          latencyMs: random.share() * ROWS_LATENCY_MS,
          outlivesSender: false,
          apply: () => method(...call),
        });
    },
  });
}

/** A keeper and the process it runs in. */
export interface RunningKeeper {
  readonly life: Life;
  readonly keeper: Keeper;
}

/** The keeper that runs now, as a client in another process reaches it. */
export function catalogueAsSeenBy(life: Life, running: () => RunningKeeper, random: Random): Catalogue {
  const call = async <T>(ask: (keeper: Keeper) => Promise<T>): Promise<T> => {
    const latencyMs = random.share() * WIRE_LATENCY_MS;
    return life.call({ latencyMs, outlivesSender: true, apply: () => askKeeper(running(), ask) });
  };
  return {
    reserve: (request) => call((keeper) => keeper.reserve(request)),
    commit: (request) => call((keeper) => keeper.commit(request)),
    find: (wanted) => call((keeper) => keeper.find(wanted)),
    page: (request) => call((keeper) => keeper.page(request)),
  };
}

/** An answer, or the news that whoever was asked has died over it. */
function askKeeper<T>({ life, keeper }: RunningKeeper, ask: (keeper: Keeper) => Promise<T>): Promise<T> {
  if (life.isOver) return Promise.reject(new Died(`${life.name} does not run`));
  return Promise.race([ask(keeper), life.death]);
}

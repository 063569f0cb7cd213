import type { Purpose } from "@chirograph/embedded";
import { createSealing } from "@chirograph/embedded/sealing";
import { openVault } from "@chirograph/vault";
import { type About, connect, type Connection, type ConnectOptions, WireError } from "@chirograph/wire";
import type { Context } from "../../commands/command.ts";
import { Failure } from "../../failure.ts";
import type { OpenVault, Upkeep, VerifyScope } from "../open-vault.ts";
import { openSeen } from "../seen.ts";
import { explainServer } from "./failures.ts";
import { finishErasures, newestErasing, runJob } from "./jobs.ts";
import { settle } from "./settle.ts";
import { awayOf, locateIn, statusOf } from "./status.ts";

/** Where a server is, and what it knows the vault's owner by. */
interface Server {
  readonly origin: string;
  readonly token: string;
}

/** Asks a server for the vault that it keeps, for `use`. */
export async function withServer<Result>(
  context: Context,
  server: Server,
  { purpose, use }: { readonly purpose: Purpose; readonly use: (vault: OpenVault) => Promise<Result> },
): Promise<Result> {
  const sealing = createSealing(context.threads);
  try {
    const about = await firstAnswer(server);
    const connection = connect({ ...server, onWaiting: noteOfWaiting(context) });
    const away = awayOf(about, await connection.status());
    const stores = new Map(connection.stores(about));
    for (const { id } of away) stores.delete(id);
    const { engine } = context;
    const { catalogue } = connection;
    // What the server says of itself; it has to keep to it.
    const settings = { stores: about.stores, policy: about.policy };
    return await use({
      client: openVault({ engine, catalogue, stores, seen: openSeen(), sealing, settings, now: Date.now }),
      catalogue,
      upkeep: await upkeepOf(connection, about, purpose),
      away,
      locate: locateIn(about),
      settle,
    });
  } catch (error) {
    throw explainServer(server.origin, error);
  } finally {
    await sealing?.close();
  }
}

/** Where nobody answers the first time, nobody is waited for. */
async function firstAnswer(server: Server): Promise<About> {
  const giveUp = new AbortController();
  const onWaiting: ConnectOptions["onWaiting"] = (reason) => {
    if (reason === "offline") giveUp.abort(new WireError("unreachable", "Nobody answers."));
  };
  return connect({ ...server, signal: giveUp.signal, onWaiting }).about();
}

/** Every request that waits tells of it; people need to know once. */
function noteOfWaiting({ terminal }: Context): ConnectOptions["onWaiting"] {
  let isTold = false;
  return (reason) => {
    if (isTold || reason === undefined) return;
    isTold = true;
    terminal.note(`The server ${reason === "offline" ? "does not answer" : "is busy"}; trying again.`);
  };
}

async function upkeepOf(connection: Connection, about: About, purpose: Purpose): Promise<Upkeep> {
  const before = purpose === "work" ? await newestErasing(connection) : undefined;
  return {
    async status(prices) {
      if (prices !== undefined) refusePrices();
      return statusOf(about, await connection.status());
    },
    async verify(scope, controls) {
      requireWhole("verifies", scope);
      return (await runJob(connection, "verify", controls)).report;
    },
    async repair(scope, controls) {
      requireWhole("repairs", scope);
      return { report: (await runJob(connection, "repair", controls)).report, finishedCommits: undefined };
    },
    finishErasures: (controls) => finishErasures(connection, before, controls),
    evacuate: async () => refuse("evacuates no store"),
    keep: async () => refuse("evacuates no store"),
    rebalance: async () => refuse("does not rebalance"),
    sweep: async () => refuse("does not sweep"),
    compact: async () => refuse("does not compact"),
  };
}

/** What a server is not asked to do over the wire. */
function refuse(does: string): never {
  throw new Failure("usage", `A server ${does}.`, {
    hint: "This runs where the vault's folder is: give it with --vault DIR. The server may go on meanwhile.",
  });
}

function refusePrices(): never {
  throw new Failure("usage", "A server tells costs by its own prices.", {
    hint: "They are prices.json in the folder of its vault, and are read when it starts.",
  });
}

function requireWhole(does: string, { records, sample }: VerifyScope): void {
  if (records === undefined && sample === undefined) return;
  throw new Failure("usage", `A server ${does} the whole of its vault.`, {
    hint: "Name no records and no sample, or work on the vault's folder with --vault DIR.",
  });
}

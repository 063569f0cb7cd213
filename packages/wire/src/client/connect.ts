import { isLoopback, type Store } from "@chirograph/stores";
import type { Catalogue, Id } from "@chirograph/vault";
import { WireError } from "../error.ts";
import * as routes from "../routes.ts";
import type { Job, JobKind } from "../schemas/jobs.ts";
import type { BegunSession, SessionInfo } from "../schemas/session.ts";
import type { About, Status } from "../schemas/vault.ts";
import { remoteCatalogue } from "./catalogue.ts";
import { call, type Origin } from "./http.ts";
import { type Patience, patiently, type Waiting } from "./patience.ts";
import { remoteStore, type StoreOptions } from "./store.ts";

export interface ConnectOptions {
  /** `http://localhost:8420`, or `https:` of any host. */
  readonly origin: string;
  /** Sent with every request; without it a browser's cookie goes along. */
  readonly token?: string;
  /** What `session.begin` gave, of a browser whose cookie goes along. */
  readonly page?: string;
  readonly fetch?: typeof fetch;
  /** Of every call but those of a store that has its own. */
  readonly patience?: Patience;
  readonly onWaiting?: Waiting["onWaiting"];
  /** Ends every call that is not a store's. */
  readonly signal?: AbortSignal;
}

/** A vault that is somewhere else. */
export interface Connection {
  readonly session: {
    /** Exchanges the token for a cookie. @throws WireError `denied`, `too-many` */
    begin(token: string): Promise<BegunSession>;
    /** `undefined` where there is none. */
    current(): Promise<SessionInfo | undefined>;
    end(): Promise<void>;
  };
  about(): Promise<About>;
  status(): Promise<Status>;
  readonly catalogue: Catalogue;
  store(id: Id, options?: StoreOptions): Store;
  /** All stores of the vault, with the part size that the server wants. */
  stores(about: Pick<About, "stores" | "partBytes">, options?: StoreOptions): ReadonlyMap<Id, Store>;
  startJob(kind: JobKind): Promise<Job>;
  job(id: Id): Promise<Job>;
  jobs(): Promise<readonly Job[]>;
  stopJob(id: Id): Promise<Job>;
}

/**
 * A vault behind a server, as if it were beside the caller: errors of core, vault and stores come as they were thrown
 * there, all others as `WireError`. Nothing is asked before the first call.
 * @throws WireError `bad-origin`
 */
export function connect(options: ConnectOptions): Connection {
  const { token, patience = "bounded", onWaiting, signal } = options;
  const origin: Origin = {
    url: requireOrigin(options.origin),
    token,
    page: options.page,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
  };
  const waiting: Waiting = { patience, onWaiting, signal };
  const store = (id: Id, own: StoreOptions = {}): Store =>
    remoteStore(origin, id, { patience, onWaiting, ...own });
  const jobCall = (params: { job: Id }): { params: { job: Id }; signal: AbortSignal | undefined } => ({
    params,
    signal,
  });

  return {
    session: {
      begin: (given) => call(origin, routes.beginSession, { json: { token: given }, signal }),
      current: async () => {
        try {
          return await patiently(waiting, () => call(origin, routes.currentSession, { signal }));
        } catch (error) {
          if (error instanceof WireError && error.code === "denied") return undefined;
          throw error;
        }
      },
      end: () => call(origin, routes.endSession, { signal }),
    },
    about: () => patiently(waiting, () => call(origin, routes.about, { signal })),
    status: () => patiently(waiting, () => call(origin, routes.status, { signal })),
    catalogue: remoteCatalogue(origin, waiting),
    store,
    stores: ({ stores, partBytes }, own) =>
      new Map(stores.map(({ id }) => [id, store(id, { partBytes, ...own })])),
    startJob: (kind) => patiently(waiting, () => call(origin, routes.startJob, { json: { kind }, signal })),
    job: (job) => patiently(waiting, () => call(origin, routes.oneJob, jobCall({ job }))),
    jobs: async () => (await patiently(waiting, () => call(origin, routes.jobs, { signal }))).jobs,
    stopJob: (job) => patiently(waiting, () => call(origin, routes.stopJob, jobCall({ job }))),
  };
}

/** A token over an open line would be anybody's. */
function requireOrigin(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare = url?.pathname === "/" && url.search === "" && url.hash === "" && url.username === "";
  if (url === undefined || !isBare || url.password !== "") {
    throw new WireError("bad-origin", "A server's address is like http://localhost:8420 and nothing more.");
  }
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return url;
  throw new WireError("bad-origin", "A server on another machine needs https.");
}

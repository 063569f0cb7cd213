import { type CallOptions, type Store, StoreError } from "@chirograph/stores";
import type { MeterReading, StoreHealth } from "@chirograph/stores/around";
import { createFileStore, openFileStore } from "@chirograph/stores/file";
import type { S3Arbitration } from "@chirograph/stores/s3";
import { type Location, placeOf } from "./location.ts";
import { openRemote, type RemoteStore } from "./remote.ts";

/** A server that does not let its user in for so long is not there. */
const OPENING_MS = 20_000;

const arbitrations = new WeakMap<Store, S3Arbitration>();

/** What a bucket that was opened makes of several writers of one name; `undefined` for every other store. */
export function arbitrationOf(store: Store): S3Arbitration | undefined {
  return arbitrations.get(store);
}

/** What the requests to a store tell of it. */
export interface StoreReading {
  readonly meter: MeterReading;
  readonly health: StoreHealth;
}

/**
 * Stores that are open, wherever they are. One on another machine is opened once and kept: its connections, its meter
 * and what is known of its health live in it. A folder is looked at anew each time: another may be mounted there.
 */
export class Connections {
  readonly #remote = new Map<Location, Promise<RemoteStore>>();
  readonly #ending = new AbortController();
  readonly #openingMs: number;

  /** @param openingMs so long, in milliseconds, a store on another machine may take to let its user in */
  constructor({ openingMs = OPENING_MS }: { readonly openingMs?: number } = {}) {
    this.#openingMs = openingMs;
  }

  /**
   * @param arbitration of a bucket, as it was found out before
   * @throws StoreError for a store that is not there or does not let its user in; EmbeddedError for credentials
   */
  async open(location: Location, arbitration?: S3Arbitration): Promise<Store> {
    const place = placeOf(location);
    if (place.kind === "file") return openFileStore(place.folder);
    const known = this.#remote.get(location);
    if (known !== undefined) return (await known).store;
    const opened = this.#inTime(async (options) => {
      const found = arbitration !== undefined && { arbitration };
      const remote = await openRemote(location, place, { ...options, ...found });
      if (remote.arbitration !== undefined) arbitrations.set(remote.store, remote.arbitration);
      return remote;
    });
    this.#remote.set(location, opened);
    // One that could not be opened is tried again.
    opened.catch(() => this.#remote.delete(location));
    return (await opened).store;
  }

  /** What is known of a store on another machine that was opened. */
  async reading(location: Location): Promise<StoreReading | undefined> {
    const opened = await this.#remote.get(location)?.catch(() => undefined);
    return opened && { meter: opened.meter(), health: opened.health() };
  }

  /** The same for a store that is to be: a folder is made. A bucket or a container is made by whoever pays for it. */
  async make(location: Location): Promise<Store> {
    const place = placeOf(location);
    return place.kind === "file" ? createFileStore(place.folder) : this.open(location);
  }

  /** What is being opened is given up; what was opened is closed. */
  async close(): Promise<void> {
    this.#ending.abort(new StoreError("unavailable", "The stores were closed."));
    const all = [...this.#remote.values()];
    this.#remote.clear();
    for (const opened of await Promise.allSettled(all)) {
      if (opened.status === "fulfilled") await opened.value.close();
    }
  }

  async #inTime(open: (options: Required<CallOptions>) => Promise<RemoteStore>): Promise<RemoteStore> {
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new StoreError("unavailable", "The store does not answer.")),
      this.#openingMs,
    );
    const signal = AbortSignal.any([late.signal, this.#ending.signal]);
    const opening = open({ signal });
    try {
      return await unlessAborted(opening, signal);
    } catch (error) {
      // One that opens after all is not needed any more.
      opening.then((store) => store.close()).catch(() => undefined);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Whether or not an opener listens to the signal, nobody waits for it any longer. */
async function unlessAborted<Result>(result: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

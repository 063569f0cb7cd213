import { StoreError } from "../error.ts";
import { unlessAborted } from "../remote/unless-aborted.ts";
import type { CallOptions } from "../store.ts";
import { SftpConnection } from "./connection.ts";
import type { SftpCredentials, SftpPlace } from "./place.ts";

/** The one connection of a store, opened when it is needed, and again when it was lost. */
export class SftpSession {
  readonly #place: SftpPlace;
  readonly #credentials: SftpCredentials;
  #opening: Promise<SftpConnection> | undefined;
  #open: SftpConnection | undefined;
  readonly #ending = new AbortController();

  constructor(place: SftpPlace, credentials: SftpCredentials) {
    this.#place = place;
    this.#credentials = credentials;
  }

  /** @throws StoreError `unavailable`, `denied`; the signal's reason */
  async connection({ signal }: CallOptions = {}): Promise<SftpConnection> {
    signal?.throwIfAborted();
    if (this.#ending.signal.aborted) throw new StoreError("unavailable", "The store was closed.");
    if (this.#open?.isLost === false) return this.#open;
    // Whoever comes meanwhile waits for the same one.
    this.#opening ??= this.#connect();
    return unlessAborted(this.#opening, signal);
  }

  async close(): Promise<void> {
    this.#ending.abort();
    const opening = await this.#opening?.catch(() => undefined);
    await (opening ?? this.#open)?.close();
  }

  async #connect(): Promise<SftpConnection> {
    try {
      this.#open = await SftpConnection.open(this.#place, this.#credentials, this.#ending.signal);
      return this.#open;
    } finally {
      this.#opening = undefined;
    }
  }
}

import { randomUUID } from "node:crypto";
import { LeftDrafts } from "../remote/left-drafts.ts";
import type { CallOptions } from "../store.ts";
import { ABANDONED_MS, DRAFTS, MOST_SWEPT } from "../subfolders.ts";
import { drain, expectStatus, statusOf } from "./answer.ts";
import type { DavServer } from "./dav-server.ts";
import { GRACE_MS } from "../remote/grace.ts";
import { type DavEntry, propfind } from "./propfind.ts";

/** The folder of what is being uploaded, under names that no object has. */
export class DavDrafts {
  readonly #server: DavServer;
  readonly #left: LeftDrafts;

  constructor(server: DavServer) {
    this.#server = server;
    this.#left = new LeftDrafts(async (path) => {
      await this.#remove(path, { signal: AbortSignal.timeout(GRACE_MS) });
    });
  }

  newPath(): string {
    return `${DRAFTS}/${randomUUID()}`;
  }

  /** As well as it can be done: what stays is tried again, and swept some day. */
  discard(path: string): Promise<void> {
    return this.#left.discard(path);
  }

  discardLeft(): Promise<void> {
    return this.#left.discardLeft();
  }

  /** Removes a draft for good; tells whether it was there, `undefined` when the server does not say. */
  async withdraw(path: string): Promise<boolean | undefined> {
    const options = { signal: AbortSignal.timeout(GRACE_MS) };
    const removed = await this.#remove(path, options).catch(() => undefined);
    if (removed === undefined) await this.discard(path);
    return removed;
  }

  /** Removes what processes that died have left; some of it, when it is much. Whoever may only read removes nothing. */
  async sweep(options: CallOptions): Promise<void> {
    const found = await propfind(this.#server, `${DRAFTS}/`, 1, isDraft, options);
    if (found?.nowMs === undefined) return;
    const abandoned = found.entries.filter(
      ({ modifiedMs }) => modifiedMs !== undefined && found.nowMs! - modifiedMs > ABANDONED_MS,
    );
    for (const { path } of abandoned.slice(0, MOST_SWEPT)) {
      const at = path.map(encodeURIComponent).join("/");
      const removed = await this.#remove(at, options).catch(() => undefined);
      if (removed === undefined) return;
    }
  }

  async #remove(path: string, options: CallOptions): Promise<boolean> {
    const answer = await this.#server.ask("DELETE", path, {}, options);
    await drain(answer);
    expectStatus(answer, 200, 204, 404);
    return statusOf(answer) !== 404;
  }
}

function isDraft({ isFolder, path }: DavEntry): boolean {
  return !isFolder && path.length === 2;
}

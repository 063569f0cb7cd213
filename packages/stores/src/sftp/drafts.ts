import { randomUUID } from "node:crypto";
import { GRACE_MS } from "../remote/grace.ts";
import { LeftDrafts } from "../remote/left-drafts.ts";
import { unlessAborted } from "../remote/unless-aborted.ts";
import { ABANDONED_MS, DRAFTS, MOST_SWEPT } from "../subfolders.ts";
import type { SftpConnection } from "./connection.ts";
import { entriesIn, entryAt, type RemoteFolder } from "./remote-folder.ts";
import { RemoteFile } from "./remote-file.ts";
import type { SftpSession } from "./session.ts";
import { ignoring, NO_SUCH_FILE } from "./status.ts";

/** More of them are not looked at. */
const MOST_DRAFTS = 100_000;

/** The folder of what is being written, under names that no object has. */
export class RemoteDrafts {
  readonly #folder: RemoteFolder;
  readonly #left: LeftDrafts;

  constructor(folder: RemoteFolder, session: SftpSession) {
    this.#folder = folder;
    this.#left = new LeftDrafts(async (path) => {
      await remove(await session.connection(), path);
    });
  }

  newPath(): string {
    return this.#folder.within(DRAFTS, randomUUID());
  }

  /** As well as it can be done soon: what stays is tried again, and swept some day. */
  async discard(path: string): Promise<void> {
    const soon = AbortSignal.timeout(GRACE_MS);
    await unlessAborted(this.#left.discard(path), soon).catch(() => undefined);
  }

  discardLeft(): Promise<void> {
    return this.#left.discardLeft();
  }

  /** Removes what processes that died have left; some of it, when it is much. Whoever may only read removes nothing. */
  async sweep(connection: SftpConnection): Promise<void> {
    const drafts = await entriesIn(connection, this.#folder.within(DRAFTS), MOST_DRAFTS, () => true);
    const files = drafts.filter(({ isFile }) => isFile);
    if (!files.some(({ modifiedMs }) => isAbandoned(modifiedMs, Date.now()))) return;
    const now = await this.#serverNow(connection).catch(() => undefined);
    if (now === undefined) return;
    const abandoned = files.filter(({ modifiedMs }) => isAbandoned(modifiedMs, now));
    for (const { name } of abandoned.slice(0, MOST_SWEPT)) {
      await remove(connection, this.#folder.within(DRAFTS, name)).catch(() => undefined);
    }
  }

  /** The server's own clock: what it writes on a file that is new. */
  async #serverNow(connection: SftpConnection): Promise<number | undefined> {
    const path = this.newPath();
    try {
      await (await RemoteFile.open(connection, path, "wx")).close();
      return (await entryAt(connection, path))?.modifiedMs;
    } finally {
      await remove(connection, path);
    }
  }
}

/** Removes a file unless it is gone; tells whether it was there. */
export async function remove(connection: SftpConnection, path: string): Promise<boolean> {
  const removed = await connection
    .tell((sftp, answer) => sftp.unlink(path, answer))
    .then(() => true, ignoring(NO_SUCH_FILE));
  return removed ?? false;
}

function isAbandoned(modifiedMs: number, nowMs: number): boolean {
  return nowMs - modifiedMs > ABANDONED_MS;
}

import { exactly } from "../body.ts";
import { checkListRequest } from "../list-request.ts";
import { checkName } from "../names.ts";
import { rangeWithin } from "../range.ts";
import { withGrace } from "../remote/grace.ts";
import { unlessAborted } from "../remote/unless-aborted.ts";
import type {
  ByteRange,
  CallOptions,
  ListRequest,
  ObjectBody,
  ObjectHead,
  Store,
  StorePromises,
} from "../store.ts";
import { subfolderOf } from "../subfolders.ts";
import type { SftpConnection } from "./connection.ts";
import { remove, RemoteDrafts } from "./drafts.ts";
import { headOf, listObjects, openObject } from "./objects.ts";
import { checkPlace, type SftpCredentials, type SftpPlace } from "./place.ts";
import { publish } from "./publish.ts";
import { RemoteFolder } from "./remote-folder.ts";
import { SftpSession } from "./session.ts";
import { guarded, NO_SUCH_FILE, SftpStatus } from "./status.ts";
import { writeDraft } from "./write-draft.ts";

export type { SftpCredentials, SftpPlace } from "./place.ts";

/** A store that holds a connection: a process ends when it is closed. */
export interface SftpStore extends Store {
  /** Ends the connection. What is in flight fails, and so does every later call. */
  close(): Promise<void>;
}

/**
 * Opens the store in a folder of an SFTP server (version 3, as OpenSSH speaks it) that is there; it is never made here.
 * @throws StoreError `invalid`; `denied` when the host key is not the pinned one, or the user not accepted;
 *   `unavailable` when there is no such folder or server; the signal's reason
 */
export async function openSftpStore(
  place: SftpPlace,
  credentials: SftpCredentials,
  options: CallOptions = {},
): Promise<SftpStore> {
  checkPlace(place);
  const store = new RemoteStore(place, credentials);
  try {
    await store.begin(options);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

class RemoteStore implements SftpStore {
  readonly #session: SftpSession;
  readonly #folder: RemoteFolder;
  readonly #drafts: RemoteDrafts;
  #arbitrates = false;

  constructor(place: SftpPlace, credentials: SftpCredentials) {
    this.#session = new SftpSession(place, credentials);
    this.#folder = new RemoteFolder(place.path);
    this.#drafts = new RemoteDrafts(this.#folder, this.#session);
  }

  /** Atomic where the server makes hard links, until its file system turns out to have none. */
  get promises(): StorePromises {
    return { putIfAbsentIsAtomic: this.#arbitrates };
  }

  async begin(options: CallOptions): Promise<void> {
    const connection = await this.#session.connection(options);
    this.#arbitrates = connection.has("hardlink");
    const looked = guarded(async () => {
      await this.#folder.require(connection);
      await this.#drafts.sweep(connection);
    });
    await unlessAborted(looked, options.signal);
  }

  async put(name: string, body: ObjectBody, options: CallOptions = {}): Promise<void> {
    checkName(name);
    const pieces = exactly(body, options);
    const connection = await this.#session.connection(options);
    const draft = this.#drafts.newPath();
    try {
      const { sizeBytes } = body;
      await writeDraft(connection, this.#folder, { path: draft, sizeBytes, pieces }, options);
      options.signal?.throwIfAborted();
      await this.#publish(connection, draft, name, options);
    } finally {
      await this.#drafts.discard(draft);
    }
    await this.#drafts.discardLeft();
  }

  async *get(name: string, range?: ByteRange, options: CallOptions = {}): AsyncGenerator<Uint8Array> {
    checkName(name);
    const connection = await this.#session.connection(options);
    const { file, sizeBytes } = await guarded(() => openObject(connection, this.#folder, name, options));
    try {
      const pieces = file.read(rangeWithin(range, sizeBytes), options);
      for (;;) {
        const next = await guarded(() => pieces.next());
        if (next.done === true) return;
        yield next.value;
        options.signal?.throwIfAborted();
      }
    } finally {
      file.close().catch(() => undefined);
    }
  }

  async head(name: string, options: CallOptions = {}): Promise<ObjectHead | null> {
    checkName(name);
    return this.#asked(options, (connection) => headOf(connection, this.#folder, name));
  }

  async list(request: ListRequest, options: CallOptions = {}): Promise<ObjectHead[]> {
    checkListRequest(request);
    return this.#asked(options, (connection) => listObjects(connection, this.#folder, request, options));
  }

  async delete(name: string, options: CallOptions = {}): Promise<void> {
    checkName(name);
    await this.#asked(options, async (connection) => {
      const removed = await remove(connection, this.#folder.pathOf(name));
      if (!removed) await this.#folder.require(connection);
    });
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  async #asked<Result>(
    options: CallOptions,
    ask: (connection: SftpConnection) => Promise<Result>,
  ): Promise<Result> {
    const connection = await this.#session.connection(options);
    return unlessAborted(
      guarded(() => ask(connection)),
      options.signal,
    );
  }

  /** What is on its way cannot be taken back: so its answer is waited for a little, also by whoever cancels. */
  async #publish(
    connection: SftpConnection,
    draft: string,
    name: string,
    { signal }: CallOptions,
  ): Promise<void> {
    const subfolder = subfolderOf(name);
    const named = async (): Promise<void> => {
      await this.#folder.settle(connection, subfolder);
      signal?.throwIfAborted();
      if (!(await publish(connection, draft, this.#folder.pathOf(name)))) this.#arbitrates = false;
    };
    const naming = guarded(() =>
      named().catch((error: unknown) => {
        if (!(error instanceof SftpStatus && error.status === NO_SUCH_FILE)) throw error;
        // Somebody tidied an empty subfolder away.
        this.#folder.forget(subfolder);
        return named();
      }),
    );
    const late = withGrace(signal);
    try {
      await unlessAborted(naming, late.signal);
    } finally {
      late.release();
    }
  }
}

import { type FileHandle, mkdir, unlink } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { exactly, inBatches } from "../body.ts";
import { StoreError } from "../error.ts";
import { checkListRequest } from "../list-request.ts";
import { checkName } from "../names.ts";
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
import { Draft, sweepDrafts } from "./draft.ts";
import { makeFolder, StoreFolder, syncFolder } from "./folder.ts";
import { draftsOf, pathOf, PRIVATE_FOLDER } from "./layout.ts";
import { headOf, listObjects } from "./listing.ts";
import { publish } from "./publish.ts";
import { openObject, rangeOf, readPiece } from "./read-file.ts";
import { guarded, ignoring, systemCode } from "./system-error.ts";

const PIECE_BYTES = 1_048_576;
/** Small pieces of a body are gathered into writes of so much. */
const WRITE_BYTES = 262_144;

/**
 * Opens the store in a folder that is there. It is never made here: a folder that is missing may be a disk that is not
 * mounted.
 * @throws StoreError `unavailable` when there is no such folder; `denied`
 */
export async function openFileStore(folder: string): Promise<Store> {
  return guarded(async () => {
    const opened = await StoreFolder.open(resolve(folder));
    await sweepDrafts(opened.path, Date.now());
    return new FileStore(opened);
  });
}

/**
 * Makes the folder of a new store, private to its owner, and opens it. Only the last part of the path is made; a folder
 * that is there already keeps what it holds and its rights.
 * @throws StoreError `unavailable` when the folder around it is missing; `denied`, `full`
 */
export async function createFileStore(folder: string): Promise<Store> {
  const path = resolve(folder);
  await guarded(async () => {
    const made = await mkdir(path, { mode: PRIVATE_FOLDER }).then(() => true, ignoring("EEXIST"));
    if (made === true) await syncFolder(dirname(path));
    await makeFolder(draftsOf(path));
  });
  return openFileStore(path);
}

class FileStore implements Store {
  readonly #folder: StoreFolder;
  #arbitrates = true;

  constructor(folder: StoreFolder) {
    this.#folder = folder;
  }

  /** Atomic until the file system turns out to have no hard links: then as good as its exclusive opening of files. */
  get promises(): StorePromises {
    return { putIfAbsentIsAtomic: this.#arbitrates };
  }

  async put(name: string, body: ObjectBody, options: CallOptions = {}): Promise<void> {
    checkName(name);
    options.signal?.throwIfAborted();
    const draft = await guarded(() => Draft.begin(this.#folder));
    try {
      const batches = inBatches(exactly(body, options), Math.min(body.sizeBytes, WRITE_BYTES));
      for await (const batch of batches) await guarded(() => draft.write(batch));
      await guarded(() => draft.finish());
      options.signal?.throwIfAborted();
      await guarded(() => this.#publish(draft, name));
    } finally {
      await draft.discard();
    }
    await guarded(() => this.#makeDurable(name));
  }

  async *get(name: string, range?: ByteRange, { signal }: CallOptions = {}): AsyncGenerator<Uint8Array> {
    checkName(name);
    signal?.throwIfAborted();
    const handle = await guarded(() => this.#openObject(name));
    try {
      const { offset, lengthBytes } = await guarded(() => rangeOf(handle, range));
      const end = offset + lengthBytes;
      for (let at = offset; at < end;) {
        signal?.throwIfAborted();
        const piece = await guarded(() => readPiece(handle, at, Math.min(PIECE_BYTES, end - at)));
        at += piece.length;
        yield piece;
      }
    } finally {
      await handle.close();
    }
  }

  async head(name: string, { signal }: CallOptions = {}): Promise<ObjectHead | null> {
    checkName(name);
    signal?.throwIfAborted();
    return guarded(async () => {
      const head = await headOf(this.#folder.path, name);
      if (head === null) await this.#folder.require();
      return head;
    });
  }

  async list(request: ListRequest, options: CallOptions = {}): Promise<ObjectHead[]> {
    checkListRequest(request);
    options.signal?.throwIfAborted();
    return guarded(async () => {
      await this.#folder.require();
      return listObjects(this.#folder.path, request, options);
    });
  }

  async delete(name: string, { signal }: CallOptions = {}): Promise<void> {
    checkName(name);
    signal?.throwIfAborted();
    await guarded(async () => {
      await unlink(pathOf(this.#folder.path, name)).catch(ignoring("ENOENT", "ENOTDIR"));
      // Also when it was gone: whoever removed it may not have come so far.
      await this.#syncSubfolder(name);
    });
  }

  async #openObject(name: string): Promise<FileHandle> {
    const handle = await openObject(pathOf(this.#folder.path, name));
    if (handle !== null) return handle;
    await this.#folder.require();
    throw new StoreError("not-found", "No object has that name.");
  }

  async #publish(draft: Draft, name: string): Promise<void> {
    const subfolder = subfolderOf(name);
    try {
      await this.#folder.settle(subfolder);
      await this.#name(draft, name);
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
      // Somebody tidied an empty subfolder away.
      this.#folder.forget(subfolder);
      await this.#folder.settle(subfolder);
      await this.#name(draft, name);
    }
  }

  async #name(draft: Draft, name: string): Promise<void> {
    try {
      const arbitrated = await publish(this.#folder.path, draft.path, pathOf(this.#folder.path, name));
      if (!arbitrated) this.#arbitrates = false;
    } catch (error) {
      // Whoever is told so takes the object for durable; its writer may not have come so far.
      if (error instanceof StoreError && error.code === "exists") await this.#syncSubfolder(name);
      throw error;
    }
  }

  /** What cannot be made durable is withdrawn. */
  async #makeDurable(name: string): Promise<void> {
    const path = pathOf(this.#folder.path, name);
    try {
      await syncFolder(dirname(path));
    } catch (error) {
      await unlink(path).catch(() => undefined);
      throw error;
    }
  }

  async #syncSubfolder(name: string): Promise<void> {
    const path = dirname(pathOf(this.#folder.path, name));
    const synced = await syncFolder(path).then(() => true, ignoring("ENOENT", "ENOTDIR"));
    if (synced !== true) await this.#folder.require();
  }
}

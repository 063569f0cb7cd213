import { StoreError } from "../error.ts";
import { checkListRequest } from "../list-request.ts";
import { checkName } from "../names.ts";
import { rangeWithin } from "../range.ts";
import type { ByteRange, CallOptions, ListRequest, ObjectBody, ObjectHead, Store } from "../store.ts";
import { DRAFTS, subfolderOf } from "../subfolders.ts";
import { drain, expectStatus, odd, statusOf } from "./answer.ts";
import { DavServer } from "./dav-server.ts";
import { download } from "./download.ts";
import { DavDrafts } from "./drafts.ts";
import { DavFolders } from "./folders.ts";
import { GRACE_MS, withGrace } from "../remote/grace.ts";
import { headOf, listObjects, pathOf } from "./objects.ts";
import { authorizationOf, parsePlace, type WebDavCredentials, type WebDavPlace } from "./place.ts";
import { upload } from "./upload.ts";

export type { WebDavCredentials, WebDavPlace } from "./place.ts";

/**
 * Opens the store in a folder of a WebDAV server (RFC 4918) that is there; it is never made here. Nothing in WebDAV
 * arbitrates between two writers of one name, and nothing tells when an object is on the disk.
 * @throws StoreError `invalid`, `unavailable` when there is no such folder or server, `denied`; the signal's reason
 */
export async function openWebDavStore(
  place: WebDavPlace,
  credentials?: WebDavCredentials,
  options: CallOptions = {},
): Promise<Store> {
  const folder = parsePlace(place);
  const server = new DavServer(folder, authorizationOf(folder, credentials));
  const store = new WebDavStore(server);
  await store.begin(options);
  return store;
}

class WebDavStore implements Store {
  readonly promises = { putIfAbsentIsAtomic: false };
  readonly #server: DavServer;
  readonly #folders: DavFolders;
  readonly #drafts: DavDrafts;

  constructor(server: DavServer) {
    this.#server = server;
    this.#folders = new DavFolders(server);
    this.#drafts = new DavDrafts(server);
  }

  async begin(options: CallOptions): Promise<void> {
    await this.#folders.require(options);
    await this.#drafts.sweep(options);
  }

  async put(name: string, body: ObjectBody, options: CallOptions = {}): Promise<void> {
    checkName(name);
    options.signal?.throwIfAborted();
    await this.#folders.settle(DRAFTS, options);
    const draft = this.#drafts.newPath();
    await this.#upload(draft, body, options);
    await this.#publish(draft, name, body.sizeBytes, options);
    await this.#drafts.discardLeft();
  }

  async *get(name: string, range?: ByteRange, options: CallOptions = {}): AsyncGenerator<Uint8Array> {
    checkName(name);
    options.signal?.throwIfAborted();
    // HTTP has no way to ask for no bytes, nor for a range that is none.
    if (range !== undefined && !isSome(range)) {
      const head = await this.head(name, options);
      if (head === null) throw notFound();
      rangeWithin(range, head.sizeBytes);
      return;
    }
    const pieces = await download(this.#server, pathOf(name), range, options);
    if (pieces === null) {
      await this.#folders.require(options);
      throw notFound();
    }
    let lengthBytes = 0;
    for await (const piece of pieces) {
      lengthBytes += piece.length;
      yield piece;
      options.signal?.throwIfAborted();
    }
    if (range === undefined) await this.#expectLength(name, lengthBytes, options);
  }

  async head(name: string, options: CallOptions = {}): Promise<ObjectHead | null> {
    checkName(name);
    options.signal?.throwIfAborted();
    return headOf(this.#server, this.#folders, name, options);
  }

  async list(request: ListRequest, options: CallOptions = {}): Promise<ObjectHead[]> {
    checkListRequest(request);
    options.signal?.throwIfAborted();
    return listObjects(this.#server, this.#folders, request, options);
  }

  async delete(name: string, options: CallOptions = {}): Promise<void> {
    checkName(name);
    options.signal?.throwIfAborted();
    const answer = await this.#server.ask("DELETE", pathOf(name), {}, options);
    await drain(answer);
    expectStatus(answer, 200, 204, 404);
    if (statusOf(answer) === 404) await this.#folders.require(options);
  }

  /** What is replaced just before a server opens it, that server may cut to the length of what was there: Apache does. */
  async #expectLength(name: string, lengthBytes: number, options: CallOptions): Promise<void> {
    const head = await this.head(name, options);
    if (head?.sizeBytes !== lengthBytes) throw odd("has another object there now than it began to send");
  }

  async #upload(draft: string, body: ObjectBody, options: CallOptions): Promise<void> {
    try {
      await upload(this.#server, draft, body, options);
      options.signal?.throwIfAborted();
    } catch (error) {
      // The folder of drafts may have gone.
      if (error instanceof StoreError && error.code === "unavailable") this.#folders.forget(DRAFTS);
      await this.#drafts.discard(draft);
      throw error;
    }
  }

  async #publish(draft: string, name: string, sizeBytes: number, options: CallOptions): Promise<void> {
    try {
      await this.#folders.settle(subfolderOf(name), options);
      await this.#move(draft, name, options);
    } catch (error) {
      // Nobody else knows the draft: where it is gone and the object there, it was moved, whatever the answer was.
      const removed = await this.#drafts.withdraw(draft);
      const late = { signal: AbortSignal.timeout(GRACE_MS) };
      const head = removed === false ? await this.head(name, late).catch(() => null) : null;
      if (head?.sizeBytes === sizeBytes) return;
      options.signal?.throwIfAborted();
      throw error;
    }
  }

  async #move(draft: string, name: string, options: CallOptions): Promise<void> {
    const moved = [201, 204];
    const status = await this.#askToMove(draft, name, options);
    if (moved.includes(status.statusCode ?? 0)) return;
    if (statusOf(status) === 412) throw taken();
    // Somebody may have tidied an empty subfolder away; servers do not agree on what they answer then.
    const missing = await this.#folders.make(subfolderOf(name), options);
    if (!missing) return expectStatus(status, ...moved);
    const again = await this.#askToMove(draft, name, options);
    if (statusOf(again) === 412) throw taken();
    expectStatus(again, ...moved);
  }

  /** From here on it cannot be taken back: so its answer is waited for a little, also by whoever cancels. */
  async #askToMove(draft: string, name: string, options: CallOptions): ReturnType<DavServer["ask"]> {
    options.signal?.throwIfAborted();
    const late = withGrace(options.signal);
    try {
      const headers = { destination: this.#server.at(pathOf(name)).href, overwrite: "F" };
      const answer = await this.#server.ask("MOVE", draft, { headers }, { signal: late.signal });
      await drain(answer);
      return answer;
    } finally {
      late.release();
    }
  }
}

function isSome({ offset, lengthBytes }: ByteRange): boolean {
  const end = offset + lengthBytes - 1;
  return offset >= 0 && lengthBytes > 0 && [offset, lengthBytes, end].every(Number.isSafeInteger);
}

function notFound(): StoreError {
  return new StoreError("not-found", "No object has that name.");
}

function taken(): StoreError {
  return new StoreError("exists", "An object has that name already.");
}

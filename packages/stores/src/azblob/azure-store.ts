import type { BlockBlobClient, ContainerClient } from "@azure/storage-blob";
import { exactly } from "../body.ts";
import { StoreError } from "../error.ts";
import { checkListRequest } from "../list-request.ts";
import { checkName } from "../names.ts";
import { rangeWithin } from "../range.ts";
import type { ByteRange, CallOptions, ListRequest, ObjectBody, ObjectHead, Store } from "../store.ts";
import { guarded, says } from "./azure-error.ts";
import { taken } from "./commit.ts";
import { connect } from "./connect.ts";
import type { AzureCredentials } from "./credentials.ts";
import { download, isLength } from "./download.ts";
import { listBlobs } from "./listing.ts";
import { type AzurePlace, blobPrefixOf } from "./place.ts";
import { putInBlocks, putWhole } from "./upload.ts";

export type { AccountKey, AzureCredentials, ConnectionString, SharedAccess } from "./credentials.ts";
export type { AzurePlace } from "./place.ts";

const BLOCK_BYTES = 8 * 1_048_576;
const LARGEST_BLOCK_BYTES = 100 * 1_048_576;

export interface AzureOptions {
  /** A body up to this long is sent in one request, a longer one in blocks of it. A put takes up to three blocks' memory. */
  readonly blockBytes?: number;
}

/**
 * Opens the store in a container that is there.
 * @throws StoreError `unavailable` when there is none or it cannot be reached; `denied`; `invalid`
 */
export async function openAzureStore(
  place: AzurePlace,
  credentials: AzureCredentials,
  options: AzureOptions & CallOptions = {},
): Promise<Store> {
  const store = new AzureStore(connect(place, credentials), blobPrefixOf(place), blockBytesOf(options));
  await store.list({ prefix: "", limit: 1 }, options);
  return store;
}

/**
 * Makes the container of a new store, closed to the public, and opens it. One that is there already keeps what it holds.
 * @throws StoreError as `openAzureStore` does
 */
export async function createAzureStore(
  place: AzurePlace,
  credentials: AzureCredentials,
  options: AzureOptions & CallOptions = {},
): Promise<Store> {
  const container = connect(place, credentials);
  const call = abortable(options);
  await guarded(async () => {
    await container.create(call).catch((error: unknown) => {
      if (!says(error, "ContainerAlreadyExists")) throw error;
    });
  }, options);
  return openAzureStore(place, credentials, options);
}

class AzureStore implements Store {
  /** `If-None-Match: *` at the request that makes a blob visible. */
  readonly promises = { putIfAbsentIsAtomic: true };
  readonly #container: ContainerClient;
  readonly #blobPrefix: string;
  readonly #blockBytes: number;

  constructor(container: ContainerClient, blobPrefix: string, blockBytes: number) {
    this.#container = container;
    this.#blobPrefix = blobPrefix;
    this.#blockBytes = blockBytes;
  }

  async put(name: string, body: ObjectBody, options: CallOptions = {}): Promise<void> {
    checkName(name);
    options.signal?.throwIfAborted();
    const pieces = exactly(body, options);
    const blob = this.#blob(name);
    if (body.sizeBytes <= this.#blockBytes) return putWhole(blob, pieces, body.sizeBytes, options);
    // Blocks that nobody makes a blob of are kept for a week: none are sent under a name that is taken.
    if ((await this.head(name, options)) !== null) throw taken();
    const { sizeBytes } = body;
    await putInBlocks(blob, pieces, { sizeBytes, blockBytes: this.#blockBytes }, options);
  }

  async *get(name: string, range?: ByteRange, options: CallOptions = {}): AsyncGenerator<Uint8Array> {
    checkName(name);
    options.signal?.throwIfAborted();
    if (range !== undefined) rangeWithin(range, Number.MAX_SAFE_INTEGER);
    // Azure knows no empty range.
    if (range?.lengthBytes === 0) rangeWithin(range, await this.#sizeOf(name, options));
    else yield* download(this.#blob(name), range, options);
  }

  async head(name: string, options: CallOptions = {}): Promise<ObjectHead | null> {
    checkName(name);
    options.signal?.throwIfAborted();
    try {
      return { name, sizeBytes: await this.#sizeOf(name, options) };
    } catch (error) {
      if (error instanceof StoreError && error.code === "not-found") return null;
      throw error;
    }
  }

  async list(request: ListRequest, options: CallOptions = {}): Promise<ObjectHead[]> {
    checkListRequest(request);
    options.signal?.throwIfAborted();
    return listBlobs(this.#container, this.#blobPrefix, request, options);
  }

  async delete(name: string, options: CallOptions = {}): Promise<void> {
    checkName(name);
    options.signal?.throwIfAborted();
    await guarded(async () => {
      const call = { ...abortable(options), deleteSnapshots: "include" as const };
      await this.#blob(name)
        .delete(call)
        .catch((error: unknown) => {
          if (!says(error, "BlobNotFound")) throw error;
        });
    }, options);
  }

  #blob(name: string): BlockBlobClient {
    return this.#container.getBlockBlobClient(this.#blobPrefix + name);
  }

  async #sizeOf(name: string, options: CallOptions): Promise<number> {
    const { contentLength } = await guarded(
      () => this.#blob(name).getProperties(abortable(options)),
      options,
    );
    if (isLength(contentLength)) return contentLength;
    throw new StoreError("unavailable", "Azure does not say how long the object is.");
  }
}

function abortable({ signal }: CallOptions): { abortSignal?: AbortSignal } {
  return { ...(signal !== undefined && { abortSignal: signal }) };
}

function blockBytesOf({ blockBytes = BLOCK_BYTES }: AzureOptions): number {
  if (Number.isInteger(blockBytes) && blockBytes >= 1 && blockBytes <= LARGEST_BLOCK_BYTES) return blockBytes;
  throw new StoreError("invalid", `A block has 1 to ${LARGEST_BLOCK_BYTES} bytes.`);
}

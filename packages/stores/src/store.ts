/**
 * One place that holds objects: a folder, a bucket, a container, a share. It sees ciphertext and random names.
 *
 * Retry, time-outs, concurrency and metering wrap a store; they are not written into adapters. Every adapter passes the
 * one suite in `test/contract.ts`.
 */
export interface Store {
  readonly promises: StorePromises;

  /**
   * Writes an object, whole or not at all. When this resolves the object is durable and visible; when it rejects,
   * nothing of it is visible under `name`.
   * @throws StoreError `exists` when the name is taken (the object there stays as it is), `wrong-length` when the body
   *   is not `sizeBytes` long
   */
  put(name: string, body: ObjectBody, options?: CallOptions): Promise<void>;

  /**
   * The bytes of an object, or of a range of it, in pieces of any size that stay valid. Whoever stops early breaks the
   * iteration.
   * @throws StoreError `not-found`; `out-of-range` when the range does not lie inside the object
   */
  get(name: string, range?: ByteRange, options?: CallOptions): AsyncIterable<Uint8Array>;

  /** Size of an object, or `null` when there is none. */
  head(name: string, options?: CallOptions): Promise<ObjectHead | null>;

  /** Objects whose names begin with `prefix` and come behind `after`, ascending by name, at most `limit` (1 to 1,000). */
  list(request: ListRequest, options?: CallOptions): Promise<ObjectHead[]>;

  /** Removes an object, durably. Removing what is not there is no error. */
  delete(name: string, options?: CallOptions): Promise<void>;
}

/** What an adapter can and cannot promise. */
export interface StorePromises {
  /** Of several writers of one name exactly one wins. Names are random, so this is a safety net and not the arbiter. */
  readonly putIfAbsentIsAtomic: boolean;
}

export interface ObjectBody {
  readonly sizeBytes: number;
  /** Pieces of any size; each is consumed before the next one is asked for, so a source may use its memory again. */
  readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** The bytes `[offset, offset + lengthBytes)`. */
export interface ByteRange {
  readonly offset: number;
  readonly lengthBytes: number;
}

export interface ObjectHead {
  readonly name: string;
  readonly sizeBytes: number;
}

export interface ListRequest {
  readonly prefix: string;
  /** The last name of the page before. */
  readonly after?: string;
  readonly limit: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

import { GetObjectCommand, HeadBucketCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { StoreError } from "../error.ts";
import { checkListRequest } from "../list-request.ts";
import { checkName } from "../names.ts";
import { rangeWithin } from "../range.ts";
import type {
  ByteRange,
  CallOptions,
  ListRequest,
  ObjectBody,
  ObjectHead,
  Store,
  StorePromises,
} from "../store.ts";
import { piecesOf, rangeHeader } from "./answer.ts";
import { findArbitration, type S3Arbitration } from "./arbitration.ts";
import { Batches } from "./batches.ts";
import { clientFor } from "./client.ts";
import { erase } from "./erase.ts";
import { Keys } from "./keys.ts";
import { listObjects } from "./listing.ts";
import type { S3Credentials, S3Place } from "./place.ts";
import { guarded } from "./s3-error.ts";
import { Uploader } from "./upload.ts";

export type { S3Arbitration, Verdict } from "./arbitration.ts";
export type { S3Credentials, S3Place } from "./place.ts";

const SMALLEST_PART_BYTES = 5 * 1_048_576;
/** S3's own limits of one request: a part, or a whole object. */
const LARGEST_REQUEST_BYTES = 5 * 1024 * 1_048_576;

export interface S3Options extends CallOptions {
  /** What is known of this bucket from an earlier time; it is found out when nothing is said. */
  readonly arbitration?: S3Arbitration;
  /** Larger objects go up in parts of so much: 5 MiB to 5 GiB, 64 MiB when nothing is said. */
  readonly partBytes?: number;
}

/** A store in a bucket, and what was found out about its put-if-absent. */
export interface S3Store extends Store {
  readonly arbitration: S3Arbitration;
}

/**
 * Opens the store in a bucket that is there. Without credentials it looks where AWS's own tools look: the environment,
 * the shared files, the machine's role.
 * @throws StoreError `invalid`; `unavailable` when there is no such bucket; `denied`; the signal's reason
 */
export async function openS3Store(
  place: S3Place,
  credentials?: S3Credentials,
  { signal, arbitration, partBytes = 64 * 1_048_576 }: S3Options = {},
): Promise<S3Store> {
  if (!(
    Number.isSafeInteger(partBytes) &&
    partBytes >= SMALLEST_PART_BYTES &&
    partBytes <= LARGEST_REQUEST_BYTES
  )) {
    throw new StoreError("invalid", "A part has 5 MiB to 5 GiB.");
  }
  signal?.throwIfAborted();
  const client = await clientFor(place, credentials);
  const keys = new Keys(place);
  await requireBucket(client, keys, signal);
  const known = arbitration ?? (await findArbitration(client, keys, signal === undefined ? {} : { signal }));
  return new BucketStore(client, keys, known, partBytes);
}

class BucketStore implements S3Store {
  readonly arbitration: S3Arbitration;
  readonly #client: S3Client;
  readonly #keys: Keys;
  readonly #uploader: Uploader;
  readonly #partBytes: number;
  /** Objects up to this size go up in one request. */
  readonly #largestWholeBytes: number;
  #arbitrates: boolean;

  constructor(client: S3Client, keys: Keys, arbitration: S3Arbitration, partBytes: number) {
    this.#client = client;
    this.#keys = keys;
    this.#uploader = new Uploader(client, keys);
    this.arbitration = arbitration;
    this.#partBytes = partBytes;
    const { put, complete } = arbitration;
    this.#arbitrates = put === "atomic";
    // Where only whole objects are arbitrated, as many as possible go up whole.
    this.#largestWholeBytes = put === "atomic" && complete !== "atomic" ? LARGEST_REQUEST_BYTES : partBytes;
  }

  /** Atomic where the server arbitrates, until an object had to go up in parts and the server did not arbitrate that. */
  get promises(): StorePromises {
    return { putIfAbsentIsAtomic: this.#arbitrates };
  }

  async put(name: string, body: ObjectBody, { signal }: CallOptions = {}): Promise<void> {
    checkName(name);
    signal?.throwIfAborted();
    const batches = new Batches(body, signal === undefined ? {} : { signal });
    const { put, complete } = this.arbitration;
    const upload = { name, sizeBytes: body.sizeBytes, batches, signal };
    try {
      if (body.sizeBytes <= this.#largestWholeBytes) {
        await this.#uploader.putWhole({ ...upload, verdict: put });
      } else {
        if (complete !== "atomic") this.#arbitrates = false;
        await this.#uploader.putInParts({ ...upload, verdict: complete }, this.#partBytes);
      }
    } finally {
      await batches.leave();
    }
  }

  async *get(name: string, range?: ByteRange, { signal }: CallOptions = {}): AsyncGenerator<Uint8Array> {
    checkName(name);
    signal?.throwIfAborted();
    if (range !== undefined) rangeWithin(range, Number.MAX_SAFE_INTEGER);
    if (range?.lengthBytes === 0) return this.#requireRange(name, range, signal);
    const command = new GetObjectCommand({
      ...this.#keys.at(name),
      ...(range !== undefined && { Range: rangeHeader(range) }),
    });
    const answer = await guarded((options) => this.#client.send(command, options), signal);
    yield* piecesOf(answer, range, signal);
  }

  async head(name: string, { signal }: CallOptions = {}): Promise<ObjectHead | null> {
    checkName(name);
    const sizeBytes = await this.#sizeOf(name, signal);
    if (sizeBytes !== null) return { name, sizeBytes };
    // The answer has no body that says what is missing: the object or the bucket.
    await requireBucket(this.#client, this.#keys, signal);
    return null;
  }

  async list(request: ListRequest, { signal }: CallOptions = {}): Promise<ObjectHead[]> {
    checkListRequest(request);
    return listObjects(this.#client, this.#keys, request, signal);
  }

  async delete(name: string, { signal }: CallOptions = {}): Promise<void> {
    checkName(name);
    await erase(this.#client, this.#keys, name, signal);
  }

  /** A range of no bytes cannot be asked for. */
  async #requireRange(name: string, range: ByteRange, signal: AbortSignal | undefined): Promise<void> {
    const head = await this.head(name, signal === undefined ? {} : { signal });
    if (head === null) throw new StoreError("not-found", "No object has that name.");
    rangeWithin(range, head.sizeBytes);
  }

  async #sizeOf(name: string, signal: AbortSignal | undefined): Promise<number | null> {
    const command = new HeadObjectCommand(this.#keys.at(name));
    try {
      const answer = await guarded((options) => this.#client.send(command, options), signal);
      const { ContentLength } = answer;
      if (ContentLength === undefined || !Number.isSafeInteger(ContentLength) || ContentLength < 0) {
        throw new StoreError("unavailable", "The store does not say how long the object is.");
      }
      return ContentLength;
    } catch (error) {
      if (error instanceof StoreError && error.code === "not-found") return null;
      throw error;
    }
  }
}

async function requireBucket(client: S3Client, keys: Keys, signal: AbortSignal | undefined): Promise<void> {
  const command = new HeadBucketCommand({ Bucket: keys.bucket });
  try {
    await guarded((options) => client.send(command, options), signal);
  } catch (error) {
    if (!(error instanceof StoreError && error.code === "not-found")) throw error;
    throw new StoreError("unavailable", "There is no such bucket.");
  }
}

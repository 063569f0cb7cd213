import { randomUUID } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { StoreError } from "../error.ts";
import type { Verdict } from "./arbitration.ts";
import { BATCH_BYTES, type Batches, sending } from "./batches.ts";
import { erase } from "./erase.ts";
import type { Keys } from "./keys.ts";
import { guarded, storeError } from "./s3-error.ts";

const MOST_PARTS = 10_000;
/** What is tidied up after a failure may not take longer: the caller waits for it. */
const LONGEST_TIDYING_MS = 10_000;
/** Metadata of an object: which put wrote it. Random, so it tells nothing. */
const MARK = "put";

export interface Upload {
  readonly name: string;
  readonly sizeBytes: number;
  readonly batches: Batches;
  /** What the server makes of a condition on this kind of upload. */
  readonly verdict: Verdict;
  readonly signal: AbortSignal | undefined;
}

/** Writes objects, each whole or not at all. */
export class Uploader {
  readonly #client: S3Client;
  readonly #keys: Keys;

  constructor(client: S3Client, keys: Keys) {
    this.#client = client;
    this.#keys = keys;
  }

  /** In one request. */
  async putWhole(upload: Upload): Promise<void> {
    const { name, sizeBytes, batches, verdict, signal } = upload;
    if (verdict !== "atomic") await this.#requireAbsent(upload);
    const mark = randomUUID();
    const object = { ...this.#keys.at(name), ContentLength: sizeBytes, Metadata: { [MARK]: mark } };
    try {
      await sending(
        batches.take(sizeBytes),
        (Body, either) => {
          const command = new PutObjectCommand({ ...object, Body, ...condition(upload) });
          return guarded((options) => this.#client.send(command, options), either);
        },
        signal,
      );
    } catch (error) {
      if (!batches.areComplete) throw error;
      await this.#settle(upload, mark, error);
    }
  }

  /** In parts of `partBytes`, or more where there would be too many of them. */
  async putInParts(upload: Upload, partBytes: number): Promise<void> {
    const { name, verdict, signal } = upload;
    // Before much is sent for nothing.
    await this.#requireAbsent(upload);
    const mark = randomUUID();
    const creation = new CreateMultipartUploadCommand({ ...this.#keys.at(name), Metadata: { [MARK]: mark } });
    const { UploadId: id } = await guarded((options) => this.#client.send(creation, options), signal);
    if (id === undefined) throw new StoreError("unavailable", "The store begins no upload.");
    try {
      const parts = await this.#sendParts(upload, id, partBytes);
      if (verdict !== "atomic") await this.#requireAbsent(upload);
      await this.#complete(upload, id, parts, mark);
    } catch (error) {
      await this.#abandon(name, id);
      throw error;
    }
  }

  async #sendParts(upload: Upload, id: string, partBytes: number): Promise<CompletedPart[]> {
    const { name, sizeBytes, batches, signal } = upload;
    const size = partSize(sizeBytes, partBytes);
    const parts: CompletedPart[] = [];
    for (let sent = 0; sent < sizeBytes; sent += size) {
      const lengthBytes = Math.min(size, sizeBytes - sent);
      const place = { ...this.#keys.at(name), UploadId: id, PartNumber: parts.length + 1 };
      const { ETag } = await sending(
        batches.take(lengthBytes),
        (Body, either) => {
          const command = new UploadPartCommand({ ...place, Body, ContentLength: lengthBytes });
          return guarded((options) => this.#client.send(command, options), either);
        },
        signal,
      );
      if (ETag === undefined)
        throw new StoreError("unavailable", "The store does not name the part it took.");
      parts.push({ ETag, PartNumber: place.PartNumber });
    }
    return parts;
  }

  async #complete(upload: Upload, id: string, parts: CompletedPart[], mark: string): Promise<void> {
    const { name, signal } = upload;
    const command = new CompleteMultipartUploadCommand({
      ...this.#keys.at(name),
      UploadId: id,
      MultipartUpload: { Parts: parts },
      ...condition(upload),
    });
    try {
      await guarded((options) => this.#client.send(command, options), signal);
    } catch (error) {
      await this.#settle(upload, mark, error);
    }
  }

  /**
   * A request that failed when the server had all of it may have been carried out, also when the answer is that the
   * name is taken: something on the way may have sent it twice. Then the object there is this put's, and the put has
   * succeeded; unless it was cancelled: then the object is removed.
   * @throws what the put is to reject with
   */
  async #settle({ name, signal }: Upload, mark: string, failure: unknown): Promise<void> {
    const { code } = storeError(failure);
    if (signal?.aborted !== true && code !== "unavailable" && code !== "exists") throw failure;
    const tidying = AbortSignal.timeout(LONGEST_TIDYING_MS);
    const found = await this.#find(name, tidying).catch(() => undefined);
    if (found === undefined) throw failure;
    if (signal?.aborted === true) {
      if (found.mark === mark) await erase(this.#client, this.#keys, name, tidying).catch(() => undefined);
      throw failure;
    }
    if (found.mark !== mark) throw taken();
  }

  /** @throws StoreError `exists`; that of a server that leaves it to the client to look */
  async #requireAbsent({ name, signal }: Upload): Promise<void> {
    if ((await this.#find(name, signal)) !== undefined) throw taken();
  }

  async #find(
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<{ mark: string | undefined } | undefined> {
    const command = new HeadObjectCommand(this.#keys.at(name));
    try {
      const { Metadata } = await guarded((options) => this.#client.send(command, options), signal);
      return { mark: Metadata?.[MARK] };
    } catch (error) {
      if (error instanceof StoreError && error.code === "not-found") return undefined;
      throw error;
    }
  }

  /** As well as it can be done: what stays is for the bucket's own rule for unfinished uploads. */
  async #abandon(name: string, id: string): Promise<void> {
    const command = new AbortMultipartUploadCommand({ ...this.#keys.at(name), UploadId: id });
    const abortSignal = AbortSignal.timeout(LONGEST_TIDYING_MS);
    await this.#client.send(command, { abortSignal }).catch(() => undefined);
  }
}

function condition({ verdict }: Upload): { IfNoneMatch?: string } {
  return verdict === "refused" ? {} : { IfNoneMatch: "*" };
}

function taken(): StoreError {
  return new StoreError("exists", "An object has that name already.");
}

/** Parts are of one size, whole batches, and not too many. */
function partSize(sizeBytes: number, partBytes: number): number {
  return Math.ceil(Math.max(partBytes, sizeBytes / MOST_PARTS) / BATCH_BYTES) * BATCH_BYTES;
}

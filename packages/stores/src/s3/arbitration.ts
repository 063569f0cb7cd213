import { randomUUID } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { StoreError } from "../error.ts";
import type { CallOptions } from "../store.ts";
import { erase } from "./erase.ts";
import type { Keys } from "./keys.ts";
import { guarded, optionsOf, statusOf, storeError } from "./s3-error.ts";

/** What a server makes of `If-None-Match: *` when several write one name. */
export type Verdict =
  /** One of them won, each time. */
  | "atomic"
  /** It wrote over what was there, or let several win, or could not be tried. */
  | "ignored"
  /** It does not take such a request. */
  | "refused";

/** What was found out about a bucket. It can be kept and handed to `openS3Store`, which then need not ask. */
export interface S3Arbitration {
  readonly put: Verdict;
  /** Of uploads in parts, which some servers treat otherwise. */
  readonly complete: Verdict;
}

const ROUNDS = 3;
const WRITERS = 8;

/** Races for names that no object can have. Whoever may not write learns nothing, so it is told the least. */
export async function findArbitration(
  client: S3Client,
  keys: Keys,
  { signal }: CallOptions = {},
): Promise<S3Arbitration> {
  const races = new Races(client, keys, signal);
  const put = await races.decide((name, text) => races.put(name, text), ROUNDS);
  const complete = put === "atomic" ? await races.decide((name, text) => races.upload(name, text), 1) : put;
  return { put, complete };
}

class Races {
  readonly #client: S3Client;
  readonly #keys: Keys;
  readonly #signal: AbortSignal | undefined;

  constructor(client: S3Client, keys: Keys, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#keys = keys;
    this.#signal = signal;
  }

  async decide(write: (name: string, text: string) => Promise<void>, rounds: number): Promise<Verdict> {
    for (let round = 0; round < rounds; round++) {
      const name = `.probe-${randomUUID()}`;
      try {
        const verdict = await this.#race(name, write);
        if (verdict !== "atomic") return verdict;
      } finally {
        await erase(this.#client, this.#keys, name, this.#signal).catch(() => undefined);
      }
    }
    return "atomic";
  }

  /** Eight write at once, and one who comes too late. */
  async #race(name: string, write: (name: string, text: string) => Promise<void>): Promise<Verdict> {
    const texts = Array.from({ length: WRITERS }, (_, writer) => `written by ${writer}`);
    const outcomes = await Promise.allSettled(texts.map((text) => write(name, text)));
    const winners = texts.filter((_, writer) => outcomes[writer]!.status === "fulfilled");
    const refusals = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    this.#signal?.throwIfAborted();
    if (refusals.some((error) => [400, 501].includes(statusOf(error) ?? 0))) return "refused";
    const others = refusals.filter((error) => ![409, 412].includes(statusOf(error) ?? 0));
    if (others.length > 0) {
      // Some servers take one write of a name in a second, and so let nobody see who would win.
      const isSlowed = winners.length > 0 && others.every((error) => statusOf(error) === 429);
      const error = storeError(others[0]);
      if (error.code !== "denied" && !isSlowed) throw error;
      return "ignored";
    }
    if (winners.length !== 1) return "ignored";
    const late = await write(name, "too late").then(
      () => true,
      (error: unknown) => statusOf(error) !== 412,
    );
    return late || (await this.#read(name)) !== winners[0] ? "ignored" : "atomic";
  }

  async put(name: string, text: string): Promise<void> {
    const command = new PutObjectCommand({ ...this.#keys.at(name), Body: text, IfNoneMatch: "*" });
    await this.#client.send(command, optionsOf(this.#signal));
  }

  async upload(name: string, text: string): Promise<void> {
    const options = optionsOf(this.#signal);
    const at = this.#keys.at(name);
    const creation = await this.#client.send(new CreateMultipartUploadCommand(at), options);
    const { UploadId = "" } = creation;
    try {
      const part = { ...at, UploadId, PartNumber: 1, Body: text };
      const { ETag } = await this.#client.send(new UploadPartCommand(part), options);
      const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
      const command = { ...at, UploadId, MultipartUpload, IfNoneMatch: "*" };
      await this.#client.send(new CompleteMultipartUploadCommand(command), options);
    } catch (error) {
      await this.#client.send(new AbortMultipartUploadCommand({ ...at, UploadId })).catch(() => undefined);
      throw error;
    }
  }

  async #read(name: string): Promise<string> {
    const signal = this.#signal;
    const answer = await guarded(
      (options) => this.#client.send(new GetObjectCommand(this.#keys.at(name)), options),
      signal,
    );
    const { Body, ContentLength = Number.POSITIVE_INFINITY } = answer;
    if (Body === undefined || ContentLength > 100)
      throw new StoreError("unavailable", "The store mixes up objects.");
    return guarded(() => Body.transformToString(), signal);
  }
}

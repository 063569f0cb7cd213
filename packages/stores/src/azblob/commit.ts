import { randomUUID } from "node:crypto";
import type { BlockBlobClient } from "@azure/storage-blob";
import { StoreError } from "../error.ts";
import type { CallOptions } from "../store.ts";
import { says, saysTaken, storeErrorOf } from "./azure-error.ts";

/** A request that is cancelled while it makes a blob visible may still answer within so long. */
const GRACE_MS = 1000;
const LOOK_MS = 10_000;

/** What makes a request succeed under a free name only, and tells afterwards whose blob it is. */
interface Condition {
  readonly abortSignal: AbortSignal;
  readonly conditions: { readonly ifNoneMatch: "*" };
  readonly metadata: { readonly attempt: string };
}

/**
 * The one request that makes a blob visible, if the name is free. The service arbitrates.
 *
 * Cancelled at this point it is not broken off at once, for then nobody would know whether it was carried out.
 * @throws StoreError `exists`, or what the service answered; the signal's reason
 */
export async function commit(
  blob: BlockBlobClient,
  send: (condition: Condition) => Promise<unknown>,
  { signal }: CallOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const attempt = randomUUID();
  const condition = { conditions: { ifNoneMatch: "*" }, metadata: { attempt } } as const;
  try {
    await withGrace((abortSignal) => send({ ...condition, abortSignal }), signal);
  } catch (error) {
    signal?.throwIfAborted();
    // An answer may be lost, and a proxy may send a request twice: so what is there decides whether it failed.
    const there = await attemptAt(blob, { ...(signal !== undefined && { signal }) });
    if (there === attempt) return;
    signal?.throwIfAborted();
    if (saysTaken(error) || typeof there === "string") throw taken();
    throw storeErrorOf(error);
  }
}

/** Makes a call that is told to end only some time after the signal. */
async function withGrace(
  call: (abortSignal: AbortSignal) => Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const breaking = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const begin = (): void => {
    grace = setTimeout(() => breaking.abort(), GRACE_MS);
  };
  signal?.addEventListener("abort", begin, { once: true });
  try {
    await call(breaking.signal);
  } finally {
    signal?.removeEventListener("abort", begin);
    clearTimeout(grace);
  }
}

/** Which attempt has put the blob that is there; `null` when there is none, `undefined` when nobody can tell. */
export async function attemptAt(
  blob: BlockBlobClient,
  { signal }: CallOptions,
): Promise<string | null | undefined> {
  const soon = AbortSignal.timeout(LOOK_MS);
  try {
    const abortSignal = signal === undefined ? soon : AbortSignal.any([signal, soon]);
    const { metadata } = await blob.getProperties({ abortSignal });
    return metadata?.["attempt"] ?? "";
  } catch (error) {
    return says(error, "BlobNotFound") ? null : undefined;
  }
}

export function taken(): StoreError {
  return new StoreError("exists", "An object has that name already.");
}

import { equalBytes } from "@chirograph/core";
import { type ObjectBody, readAll, type Store, StoreError } from "@chirograph/stores";
import { WireError } from "../error.ts";
import * as routes from "../routes.ts";
import type { UploadState } from "../schemas/objects.ts";
import { call, type Origin, protocol, readAnswer, send } from "./http.ts";
import { partsOf } from "./parts.ts";
import { patiently, type Waiting } from "./patience.ts";

/** An object on its way into a store. */
export interface Upload {
  readonly origin: Origin;
  readonly waiting: Waiting;
  readonly target: { readonly store: string; readonly object: string };
  readonly partBytes: number;
}

/** So long one part may take. */
const PART_TIMEOUT_MS = 300_000;
const BYTES = { "content-type": "application/octet-stream" };
/** Tells where to go on so often for one part. */
const MOST_ROUNDS = 64;

/** Puts a small object in one request. */
export async function putWhole(upload: Upload, body: ObjectBody, store: Store): Promise<void> {
  const { origin, waiting, target: params } = upload;
  const { signal } = waiting;
  const { sizeBytes } = body;
  let whole: Uint8Array<ArrayBuffer> = new Uint8Array();
  for await (const part of partsOf(body, { partBytes: Math.max(1, sizeBytes), skipBytes: 0, signal }))
    whole = part;
  await patiently(waiting, async (mayBeDone) => {
    try {
      const ask = { params, headers: BYTES, body: whole, signal, timeoutMs: PART_TIMEOUT_MS };
      await readAnswer(routes.putObject, await send(origin, routes.putObject, ask));
    } catch (error) {
      const isTaken = error instanceof StoreError && error.code === "exists";
      // An earlier try was heard, and its answer lost.
      if (isTaken && mayBeDone && (await holds(store, params.object, whole, signal))) return;
      throw error;
    }
  });
}

/**
 * Puts an object in parts, and goes on where an earlier upload of it has ended: what the server has of it is read from
 * the body and not sent. Only one part is in memory.
 */
export async function putInParts(upload: Upload, body: ObjectBody): Promise<void> {
  const { sizeBytes } = body;
  const { partBytes, waiting } = upload;
  let state = await patiently(waiting, () => begin(upload, sizeBytes));
  if (state.complete) return;
  const parts = partsOf(body, { partBytes, skipBytes: state.offset, signal: waiting.signal });
  for await (const part of parts) state = await sendWhole(upload, part, state);
  // An object of no bytes has no part, and one whose last answer was lost none that is left.
  if (!state.complete) state = await sendPart(upload, new Uint8Array(), state);
  if (!state.complete) throw protocol("The server has every byte and does not put the object.");
}

/** Gives an upload up, as far as the server can be reached: what is left there is swept. */
export async function drop({ origin, target: params }: Upload): Promise<void> {
  await call(origin, routes.dropUpload, { params, timeoutMs: 10_000 }).catch(() => undefined);
}

/** Begins it, or asks how far the server is. */
async function begin({ origin, waiting, target: params }: Upload, sizeBytes: number): Promise<UploadState> {
  const ask = { params, signal: waiting.signal, json: { sizeBytes } };
  return checked(await call(origin, routes.beginUpload, ask), sizeBytes);
}

/** Sends one part to its end, however the server takes it. */
async function sendWhole(
  upload: Upload,
  part: Uint8Array<ArrayBuffer>,
  from: UploadState,
): Promise<UploadState> {
  const end = from.offset + part.length;
  let state = from;
  for (let round = 0; state.offset < end; round++) {
    if (round === MOST_ROUNDS) throw protocol("The server does not come on with a part.");
    state = await sendPart(upload, part.subarray(state.offset - from.offset), state);
    // The body cannot be read again.
    if (state.offset < from.offset) throw new StoreError("unavailable", "The server has lost what it had.");
    if (state.offset > end) throw protocol("The server has more than was sent.");
  }
  return state;
}

/** Sends bytes once; where the answer is lost, or another offset is wanted, asks how far the server is. */
async function sendPart(
  upload: Upload,
  bytes: Uint8Array<ArrayBuffer>,
  { offset, sizeBytes }: UploadState,
): Promise<UploadState> {
  const { origin, waiting, target: params } = upload;
  const { signal } = waiting;
  return patiently(waiting, async (mayBeDone) => {
    if (mayBeDone) {
      const now = await begin(upload, sizeBytes);
      if (now.complete || now.offset !== offset) return now;
    }
    const headers = { ...BYTES, [routes.OFFSET_HEADER]: `${offset}` };
    try {
      const ask = { params, headers, body: bytes, signal, timeoutMs: PART_TIMEOUT_MS };
      const response = await send(origin, routes.sendPart, ask);
      return checked(await readAnswer(routes.sendPart, response, signal), sizeBytes);
    } catch (error) {
      const isElsewhere = error instanceof WireError && error.code === "wrong-offset";
      if (!isElsewhere) throw error;
      return begin(upload, sizeBytes);
    }
  });
}

function checked(state: UploadState, sizeBytes: number): UploadState {
  if (state.sizeBytes !== sizeBytes || state.offset > sizeBytes) {
    throw protocol("The server tells of another object than this one.");
  }
  return state;
}

async function holds(
  store: Store,
  object: string,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const options = signal && { signal };
  const head = await store.head(object, options);
  if (head?.sizeBytes !== bytes.length) return false;
  return equalBytes(bytes, await readAll(store, object, { offset: 0, lengthBytes: bytes.length }, options));
}

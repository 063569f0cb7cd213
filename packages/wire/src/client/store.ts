import {
  type ByteRange,
  type CallOptions,
  checkName,
  type ObjectHead,
  type Store,
  StoreError,
  type StoreErrorCode,
} from "@chirograph/stores";
import type { Id } from "@chirograph/vault";
import { WireError, type WireErrorCode } from "../error.ts";
import * as routes from "../routes.ts";
import { type Origin, protocol, send } from "./http.ts";
import { requireSize } from "./parts.ts";
import { type Patience, patiently, type Waiting } from "./patience.ts";
import { piecesOf } from "./read-body.ts";
import { drop, putInParts, putWhole, type Upload } from "./upload.ts";

export interface StoreOptions {
  /** The largest body of one request; what is larger goes in parts. */
  readonly partBytes?: number;
  /** How long a put, a get or a head waits for the server. */
  readonly patience?: Patience;
  readonly onWaiting?: Waiting["onWaiting"];
  /** Whether the parts of a put that its caller aborts stay at the server, so that the same put goes on later. */
  readonly keepOnAbort?: boolean;
  /**
   * Whether a put may go on with what an earlier one of the same object left: parts at the server, or the whole object
   * of which nobody heard that it is there. The bytes are checked at the commit.
   */
  readonly resumes?: boolean;
}

/**
 * A store of a vault that is somewhere else. Its client writes and reads by name; it neither lists nor deletes.
 * Objects in parts go on where they were in any case; `exists` is told of those that go in one piece.
 */
export function remoteStore(origin: Origin, store: Id, options: StoreOptions = {}): Store {
  const { partBytes = routes.PART_BYTES, patience = "bounded", keepOnAbort, resumes, onWaiting } = options;
  const waitingFor = ({ signal }: CallOptions = {}): Waiting => ({ patience, onWaiting, signal });
  const targetOf = (object: string): { store: Id; object: string } => {
    checkName(object);
    return { store, object };
  };

  const remote: Store = {
    promises: { putIfAbsentIsAtomic: true },
    async put(name, body, call) {
      const upload: Upload = { origin, waiting: waitingFor(call), target: targetOf(name), partBytes };
      requireSize(body);
      if (body.sizeBytes <= partBytes && resumes !== true) {
        return inStoreWords(() => putWhole(upload, body, remote));
      }
      try {
        await putInParts(upload, body);
      } catch (error) {
        const isPaused = call?.signal?.aborted === true && keepOnAbort === true;
        if (!isPaused && !isPassing(error)) await drop(upload);
        throw storeError(error, call);
      }
    },
    get: (name, range, call) => read(origin, { target: targetOf(name), range, waiting: waitingFor(call) }),
    async head(name, call) {
      const waiting = waitingFor(call);
      const target = targetOf(name);
      const sizeBytes = await inStoreWords(() => sizeOf(origin, target, waiting), call);
      return sizeBytes === undefined ? null : ({ name, sizeBytes } satisfies ObjectHead);
    },
    list: () => Promise.reject(denied("list")),
    delete: () => Promise.reject(denied("delete")),
  };
  return remote;
}

interface Reading {
  readonly target: { readonly store: Id; readonly object: string };
  readonly range: ByteRange | undefined;
  readonly waiting: Waiting;
}

async function* read(
  origin: Origin,
  { target, range, waiting }: Reading,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal } = waiting;
  signal?.throwIfAborted();
  try {
    if (range !== undefined) requireRange(range);
    if (range?.lengthBytes === 0) return await requireInside(origin, { target, range, waiting });
    const headers = range && { range: `bytes=${range.offset}-${range.offset + range.lengthBytes - 1}` };
    const ask = { params: target, ...(headers && { headers }), signal };
    const response = await patiently(waiting, () => send(origin, routes.getObject, ask, [206]));
    const expected = expectedBytes(response, range);
    let left = expected;
    for await (const piece of piecesOf(response, signal)) {
      left -= piece.length;
      if (left < 0) break;
      yield piece;
    }
    if (left !== 0) throw protocol(`The server announced ${expected} bytes of an object and sent others.`);
    signal?.throwIfAborted();
  } catch (error) {
    throw storeError(error, signal && { signal });
  }
}

/** Bytes that the answer has to have. */
function expectedBytes({ status, headers }: Response, range: ByteRange | undefined): number {
  const length = Number(headers.get("content-length") ?? Number.NaN);
  if (range === undefined) {
    if (status !== 200 || !Number.isSafeInteger(length))
      throw protocol("The server does not tell an object's size.");
    return length;
  }
  const { offset, lengthBytes } = range;
  const prefix = `bytes ${offset}-${offset + lengthBytes - 1}/`;
  if (status !== 206 || headers.get("content-range")?.startsWith(prefix) !== true) {
    throw protocol("The server answers with another range than it was asked for.");
  }
  return lengthBytes;
}

function requireRange({ offset, lengthBytes }: ByteRange): void {
  const isRange =
    Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(lengthBytes) && lengthBytes >= 0;
  if (!isRange || !Number.isSafeInteger(offset + lengthBytes)) throw outOfRange();
}

/** HTTP has no word for a range of no bytes. */
async function requireInside(origin: Origin, { target, range, waiting }: Reading): Promise<void> {
  const sizeBytes = await sizeOf(origin, target, waiting);
  if (sizeBytes === undefined) throw new StoreError("not-found", "There is no object of this name.");
  if (range!.offset > sizeBytes) throw outOfRange();
}

function sizeOf(origin: Origin, params: Reading["target"], waiting: Waiting): Promise<number | undefined> {
  return patiently(waiting, async () => {
    const { status, headers } = await send(
      origin,
      routes.headObject,
      { params, signal: waiting.signal },
      [404],
    );
    if (status === 404) return undefined;
    const sizeBytes = Number(headers.get("content-length") ?? Number.NaN);
    if (!Number.isSafeInteger(sizeBytes)) throw protocol("The server does not tell an object's size.");
    return sizeBytes;
  });
}

/** Errors between client and server, as a store has them; the original is the cause. */
const words: Readonly<Partial<Record<WireErrorCode, StoreErrorCode>>> = {
  denied: "denied",
  forbidden: "denied",
  unknown: "denied",
  malformed: "invalid",
};

async function inStoreWords<Result>(work: () => Promise<Result>, call?: CallOptions): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw storeError(error, call);
  }
}

function storeError(error: unknown, call?: CallOptions): unknown {
  if (call?.signal?.aborted === true) return call.signal.reason;
  if (!(error instanceof WireError)) return error;
  return new StoreError(words[error.code] ?? "unavailable", error.message, { cause: error });
}

/** Nobody has refused anything: the same put may go on later. */
function isPassing(error: unknown): boolean {
  return error instanceof WireError && ["unreachable", "unavailable", "too-many"].includes(error.code);
}

function outOfRange(): StoreError {
  return new StoreError("out-of-range", "The range does not lie inside the object.");
}

function denied(what: string): StoreError {
  return new StoreError("denied", `A client does not ${what}; the vault's keeper does.`);
}

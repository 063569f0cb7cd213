import { StoreError, type StoreErrorCode } from "../error.ts";

/** What a server says by a word of its own, whatever status it gives that. */
const byWord: ReadonlyMap<string, StoreErrorCode> = new Map([
  ["NoSuchBucket", "unavailable"],
  ["NoSuchUpload", "unavailable"],
  ["QuotaExceeded", "full"],
  ["EntityTooLarge", "full"],
  ["InsufficientCapacity", "full"],
  ["XMinioStorageFull", "full"],
  ["XMinioAdminBucketQuotaExceeded", "full"],
  ["RequestTimeout", "unavailable"],
  ["IncompleteBody", "unavailable"],
  ["BadDigest", "unavailable"],
  ["SlowDown", "unavailable"],
  ["Throttling", "unavailable"],
  ["ThrottlingException", "unavailable"],
  ["RequestLimitExceeded", "unavailable"],
  ["TooManyRequests", "unavailable"],
]);

const byStatus: ReadonlyMap<number, StoreErrorCode> = new Map([
  [404, "not-found"],
  [408, "unavailable"],
  [409, "unavailable"],
  [412, "exists"],
  [416, "out-of-range"],
  [425, "unavailable"],
  [429, "unavailable"],
  [501, "denied"],
  [507, "full"],
]);

/** What a person can do about it. */
const advice: ReadonlyMap<string, string> = new Map([
  ["NoSuchBucket", "There is no such bucket."],
  ["NoSuchKey", "No object has that name."],
  ["PreconditionFailed", "An object has that name already."],
  ["InvalidRange", "The range does not lie inside the object."],
  ["RequestTimeTooSkewed", "The clock of this machine is wrong."],
  ["PermanentRedirect", "The bucket is in another region."],
  ["AuthorizationHeaderMalformed", "The bucket is in another region."],
]);

/** What a call of the SDK takes. */
export interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

export function optionsOf(signal: AbortSignal | undefined): SendOptions {
  return signal === undefined ? {} : { abortSignal: signal };
}

/** Makes calls of the server. What goes wrong becomes a `StoreError`, or the signal's reason. */
export async function guarded<Result>(
  calls: (options: SendOptions) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  signal?.throwIfAborted();
  try {
    return await calls(optionsOf(signal));
  } catch (error) {
    signal?.throwIfAborted();
    throw storeError(error);
  }
}

/** The SDK's error is not handed on: it repeats what was signed, and the server may have put anything into it. */
export function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const status = statusOf(error);
  const word = wordOf(error, "name");
  if (status !== undefined) return refusal(status, word);
  if (word === "CredentialsProviderError") {
    return new StoreError("denied", "No credentials for the store were given or found.");
  }
  const systemWord = wordOf(error, "code");
  const text =
    systemWord === "" ? "The store's answer cannot be read" : `The store cannot be reached: ${systemWord}`;
  return new StoreError("unavailable", `${text}.`);
}

function refusal(status: number, word: string): StoreError {
  const fallback = status >= 500 || status < 300 ? "unavailable" : "denied";
  const code = byWord.get(word) ?? byStatus.get(status) ?? fallback;
  const text = advice.get(word) ?? `The store answers ${status}${word === "" ? "" : ` ${word}`}.`;
  return new StoreError(code, text);
}

/** The status of the server's answer, when there was one that could be read. */
export function statusOf(error: unknown): number | undefined {
  const metadata = property(error, "$metadata");
  const status = property(metadata, "httpStatusCode");
  return typeof status === "number" ? status : undefined;
}

/** One word, or "": nothing else of what a server says gets into a text. */
function wordOf(error: unknown, name: string): string {
  const word = property(error, name);
  return typeof word === "string" && /^[A-Za-z0-9_]{1,64}$/.test(word) && word !== "Error" ? word : "";
}

function property(owner: unknown, name: string): unknown {
  return typeof owner === "object" && owner !== null ? (owner as Record<string, unknown>)[name] : undefined;
}

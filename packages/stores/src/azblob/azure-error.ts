import { RestError } from "@azure/storage-blob";
import { StoreError, type StoreErrorCode } from "../error.ts";
import type { CallOptions } from "../store.ts";

/** What the service answered to a request that it did not carry out. */
interface Refusal {
  readonly status: number;
  /** The service's own word for it ("BlobNotFound"), if it is one. */
  readonly code: string | undefined;
}

const byCode: ReadonlyMap<string, StoreErrorCode> = new Map([
  ["BlobNotFound", "not-found"],
  ["InvalidRange", "out-of-range"],
  ["BlobAlreadyExists", "exists"],
  ["BlobImmutableDueToPolicy", "denied"],
  ["InvalidAuthenticationInfo", "denied"],
  ["BlockCountExceedsLimit", "full"],
]);

const byStatus: ReadonlyMap<number, StoreErrorCode> = new Map([
  [401, "denied"],
  [403, "denied"],
  [413, "full"],
  [416, "out-of-range"],
  [507, "full"],
]);

/** Makes a call of the library. What it throws becomes a `StoreError`, or the reason of a signal that was given. */
export async function guarded<Result>(
  call: () => Promise<Result>,
  { signal }: CallOptions = {},
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    signal?.throwIfAborted();
    throw storeErrorOf(error);
  }
}

/** Without a cause: the library's errors hold the request, and that its signature. */
export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const refusal = refusalOf(error);
  if (refusal === undefined) return new StoreError("unavailable", unreachable(error));
  const { status, code } = refusal;
  const meaning =
    (code === undefined ? undefined : byCode.get(code)) ?? byStatus.get(status) ?? "unavailable";
  return new StoreError(meaning, `Azure answers ${status}${code === undefined ? "" : ` ${code}`}.`);
}

/** Whether the service says that the name is taken. */
export function saysTaken(error: unknown): boolean {
  const refusal = refusalOf(error);
  return refusal?.code === "BlobAlreadyExists" || refusal?.status === 412;
}

/** Whether the service says this word. */
export function says(error: unknown, code: string): boolean {
  return refusalOf(error)?.code === code;
}

function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof RestError) || error.statusCode === undefined) return undefined;
  const word = error.response?.headers.get("x-ms-error-code") ?? error.code ?? "";
  return { status: error.statusCode, code: /^[A-Za-z0-9]{1,64}$/.test(word) ? word : undefined };
}

function unreachable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const said = typeof code === "string" && /^[A-Z][A-Z0-9_]{1,39}$/.test(code) ? ` (${code})` : "";
  return `Azure cannot be reached, or its answer cannot be read${said}.`;
}

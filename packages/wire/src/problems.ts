import { ChirographError, type ErrorCode } from "@chirograph/core";
import { StoreError, type StoreErrorCode } from "@chirograph/stores";
import { VaultError, type VaultErrorCode } from "@chirograph/vault";
import { WireError, type WireErrorCode } from "./error.ts";
import type { Problem } from "./schemas/problem.ts";

/** One row for every error that can cross the wire: its status. */
const vault: Readonly<Record<VaultErrorCode, number>> = {
  malformed: 400,
  "not-owner": 403,
  unknown: 404,
  busy: 409,
  exists: 409,
  stale: 409,
  "rolled-back": 409,
  policy: 422,
  forged: 422,
  "stores-missing": 503,
  outdated: 503,
};
const store: Readonly<Record<StoreErrorCode, number>> = {
  invalid: 400,
  malformed: 400,
  "wrong-length": 400,
  denied: 403,
  "not-found": 404,
  exists: 409,
  "out-of-range": 416,
  unavailable: 503,
  full: 507,
};
const core: Readonly<Record<ErrorCode, number>> = {
  malformed: 400,
  unsupported: 400,
  "out-of-limits": 400,
  "bad-signature": 400,
  "not-permitted": 400,
  mismatch: 400,
  "wrong-author": 400,
  "invalid-word": 400,
  "invalid-path": 400,
  "wrong-length": 400,
  "too-few-fragments": 400,
  "too-few-shares": 400,
  "word-needed": 400,
  "not-for-you": 400,
  "wrong-passphrase": 400,
  "inconsistent-author": 400,
  erased: 400,
  damaged: 400,
};
const server: Readonly<Record<ServerErrorCode, number>> = {
  malformed: 400,
  denied: 401,
  forbidden: 403,
  unknown: 404,
  "not-allowed": 405,
  "wrong-offset": 409,
  busy: 409,
  "too-large": 413,
  "too-many": 429,
  defect: 500,
  unavailable: 503,
};
const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  416: "Range Not Satisfiable",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
  507: "Insufficient Storage",
};
const LONGEST_DETAIL = 1000;
const MOST_STORES = 64;

/** What a server itself says; the other codes of `WireError` are a client's. */
type ServerErrorCode = Exclude<WireErrorCode, "unreachable" | "protocol" | "bad-origin">;

/** The problem that a client makes the same error of; whatever is of no room is a defect, without any detail. */
export function problemOf(error: unknown): Problem {
  if (error instanceof VaultError) {
    return { ...problem("vault", error.code, vault[error.code], error.message), stores: storesOf(error) };
  }
  if (error instanceof StoreError) return problem("store", error.code, store[error.code], error.message);
  if (error instanceof ChirographError) return problem("core", error.code, core[error.code], error.message);
  if (error instanceof WireError && isOf(server, error.code)) {
    return problem("server", error.code, server[error.code], error.message);
  }
  return problem("server", "defect", 500, "The server met a defect of its own.");
}

/** The error that a problem tells of, as if it had happened here; `undefined` for a code that its room does not have. */
export function errorOf({ source, code, detail, stores }: Problem): Error | undefined {
  if (source === "vault" && isOf(vault, code)) return new VaultError(code, detail, { stores });
  if (source === "store" && isOf(store, code)) return new StoreError(code, detail);
  if (source === "core" && isOf(core, code)) return new ChirographError(code, detail);
  if (source === "server" && isOf(server, code)) return new WireError(code, detail);
  return undefined;
}

function problem(source: Problem["source"], code: string, status: number, detail: string): Problem {
  const text = detail.replaceAll(/[\p{Cc}\u2028\u2029]/gu, " ").slice(0, LONGEST_DETAIL);
  return { type: "about:blank", title: titles[status]!, status, detail: text, code, source, stores: [] };
}

function storesOf({ stores }: VaultError): VaultError["stores"] {
  return stores.slice(0, MOST_STORES);
}

function isOf<Code extends string>(codes: Readonly<Record<Code, number>>, code: string): code is Code {
  return Object.hasOwn(codes, code);
}

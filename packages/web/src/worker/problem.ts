import { ChirographError } from "@chirograph/core";
import { StoreError } from "@chirograph/stores";
import { VaultError } from "@chirograph/vault";
import { WireError } from "@chirograph/wire";
import type { Problem } from "./contract.ts";

/** The browser's own part failed: its storage, an authenticator, a state in which something cannot be asked. */
export class BrowserError extends Error {
  override readonly name = "BrowserError";
  readonly code: BrowserErrorCode;

  constructor(code: BrowserErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type BrowserErrorCode =
  /** No identity is unlocked. */
  | "locked"
  /** This browser keeps no identity. */
  | "no-identity"
  /** It keeps one already. */
  | "identity-exists"
  /** The identity is kept under another kind of lock. */
  | "no-such-lock"
  /** The chart is not open here. */
  | "chart-closed"
  /** No such transfer, reading or file. */
  | "gone"
  /** A file that is to be put changed meanwhile, or cannot be read any more. */
  | "source"
  /** The browser's storage refused: full, or not allowed. */
  | "storage";

/** What crosses from the worker to the page instead of an error: plain, and without a stack. */
export function problemOf(error: unknown): Problem {
  if (error instanceof VaultError) return problem("vault", error, error.stores);
  if (error instanceof StoreError) return problem("store", error);
  if (error instanceof ChirographError) return problem("core", error);
  if (error instanceof WireError) return problem("server", error);
  if (error instanceof BrowserError) return problem("browser", error);
  if (error instanceof DOMException && isStorage(error)) {
    return { source: "browser", code: "storage", detail: error.name, stores: [] };
  }
  // Texts of unforeseen errors may quote what they were given; only their kind goes out.
  const detail = error instanceof Error ? error.name : "Error";
  return { source: "defect", code: "unexpected", detail, stores: [] };
}

function problem(
  source: Problem["source"],
  { code, message }: { code: string; message: string },
  stores: readonly string[] = [],
): Problem {
  return { source, code, detail: message, stores };
}

function isStorage({ name }: DOMException): boolean {
  return ["QuotaExceededError", "NoModificationAllowedError", "NotAllowedError", "UnknownError"].includes(
    name,
  );
}

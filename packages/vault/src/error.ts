import type { Id } from "./catalogue.ts";

/** What went wrong in a vault, in a form that programs compare. */
export type VaultErrorCode =
  /** No such chart, record, version or path in this vault. */
  | "unknown"
  /** Sealed fragments that are kept from before and can be committed no more: the source must be put again. */
  | "stale"
  /** The vault's stores have come and gone since it was opened: it must be opened again. */
  | "outdated"
  /** Other writers changed the chart again and again while this one tried. */
  | "busy"
  /** The placement policy cannot hold; nothing was written. */
  | "policy"
  /** Too few stores answer or hold what is needed: `stores` names those that do not. */
  | "stores-missing"
  /** The chart that was given is older than what was seen before, or another one under its id. */
  | "rolled-back"
  /** What the catalogue or a store says contradicts what is signed. */
  | "forged"
  /** A header, a statement, a setting or a request that is not what it should be. */
  | "malformed"
  /** This identity is no owner of the vault. */
  | "not-owner"
  /** There is a vault already. */
  | "exists";

/** The one class of error of this room; what the core or a store throws passes through as it is. */
export class VaultError extends Error {
  override readonly name = "VaultError";
  readonly code: VaultErrorCode;
  /** Stores that the error is about. */
  readonly stores: readonly Id[];

  constructor(code: VaultErrorCode, message: string, options?: ErrorOptions & { stores?: readonly Id[] }) {
    super(message, options);
    this.code = code;
    this.stores = options?.stores ?? [];
  }
}

/** What a keeper says whose settings are not the vault's any more. */
export function outdated(): VaultError {
  return new VaultError(
    "outdated",
    "The stores of the vault were changed since it was opened here, or a change of them is not ended. Nothing was done.",
  );
}

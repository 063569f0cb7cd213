import { concat } from "./bytes.ts";
import { utf8 } from "./text.ts";

/**
 * An input to a hash, a key derivation, a context or a signature: the label's own ASCII text, a zero byte,
 * then fields of fixed length (docs/format.md, section 1). Two purposes never share an input.
 */
export function labelled(label: Label, ...fields: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concat(utf8(`chirograph/v1/${label}\0`), ...fields);
}

/** Every label of the format, so that none is used twice by accident. */
export type Label =
  | "binding"
  | "card"
  | "card-key"
  | "chart-label"
  | "chart-label-key"
  | "check/chart-key"
  | "check/chart-secret"
  | "check/classic-key"
  | "check/escrow-share"
  | "check/guard-key"
  | "classic"
  | "classic-file"
  | "classic-inside-key"
  | "content-key"
  | "envelope"
  | "escrow"
  | "escrow-key"
  | "escrow-release"
  | "escrow-share"
  | "fragment"
  | "fragment-check"
  | "grant"
  | "identity"
  | "identity-file"
  | "identity-key"
  | "inside"
  | "inside-key"
  | "link"
  | "link-hash"
  | "lock"
  | "lock-key"
  | "mark-key"
  | "mark/head"
  | "mark/tail"
  | "member"
  | "put-journal"
  | "reader-secret"
  | "recipient"
  | "recipient-line"
  | "record"
  | "record-id"
  | "standing"
  | "vault-header"
  | "vault-header-key"
  | "vault-owner"
  | "vault-settings"
  | "vault-statement"
  | "vault-statement-key"
  | "word-box"
  | "word-key"
  | "wrap";

import { concat } from "./bytes.ts";
import { utf8 } from "./text.ts";

/**
 * An input to a hash, a key derivation, a context or a signature: the label's own ASCII text, a zero byte,
 * then fields of fixed length (docs/format.md, section 1). Two purposes never share an input.
 */
export function labelled(label: Label, ...fields: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concat(prefixOf(label), ...fields);
}

/** Texts become bytes once. */
const prefixes = new Map<Label, Uint8Array>();

function prefixOf(label: Label): Uint8Array {
  const known = prefixes.get(label);
  if (known !== undefined) return known;
  const prefix = utf8(`chirograph/v1/${label}\0`);
  prefixes.set(label, prefix);
  return prefix;
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
  | "key"
  | "key-box-key"
  | "key-file"
  | "link"
  | "link-hash"
  | "lock"
  | "lock-key"
  | "mark-key"
  | "mark/head"
  | "mark/tail"
  | "member"
  | "passkey-lock"
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

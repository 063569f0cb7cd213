import { ChirographError, type ErrorCode } from "@chirograph/core";
import { ImageError, type ImageErrorCode } from "@chirograph/clinical/pixels/error";
import { EmbeddedError, type EmbeddedErrorCode } from "@chirograph/embedded/error";
import { GcmMismatch } from "@chirograph/engine/interface";
import { SchemeError, type SchemeErrorCode } from "@chirograph/schemes/error";
import { StoreError, type StoreErrorCode } from "@chirograph/stores/error";
import { VaultError, type VaultErrorCode } from "@chirograph/vault/error";
import { CommanderError } from "commander";
import { systemCode } from "@chirograph/embedded/files";
import type { ExitReason } from "./exit-codes.ts";
import { Failure } from "./failure.ts";
import { showName } from "./terminal/name.ts";

/** An error as people and programs are told of it. */
export interface Explanation {
  readonly reason: ExitReason;
  /** More exact than the reason, for programs. */
  readonly code: string;
  /** One line; never a secret. */
  readonly message: string;
  readonly hint: string | undefined;
}

/** What an error means here, and what to do about it. */
type Rows<Code extends string> = Readonly<Record<Code, { reason: ExitReason; hint?: string }>>;

const coreRows: Rows<ErrorCode> = {
  malformed: { reason: "badData", hint: "Copy the file again from where it came from." },
  unsupported: { reason: "badData", hint: "A newer chirograph may know it." },
  "out-of-limits": { reason: "badData" },
  "bad-signature": { reason: "badData", hint: "Copy the file again from where it came from." },
  "not-permitted": {
    reason: "badData",
    hint: "Nothing was changed. chirograph show tells who may do what in a chart.",
  },
  mismatch: { reason: "badData" },
  "wrong-author": { reason: "badData", hint: "Ask whoever sent it to you; inspect shows who signed." },
  "invalid-word": { reason: "badData", hint: "chirograph sequence check tells every broken rule on a line." },
  "invalid-path": { reason: "badData", hint: "Rename it, then seal again." },
  "wrong-length": {
    reason: "badData",
    hint: "A file changed while it was read. Seal again when it is complete.",
  },
  "too-few-fragments": {
    reason: "tooFew",
    hint: "Copy more of the fragments into the folder, then open again.",
  },
  "too-few-shares": { reason: "tooFew", hint: "Ask more of the escrow's officers to release their shares." },
  "word-needed": { reason: "badData", hint: "Unlock the chart with its word." },
  "not-for-you": {
    reason: "notForYou",
    hint: "Both are needed: an identity it was sealed to, and its word.",
  },
  "wrong-passphrase": { reason: "badData" },
  "inconsistent-author": { reason: "badData" },
  erased: { reason: "badData", hint: "chirograph history tells which versions there are." },
  damaged: { reason: "io" },
};

const vaultRows: Rows<VaultErrorCode> = {
  unknown: { reason: "badData", hint: "chirograph list shows what the vault holds." },
  stale: { reason: "badData", hint: "Put it again." },
  outdated: {
    reason: "io",
    hint: "Run it again; a server has to be started again, and a chirograph store that was cut short to be run again.",
  },
  busy: { reason: "io", hint: "Others are writing to this chart. Run it again." },
  policy: { reason: "badData", hint: "chirograph policy explain tells what a policy means." },
  "stores-missing": {
    reason: "tooFew",
    hint: "Run it again when more stores answer; chirograph status shows which do.",
  },
  "rolled-back": {
    reason: "badData",
    hint: "This machine has seen more of the chart. Ask whoever runs the vault; chirograph reindex reads what the stores hold.",
  },
  forged: {
    reason: "badData",
    hint: "Somebody changed the catalogue or a store; chirograph verify tells more.",
  },
  malformed: { reason: "badData", hint: "chirograph verify tells what is damaged, repair makes it whole." },
  "not-owner": { reason: "notForYou", hint: "Only owners, whom init named, can make a catalogue again." },
  exists: { reason: "exists" },
};

const storeRows: Rows<StoreErrorCode> = {
  "not-found": { reason: "io", hint: "chirograph verify tells what is missing, repair makes it whole." },
  exists: { reason: "io", hint: "Another process writes the same. Run it again." },
  "out-of-range": { reason: "io", hint: "chirograph verify tells what is damaged, repair makes it whole." },
  "wrong-length": {
    reason: "io",
    hint: "A file changed while it was read. Run it again when it is complete.",
  },
  invalid: { reason: "internal" },
  malformed: { reason: "io", hint: "chirograph verify tells what is damaged, repair makes it whole." },
  unavailable: {
    reason: "io",
    hint: "Run it again when the store answers; chirograph status shows which do.",
  },
  denied: { reason: "io", hint: "Give yourself the right to read and write the store." },
  full: { reason: "io", hint: "Make room on the store." },
};

const imageRows: Rows<ImageErrorCode> = {
  malformed: { reason: "badData", hint: "Copy the file again from where it came from." },
  unsupported: { reason: "badData" },
  "no-pixels": { reason: "badData" },
  "out-of-limits": { reason: "badData" },
};

const schemeRows: Rows<SchemeErrorCode> = {
  malformed: { reason: "badData", hint: "Copy the file again from where it came from." },
  unsupported: { reason: "badData", hint: "A newer chirograph may know it." },
  "out-of-limits": { reason: "badData" },
  "wrong-key": { reason: "notForYou", hint: "chirograph paillier show tells which key a matrix is for." },
  "mixed-keys": { reason: "badData", hint: "chirograph paillier show tells which key a matrix is for." },
  mismatch: { reason: "badData", hint: "chirograph paillier show tells how a matrix was made." },
  "not-in-group": { reason: "badData", hint: "Take it again from the sealed record that it travelled in." },
  tampered: { reason: "badData", hint: "Take it again from the sealed record that it travelled in." },
  overflow: { reason: "badData", hint: "encrypt --guard-bits gives each value more room." },
};

/** The hints are in the errors themselves: they name files. */
const embeddedReasons: Readonly<Record<EmbeddedErrorCode, ExitReason>> = {
  invalid: "usage",
  missing: "noInput",
  exists: "exists",
  malformed: "badData",
  exposed: "badData",
  io: "io",
};

export function explain(error: unknown): Explanation {
  if (error instanceof Failure) {
    const { reason, message, hint } = error;
    return { reason, code: reason, message, hint };
  }
  if (error instanceof EmbeddedError) {
    const { code, message, hint } = error;
    const reason = embeddedReasons[code];
    return { reason, code: reason, message, hint };
  }
  if (error instanceof ChirographError) return byCode(coreRows, error);
  if (error instanceof VaultError) return byCode(vaultRows, error);
  if (error instanceof StoreError) return byCode(storeRows, error);
  if (error instanceof ImageError) return byCode(imageRows, error);
  if (error instanceof SchemeError) return byCode(schemeRows, error);
  if (error instanceof CommanderError) return explainUsage(error);
  if (error instanceof GcmMismatch) {
    const message = "A fragment changed while it was read.";
    return { reason: "io", code: "damaged", message, hint: "Open again when nobody writes to the folder." };
  }
  const system = systemCode(error);
  if (system !== undefined) {
    // Node writes "ENOSPC: no space left on device, write".
    const what = /^\w+: ([^,]+)/.exec((error as Error).message)?.[1] ?? "unknown";
    const message = `Reading or writing${placeOf(error)} failed: ${what} (${system}).`;
    return { reason: "io", code: system, message, hint: hintFor(system) };
  }
  return {
    reason: "internal",
    code: "internal",
    message: `Something in chirograph itself went wrong (${error instanceof Error ? error.name : typeof error}).`,
    hint: "Set CHIROGRAPH_DEBUG=1 to see where; the report may then hold names of files.",
  };
}

function byCode<Code extends string>(
  table: Rows<Code>,
  { code, message }: { readonly code: Code; readonly message: string },
): Explanation {
  const { reason, hint } = table[code];
  return { reason, code, message, hint };
}

function explainUsage(error: CommanderError): Explanation {
  const message = error.message
    .replace(/^error: /, "")
    .replaceAll(/\s*\n\s*/g, " ")
    // A value that was joined to an option may be a secret.
    .replace(/('--?[\w-]+)=.*'/, "$1'");
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}`.replace(/(?<![.?!)])$/, ".");
  return { reason: "usage", code: "usage", message: sentence, hint: "Add --help to see what is possible." };
}

/** Where it went wrong, if the system says so. */
function placeOf(error: unknown): string {
  const { path } = error as { path?: unknown };
  return typeof path === "string" || Buffer.isBuffer(path) ? ` ${showName(path)}` : "";
}

function hintFor(system: string): string | undefined {
  if (system === "ENOSPC" || system === "EDQUOT") return "Make room, or write to another disk.";
  if (system === "EACCES" || system === "EPERM" || system === "EROFS")
    return "Write where you have the right to.";
  return undefined;
}

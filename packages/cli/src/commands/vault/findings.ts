import type { Finding } from "@chirograph/vault";
import type { ExitReason } from "../../exit-codes.ts";
import type { OpenVault } from "../../vault-folder/open.ts";

/** A line of what `verify` found: of a version, of a statement, or of a store as a whole. */
export interface Trouble {
  readonly text: string;
  /** For `--json`. */
  readonly document: object;
}

export function troubleOf({ locate }: OpenVault, finding: Finding): Trouble {
  const { kind, record, version, store, index } = finding;
  const location = store === undefined ? undefined : locate(store);
  const parts = [
    kind,
    location === undefined ? "" : ` on ${location}`,
    record === undefined ? "" : `: record ${record}`,
    version === undefined ? "" : `, version ${version}`,
    index === undefined ? "" : `, fragment ${index + 1}`,
  ];
  return { text: parts.join(""), document: { ...finding, location } };
}

/** How a job ends that found these. */
export function reasonOf(repairable: readonly Trouble[], lost: readonly Trouble[]): ExitReason {
  if (lost.length > 0) return "tooFew";
  return repairable.length > 0 ? "badData" : "done";
}

import type { AtRisk, Finding } from "@chirograph/vault";
import type { ExitReason } from "../../exit-codes.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { OpenVault } from "../../vault/open-vault.ts";

/** What is not as it should be. */
export interface Troubles {
  /** For people. */
  readonly lines: readonly string[];
  /** For `--json`: every finding. */
  readonly documents: readonly object[];
}

/** What no repair brings back: a version a line, with what it lacks. */
export function lostTroubles(vault: OpenVault, findings: readonly Finding[]): Troubles {
  const lines = groups(findings, versionOf).map(([version, found]) => {
    const kinds = groups(found, ({ kind }) => kind).map(([kind, same]) => times(same.length, kind));
    return [version, kinds.join(", ")].filter((part) => part !== "").join(": ");
  });
  return { lines, documents: documentsOf(vault, findings) };
}

/** What repair makes whole: a kind and a store a line, since there may be as many findings as fragments. */
export function repairableTroubles(vault: OpenVault, findings: readonly Finding[]): Troubles {
  const place = ({ kind, store }: Finding): string =>
    store === undefined ? kind : `${kind} on ${vault.locate(store)}`;
  const lines = groups(findings, place).map(([where, found]) => {
    const version = found.length === 1 ? versionOf(found[0]!) : "";
    return version === "" ? times(found.length, where) : `${where}: ${version}`;
  });
  return { lines, documents: documentsOf(vault, findings) };
}

/** What has to be done before fragments that stayed can move. */
export function adviceFor(atRisk: readonly AtRisk[]): string[] {
  const isWanting = atRisk.some(({ reason }) => reason === "others missing");
  return isWanting ? ["Versions that lack fragments stay as they are: repair them, then run it again."] : [];
}

/** A store that is away is not lost. */
export function warnOfAway(terminal: Terminal, { away, locate }: OpenVault, lost: Troubles): void {
  if (lost.lines.length === 0 || away.length === 0) return;
  const locations = away.map(({ id }) => locate(id)).join(", ");
  terminal.warn(`What is beyond repair now may be whole again when these stores are back: ${locations}.`);
}

/** How a job ends that found these. */
export function reasonOf(repairable: Troubles, lost: Troubles): ExitReason {
  if (lost.lines.length > 0) return "tooFew";
  return repairable.lines.length > 0 ? "badData" : "done";
}

function documentsOf({ locate }: OpenVault, findings: readonly Finding[]): object[] {
  return findings.map((finding) => ({
    ...finding,
    location: finding.store === undefined ? undefined : locate(finding.store),
  }));
}

/** Empty for what is about a store as a whole. */
function versionOf({ record, version }: Finding): string {
  return record === undefined || version === undefined ? "" : `record ${record}, version ${version}`;
}

function groups(
  findings: readonly Finding[],
  nameOf: (finding: Finding) => string,
): [string, readonly Finding[]][] {
  return [...Map.groupBy(findings, nameOf)];
}

function times(number: number, what: string): string {
  return number === 1 ? what : `${number} × ${what}`;
}

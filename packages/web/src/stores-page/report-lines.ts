import type { AtRisk, ErasureReport, Finding, RepairReport, VerifyReport } from "@chirograph/vault";
import { formatSize } from "../parts/quantity.ts";
import { storesPage } from "../texts/en-stores.ts";
import type { JobView } from "../worker/contract.ts";

/** A report in plain words: what matters first, and every finding for those who want it. */
export interface ReportText {
  readonly tone: "good" | "warn" | "bad";
  readonly lines: readonly string[];
  readonly findings: readonly Finding[];
}

type NameOf = (store: string) => string;

/** The report is the vault's own, which the worker has checked against its schema. */
export function reportText({ kind, report }: Pick<JobView, "kind" | "report">, nameOf: NameOf): ReportText {
  switch (kind) {
    case "verify":
      return verified(report as VerifyReport, nameOf);
    case "repair":
      return repaired(report as RepairReport, nameOf);
    case "erasures":
      return erased(report as ErasureReport);
  }
}

function verified(report: VerifyReport, nameOf: NameOf): ReportText {
  const { checkedVersions, checkedBytes, repairable, lost, leftToDelete, unreachable } = report;
  const { report: text } = storesPage;
  const isWhole = repairable.length + lost.length + unreachable.length === 0;
  return {
    tone: lost.length > 0 ? "bad" : isWhole ? "good" : "warn",
    lines: present(
      isWhole && text.allRight,
      lost.length > 0 && text.lost(distinctVersions(lost)),
      repairable.length > 0 && text.repairable(repairable.length),
      leftToDelete.length > 0 && text.left(leftToDelete.length),
      unreachable.length > 0 && text.unreachable(unreachable.map(nameOf)),
      text.checked(checkedVersions, formatSize(checkedBytes)),
    ),
    findings: [...lost, ...repairable, ...leftToDelete],
  };
}

function repaired(report: RepairReport, nameOf: NameOf): ReportText {
  const { writtenFragments, writtenStatements, writtenHeaders, sweptObjects, atRisk, lost, unreachable } =
    report;
  const { report: text } = storesPage;
  const isWhole = atRisk.length + lost.length + unreachable.length === 0;
  const wrote = writtenFragments + writtenStatements + writtenHeaders.length > 0;
  return {
    tone: lost.length > 0 ? "bad" : isWhole ? "good" : "warn",
    lines: present(
      isWhole && (wrote ? text.mended : text.nothingToDo),
      lost.length > 0 && text.lost(distinctVersions(lost)),
      writtenFragments + writtenStatements > 0 && text.written(writtenFragments, writtenStatements),
      writtenHeaders.length > 0 && text.headers(writtenHeaders.length),
      sweptObjects > 0 && text.swept(sweptObjects),
      atRisk.length > 0 && text.atRisk(atRisk.length),
      unreachable.length > 0 && text.unreachable(unreachable.map(nameOf)),
      text.checked(report.checkedVersions, formatSize(report.checkedBytes)),
    ),
    findings: [...lost, ...(atRisk satisfies readonly AtRisk[])],
  };
}

function erased({ erased: gone, unfinished }: ErasureReport): ReportText {
  const { report: text } = storesPage;
  return {
    tone: unfinished.length > 0 ? "warn" : "good",
    lines: present(text.erased(gone.length), unfinished.length > 0 && text.unfinished(unfinished.length)),
    findings: [],
  };
}

/** One finding on a line. */
export function findingLine({ kind, index, version, store }: Finding, nameOf: NameOf): string {
  const { report: text } = storesPage;
  const where = present(
    index !== undefined && text.fragment(index),
    version !== undefined && text.of(version),
    store !== undefined && text.at(nameOf(store)),
  );
  const what = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  return where.length === 0 ? what : `${what}: ${where.join(", ")}`;
}

function distinctVersions(findings: readonly Finding[]): number {
  return new Set(findings.map(({ version, object }) => version ?? object)).size;
}

function present(...lines: readonly (string | false)[]): readonly string[] {
  return lines.filter((line) => line !== false);
}

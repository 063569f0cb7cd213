import type { RepairReport, VerifyReport } from "@chirograph/vault";
import { describe, expect, it } from "vitest";
import { findingLine, reportText } from "../src/stores-page/report-lines.ts";

const whole: VerifyReport = {
  checkedVersions: 3,
  checkedStatements: 2,
  checkedBytes: 12_000,
  repairable: [],
  lost: [],
  leftToDelete: [],
  unreachable: [],
};
const mended: RepairReport = {
  checkedVersions: 3,
  checkedBytes: 12_000,
  writtenFragments: 2,
  writtenStatements: 1,
  writtenHeaders: [],
  sweptObjects: 0,
  erasures: { erased: [], unfinished: [], stores: [] },
  atRisk: [],
  lost: [],
  unreachable: [],
};
const nameOf = (store: string): string => `store ${store}`;

describe("reports in plain words", () => {
  it("says first that everything is whole", () => {
    const { tone, lines } = reportText({ kind: "verify", report: whole }, nameOf);
    expect(tone).toBe("good");
    expect(lines[0]).toBe("Everything is whole.");
  });

  it("warns of what repair can mend, and of stores that do not answer", () => {
    const report = { ...whole, repairable: [{ kind: "fragment missing", index: 0 }], unreachable: ["b"] };
    const { tone, lines, findings } = reportText({ kind: "verify", report }, nameOf);
    expect(tone).toBe("warn");
    expect(lines[0]).toBe("1 thing is missing or damaged, and repair can mend it.");
    expect(lines).toContain("Did not answer: store b.");
    expect(findings).toHaveLength(1);
  });

  it("never says that all is whole while a version is lost", () => {
    const lost = [
      { kind: "fragment missing", version: "v", index: 0 },
      { kind: "fragment missing", version: "v", index: 1 },
    ];
    for (const kind of ["verify", "repair"] as const) {
      const report = { ...(kind === "verify" ? whole : mended), lost };
      const { tone, lines } = reportText({ kind, report }, nameOf);
      expect(tone).toBe("bad");
      expect(lines[0]).toBe("1 version cannot be rebuilt from the stores that answer now.");
    }
  });

  it("tells a repair that did something from one that had nothing to do", () => {
    expect(reportText({ kind: "repair", report: mended }, nameOf).lines[0]).toContain("whole again");
    const idle = { ...mended, writtenFragments: 0, writtenStatements: 0 };
    expect(reportText({ kind: "repair", report: idle }, nameOf).lines[0]).toBe("There was nothing to mend.");
  });

  it("puts a finding on one line, with the store's name", () => {
    const finding = { kind: "fragment damaged", store: "b", version: "0123456789abcdef", index: 2 } as const;
    expect(findingLine(finding, nameOf)).toBe("Fragment damaged: fragment 3, version 01234567, at store b");
    expect(findingLine({ kind: "header missing" }, nameOf)).toBe("Header missing");
  });
});

import type { ReactElement } from "react";
import { Notice } from "../parts/Notice.tsx";
import { storesPage } from "../texts/en-stores.ts";
import type { JobView } from "../worker/contract.ts";
import { findingLine, reportText } from "./report-lines.ts";

/** So many findings are shown; a vault that lost a store has one for each of its fragments. */
const MOST_SHOWN = 200;

interface ReportProps {
  readonly job: JobView;
  readonly nameOf: (store: string) => string;
}

export function Report({ job, nameOf }: ReportProps): ReactElement {
  const { tone, lines, findings } = reportText(job, nameOf);
  const [first, ...others] = lines;
  return (
    <>
      <Notice tone={tone} title={first}>
        {others.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </Notice>
      {findings.length > 0 && (
        <details className="small">
          <summary>{storesPage.report.more(findings.length)}</summary>
          <ul className="stack stack-close details-body">
            {findings.slice(0, MOST_SHOWN).map((finding) => (
              <li key={JSON.stringify(finding)}>{findingLine(finding, nameOf)}</li>
            ))}
            {findings.length > MOST_SHOWN && <li>…</li>}
          </ul>
        </details>
      )}
    </>
  );
}

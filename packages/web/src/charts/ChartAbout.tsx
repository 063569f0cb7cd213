import type { ReactElement } from "react";
import { Badge } from "../parts/Badge.tsx";
import { Card } from "../parts/Card.tsx";
import { en } from "../texts/en.ts";
import type { ChartView } from "../worker/contract.ts";

/** What a chart is, and who is in it. */
export function ChartAbout({ chart }: { readonly chart: ChartView }): ReactElement {
  return (
    <aside className="stack" aria-label={en.chart.about}>
      <Card title={en.chart.members}>
        <ul className="stack stack-close">
          {chart.members.map(({ fingerprint, isMe, rights }) => (
            <li key={fingerprint} className="member">
              <div className="row spread">
                <span>{rights}</span>
                {isMe && <Badge tone="accent">{en.chart.me}</Badge>}
              </div>
              <span className="mono small soft">{fingerprint}</span>
            </li>
          ))}
        </ul>
      </Card>
      <Card title={en.chart.about}>
        <dl className="described">
          <div>
            <dt>{en.chart.wordLength}</dt>
            <dd>{en.chart.wordLengthText(chart.wordLength)}</dd>
          </div>
          <div>
            <dt>{en.chart.id}</dt>
            <dd className="mono small">{chart.id}</dd>
          </div>
        </dl>
      </Card>
    </aside>
  );
}

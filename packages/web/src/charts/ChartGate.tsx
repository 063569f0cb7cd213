import { type ReactElement, type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { Card } from "../parts/Card.tsx";
import { LinkButton } from "../parts/Button.tsx";
import { Notice } from "../parts/Notice.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { Spinner } from "../parts/Spinner.tsx";
import { en } from "../texts/en.ts";
import type { ChartRow, ChartView, Problem } from "../worker/contract.ts";
import { useLoaded } from "../worker-client/use-loaded.ts";
import { useWorker } from "../worker-client/worker-context.tsx";
import { chartName } from "./chart-name.ts";
import { OpenChartForm } from "./OpenChartForm.tsx";
import { useWarmViewer } from "./use-warm-viewer.ts";

interface ChartGateProps {
  readonly chart: string;
  readonly children: (view: ChartView) => ReactNode;
}

type Found = { readonly row: ChartRow; readonly view: ChartView | undefined };

/** Shows what is behind it for an open chart only; asks for the word otherwise. */
export function ChartGate({ chart, children }: ChartGateProps): ReactElement {
  const worker = useWorker();
  const [opened, setOpened] = useState<ChartView | undefined>(undefined);
  const found = useLoaded(async (): Promise<Found> => {
    const row = await worker.chartRow(chart);
    return { row, view: row.isOpen ? await worker.chart(chart) : undefined };
  }, [worker, chart]);

  const view = opened ?? found.data?.view;
  if (view !== undefined) return <>{children(view)}</>;
  if (found.data !== undefined) return <ClosedChart row={found.data.row} onOpened={setOpened} />;
  if (found.isLoading) return <Spinner page label={en.parts.loading} />;
  return <NoChart problem={found.problem} onRetry={found.reload} />;
}

interface NoChartProps {
  readonly problem: Problem | undefined;
  readonly onRetry: () => void;
}

function NoChart({ problem, onRetry }: NoChartProps): ReactElement {
  const isUnknown = problem?.code === "unknown";
  return (
    <div className="stack stack-wide">
      {isUnknown ? (
        <PageHeader title={en.charts.unknownTitle} intro={en.charts.unknownText} />
      ) : (
        <>
          <PageHeader title={en.chart.tabTitle} />
          <ProblemNotice problem={problem} onRetry={onRetry} />
        </>
      )}
      <div>
        <LinkButton href="/charts">{en.notFound.toCharts}</LinkButton>
      </div>
    </div>
  );
}

interface ClosedChartProps {
  readonly row: ChartRow;
  readonly onOpened: (view: ChartView) => void;
}

function ClosedChart({ row, onOpened }: ClosedChartProps): ReactElement {
  const [path] = useLocation();
  useWarmViewer(row.isMember && path.includes("/records/"));
  return (
    <div className="stack stack-wide narrow">
      <PageHeader
        title={en.charts.openTitle(chartName(row))}
        tabTitle={en.charts.openSubmit}
        intro={en.charts.openIntro}
        above={[{ href: "/charts", label: en.charts.title }]}
      />
      {row.isMember ? (
        <Card>
          <OpenChartForm chart={row.id} onOpened={onOpened} />
        </Card>
      ) : (
        <Notice tone="warn" title={en.charts.notMember}>
          {en.charts.notMemberHint}
        </Notice>
      )}
    </div>
  );
}

import { lazy, type ReactElement, Suspense, useState } from "react";
import { Link, useLocation } from "wouter";
import { Badge } from "../parts/Badge.tsx";
import { Button, LinkButton } from "../parts/Button.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import { Notice } from "../parts/Notice.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { formatNumber } from "../parts/quantity.ts";
import { Spinner } from "../parts/Spinner.tsx";
import { type Column, Table } from "../parts/Table.tsx";
import { VisuallyHidden } from "../parts/VisuallyHidden.tsx";
import { en } from "../texts/en.ts";
import type { ChartRow } from "../worker/contract.ts";
import { useLoaded } from "../worker-client/use-loaded.ts";
import { useWorker } from "../worker-client/worker-context.tsx";
import { chartName } from "./chart-name.ts";
import { NewChartDialog } from "./NewChartDialog.tsx";

const SamplesOffer = lazy(async () => ({
  default: (await import("../samples/SamplesOffer.tsx")).SamplesOffer,
}));

/** So many the worker names at most. */
const MOST_LISTED = 500;

export function ChartsPage(): ReactElement {
  const worker = useWorker();
  const [, go] = useLocation();
  const charts = useLoaded(() => worker.charts(), [worker]);
  const [making, setMaking] = useState(false);
  const rows = charts.data ?? [];
  const hasOwn = rows.some(({ isMember }) => isMember);
  const newChart = (
    <Button kind="primary" icon="add" onClick={() => setMaking(true)}>
      {en.charts.new}
    </Button>
  );

  return (
    <div className="stack stack-wide">
      <PageHeader title={en.charts.title} intro={en.charts.intro} actions={hasOwn && newChart} />
      <ProblemNotice problem={charts.problem} onRetry={charts.reload} />
      {charts.data === undefined && charts.isLoading && <Spinner page label={en.parts.loading} />}
      {charts.data !== undefined && !hasOwn && (
        <>
          <EmptyState icon="chart" title={en.charts.emptyTitle} text={en.charts.emptyText}>
            {newChart}
          </EmptyState>
          <Suspense fallback={<Spinner label={en.samples.loading} />}>
            <SamplesOffer />
          </Suspense>
        </>
      )}
      {rows.length >= MOST_LISTED && <Notice>{en.charts.firstOnes(rows.length)}</Notice>}
      {rows.length > 0 && (
        <Table caption={en.charts.caption} columns={columns} rows={inOrder(rows)} keyOf={({ id }) => id} />
      )}
      <NewChartDialog
        open={making}
        onClose={() => setMaking(false)}
        onMade={({ id }) => go(`/charts/${id}`)}
      />
    </div>
  );
}

const columns: readonly Column<ChartRow>[] = [
  {
    key: "chart",
    label: en.charts.column.chart,
    header: true,
    cell: (row) =>
      row.isMember ? (
        <Link href={`/charts/${row.id}`}>{chartName(row)}</Link>
      ) : (
        <span className="soft">{chartName(row)}</span>
      ),
  },
  {
    key: "records",
    label: en.charts.column.records,
    align: "end",
    cell: ({ records }) => formatNumber(records),
  },
  { key: "state", label: en.charts.column.state, cell: (row) => <ChartState row={row} /> },
  {
    key: "action",
    label: <VisuallyHidden>{en.charts.column.action}</VisuallyHidden>,
    cardLabel: "",
    align: "end",
    cell: (row) =>
      row.isMember && (
        <LinkButton href={`/charts/${row.id}`} size="small">
          {row.isOpen ? en.charts.show : en.charts.openAction}
          <VisuallyHidden> {chartName(row)}</VisuallyHidden>
        </LinkButton>
      ),
  },
];

function ChartState({ row }: { readonly row: ChartRow }): ReactElement {
  if (!row.isMember) return <Badge>{en.charts.notMember}</Badge>;
  return row.isOpen ? (
    <Badge tone="good" icon="lock-open">
      {en.charts.open}
    </Badge>
  ) : (
    <Badge icon="lock">{en.charts.closed}</Badge>
  );
}

/** Open ones first, then those that can be opened; by name within. */
function inOrder(rows: readonly ChartRow[]): readonly ChartRow[] {
  return rows.toSorted((a, b) => rank(a) - rank(b) || chartName(a).localeCompare(chartName(b)));
}

function rank({ isOpen, isMember }: ChartRow): number {
  if (isOpen) return 0;
  return isMember ? 1 : 2;
}

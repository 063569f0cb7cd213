import { lazy, type ReactElement, Suspense, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { Button, LinkButton } from "../parts/Button.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { count } from "../parts/quantity.ts";
import { Spinner } from "../parts/Spinner.tsx";
import { en } from "../texts/en.ts";
import type { ChartView, RecordView } from "../worker/contract.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useLoaded } from "../worker-client/use-loaded.ts";
import { useTransfers, useWorker } from "../worker-client/worker-context.tsx";
import { chartName } from "./chart-name.ts";
import { ChartAbout } from "./ChartAbout.tsx";
import { EraseDialog } from "./EraseDialog.tsx";
import { Records } from "./Records.tsx";
import { useWarmViewer } from "./use-warm-viewer.ts";

const SamplesOffer = lazy(async () => ({
  default: (await import("../samples/SamplesOffer.tsx")).SamplesOffer,
}));

/** An open chart: its records, its members. */
export function ChartPage({ view }: { readonly view: ChartView }): ReactElement {
  const worker = useWorker();
  const [, go] = useLocation();
  const newest = useLoaded(() => worker.chart(view.id), [worker, view.id]);
  const [hasBegunSamples, setBegunSamples] = useState(false);
  const [erasing, setErasing] = useState<RecordView | undefined>(undefined);
  const close = useAction(async () => {
    await worker.closeChart(view.id);
    go("/charts");
  });
  const chart = newest.data ?? view;
  const isEmpty = chart.records.length === 0;

  useWarmViewer(chart.records.some(({ kind }) => kind === "application/dicom"));

  const arrived = useTransfers().filter((one) => one.chart === view.id && one.state === "done").length;
  const { reload } = newest;
  useEffect(() => {
    if (arrived > 0) reload();
  }, [arrived, reload]);

  return (
    <div className="stack stack-wide">
      <PageHeader
        title={chartName(chart)}
        tabTitle={en.chart.tabTitle}
        intro={count(chart.records.filter(({ erased }) => !erased).length, "record")}
        above={[{ href: "/charts", label: en.charts.title }]}
        actions={
          <>
            {chart.mayWrite && (
              <LinkButton href={`/charts/${chart.id}/add`} kind="primary" icon="add">
                {en.chart.add}
              </LinkButton>
            )}
            <Button busy={newest.isLoading} onClick={reload}>
              {en.chart.refresh}
            </Button>
            <Button icon="lock" busy={close.isBusy} onClick={() => void close.run()}>
              {en.chart.close}
            </Button>
          </>
        }
      />
      <ProblemNotice problem={newest.problem} onRetry={reload} />
      <ProblemNotice problem={close.problem} />
      <div className="with-aside">
        <div className="stack">
          {isEmpty && <NoRecords chart={chart} />}
          {/* Outlives the empty chart: records come one by one, and some may fail. */}
          {chart.mayWrite && (isEmpty || hasBegunSamples) && (
            <Suspense fallback={<Spinner label={en.samples.loading} />}>
              <SamplesOffer chart={chart.id} onBegin={() => setBegunSamples(true)} />
            </Suspense>
          )}
          {!isEmpty && <Records chart={chart} onErase={setErasing} />}
        </div>
        <ChartAbout chart={chart} />
      </div>
      <EraseDialog
        chart={chart.id}
        record={erasing}
        onClose={() => setErasing(undefined)}
        onErased={() => {
          setErasing(undefined);
          reload();
        }}
      />
    </div>
  );
}

function NoRecords({ chart }: { readonly chart: ChartView }): ReactElement {
  if (!chart.mayWrite) {
    return <EmptyState icon="file" title={en.chart.emptyTitle} text={en.chart.emptyReadOnly} />;
  }
  return (
    <EmptyState icon="file" title={en.chart.emptyTitle} text={en.chart.emptyText}>
      <LinkButton href={`/charts/${chart.id}/add`} kind="primary" icon="add">
        {en.chart.add}
      </LinkButton>
    </EmptyState>
  );
}

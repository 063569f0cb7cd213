import { type ReactElement, useEffect, useState } from "react";
import { LinkButton } from "../parts/Button.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import { Notice } from "../parts/Notice.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { Spinner } from "../parts/Spinner.tsx";
import { warmUp } from "../viewers/index.ts";
import type { ChartView, RecordView } from "../worker/contract.ts";
import { useLoaded } from "../worker-client/use-loaded.ts";
import { useWorker } from "../worker-client/worker-context.tsx";
import { screens } from "../texts/en-screens.ts";
import { Facts } from "./record/Facts.tsx";
import { Fragments } from "./record/Fragments.tsx";
import { History } from "./record/History.tsx";
import { BeforeAfter } from "./record/BeforeAfter.tsx";
import { type Tab, Tabs } from "./record/Tabs.tsx";
import { useDamagedStores } from "./record/use-damaged-stores.ts";
import { useOpened } from "./record/use-opened.ts";
import { View } from "./record/View.tsx";
import { VersionChoice } from "./record/VersionChoice.tsx";
import { useStoreNames } from "./way/use-store-names.ts";
import "./screens.css";

interface RecordPageProps {
  readonly chart: string;
  readonly record: string;
}

/** /charts/:chart/records/:record: a record, opened. The chart is open. */
export function RecordPage({ chart: id, record: recordId }: RecordPageProps): ReactElement {
  const worker = useWorker();
  const { data: chart, problem, reload } = useLoaded(() => worker.chart(id), [worker, id]);
  if (chart === undefined) {
    return problem === undefined ? (
      <Spinner label={screens.record.loading} page />
    ) : (
      <ProblemNotice problem={problem} onRetry={reload} />
    );
  }
  const record = chart.records.find((one) => one.id === recordId);
  if (record === undefined) return <UnknownRecord chart={chart} />;
  return <KnownRecord chart={chart} record={record} onChanged={reload} />;
}

interface KnownRecordProps {
  readonly chart: ChartView;
  readonly record: RecordView;
  readonly onChanged: () => void;
}

function KnownRecord({ chart, record, onChanged }: KnownRecordProps): ReactElement {
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const standing = record.versions.filter(({ erased }) => !erased);
  const version = standing.find(({ id }) => id === chosen) ?? standing.at(-1);
  return (
    <div className="stack stack-wide">
      <PageHeader
        title={record.name === "" ? screens.record.unnamed : record.name}
        tabTitle={screens.record.tabTitle}
        above={[
          { href: "/charts", label: screens.charts },
          { href: `/charts/${chart.id}`, label: chart.label },
        ]}
        actions={
          version !== undefined &&
          record.versions.length > 1 && (
            <VersionChoice versions={record.versions} chosen={version.id} onChoose={setChosen} />
          )
        }
      />
      {version === undefined ? (
        <Notice title={screens.record.erased.title}>{screens.record.erased.text}</Notice>
      ) : (
        <OpenVersion
          key={version.id}
          chart={chart}
          record={record}
          version={version}
          onChoose={setChosen}
          onChanged={onChanged}
        />
      )}
    </div>
  );
}

interface OpenVersionProps extends KnownRecordProps {
  readonly version: RecordView["versions"][number];
  readonly onChoose: (version: string) => void;
}

type Key = keyof typeof screens.record.tabs;

const tabs: readonly Tab<Key>[] = (["view", "beforeAfter", "fragments", "history"] as const).map((key) => ({
  key,
  label: screens.record.tabs[key],
}));

function OpenVersion({ chart, record, version, onChoose, onChanged }: OpenVersionProps): ReactElement {
  const [tab, setTab] = useState<Key>("view");
  // The viewer comes while the fragments do.
  useEffect(() => warmUp(record.kind), [record.kind]);
  const opening = useOpened({ chart: chart.id, record: record.id, version: version.id });
  const { opened, problem } = opening;
  const damagedStores = useDamagedStores(opened);
  return (
    <>
      <Facts record={record} version={version} opened={opened} />
      <Damaged stores={damagedStores} />
      <Tabs label={screens.record.tabsLabel} tabs={tabs} chosen={tab} onChoose={setTab}>
        {/* Stays when another tab is looked at, so that a study keeps its slice and a film its place. */}
        <div hidden={tab !== "view"}>
          <View opening={opening} version={version} />
        </div>
        {tab === "beforeAfter" && <ProblemNotice problem={problem} onRetry={opening.retry} />}
        {tab === "beforeAfter" && problem === undefined && opened === undefined && (
          <Spinner label={screens.record.opening} page />
        )}
        {tab === "beforeAfter" && opened !== undefined && <BeforeAfter chart={chart.id} opened={opened} />}
        {tab === "fragments" && (
          <Fragments
            chart={chart.id}
            record={record.id}
            version={version.id}
            needed={version.needed}
            damagedStores={damagedStores}
          />
        )}
        {tab === "history" && (
          <History
            chart={chart.id}
            record={record}
            shown={version.id}
            mayManage={chart.mayManage}
            onOpen={onChoose}
            onErased={onChanged}
          />
        )}
      </Tabs>
    </>
  );
}

function Damaged({ stores }: { readonly stores: readonly string[] }): ReactElement | null {
  const storeName = useStoreNames();
  if (stores.length === 0) return null;
  const { damaged } = screens.record;
  return (
    <Notice
      tone="warn"
      title={damaged.title(stores.map(storeName))}
      actions={
        <LinkButton size="small" icon="stores" href="/stores">
          {damaged.action}
        </LinkButton>
      }
    >
      {damaged.text}
    </Notice>
  );
}

function UnknownRecord({ chart }: { readonly chart: ChartView }): ReactElement {
  const { title, text, action } = screens.record.unknown;
  return (
    <EmptyState icon="search" title={title} text={text}>
      <LinkButton href={`/charts/${chart.id}`}>{action}</LinkButton>
    </EmptyState>
  );
}

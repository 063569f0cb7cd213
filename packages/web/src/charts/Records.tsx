import { type ReactElement, useMemo, useState } from "react";
import { Link } from "wouter";
import { Badge } from "../parts/Badge.tsx";
import { Button } from "../parts/Button.tsx";
import { Field } from "../parts/Field.tsx";
import { Icon } from "../parts/Icon.tsx";
import { formatSize, formatTime } from "../parts/quantity.ts";
import { type Column, Table } from "../parts/Table.tsx";
import { VisuallyHidden } from "../parts/VisuallyHidden.tsx";
import { en } from "../texts/en.ts";
import { explainProblem } from "../texts/problems.ts";
import type { ChartView, RecordView } from "../worker/contract.ts";
import { recordKind } from "./record-kind.ts";
import { everyRecord, type RecordChoice, type RecordOrder, selectRecords } from "./select-records.ts";

interface RecordsProps {
  readonly chart: ChartView;
  readonly onErase: (record: RecordView) => void;
}

/** The records of a chart, found, filtered and ordered. */
export function Records({ chart, onErase }: RecordsProps): ReactElement {
  const [choice, setChoice] = useState<RecordChoice>(everyRecord);
  const shown = useMemo(() => selectRecords(chart.records, choice), [chart.records, choice]);
  const available = chart.records.filter(({ erased }) => choice.erased || !erased).length;
  const columns = useMemo(() => columnsOf(chart, onErase), [chart, onErase]);

  return (
    <section className="stack" aria-labelledby="records-heading">
      <h2 id="records-heading" className="hidden-visually">
        {en.chart.records}
      </h2>
      <Choice records={chart.records} choice={choice} onChange={setChoice} />
      <p className="small soft" aria-live="polite">
        {shown.length === 0 ? en.chart.nothingFound : en.chart.shown(shown.length, available)}
      </p>
      {shown.length > 0 && (
        <Table caption={en.chart.caption} columns={columns} rows={shown} keyOf={({ id }) => id} />
      )}
    </section>
  );
}

interface ChoiceProps {
  readonly records: readonly RecordView[];
  readonly choice: RecordChoice;
  readonly onChange: (choice: RecordChoice) => void;
}

function Choice({ records, choice, onChange }: ChoiceProps): ReactElement {
  const kinds = [...new Set(records.map((record) => recordKind(record).name))].toSorted();
  const hasErased = records.some(({ erased }) => erased);
  return (
    <div className="filters">
      <Field label={en.chart.find}>
        {(control) => (
          <input
            {...control}
            type="search"
            value={choice.text}
            autoComplete="off"
            onChange={(event) => onChange({ ...choice, text: event.target.value })}
          />
        )}
      </Field>
      <Field label={en.chart.kind}>
        {(control) => (
          <select
            {...control}
            value={choice.kind}
            onChange={(event) => onChange({ ...choice, kind: event.target.value })}
          >
            <option value="">{en.chart.allKinds}</option>
            {kinds.map((kind) => (
              <option key={kind}>{kind}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label={en.chart.sort}>
        {(control) => (
          <select
            {...control}
            value={choice.order}
            onChange={(event) => onChange({ ...choice, order: event.target.value as RecordOrder })}
          >
            {Object.entries(en.chart.sorts).map(([order, label]) => (
              <option key={order} value={order}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      {hasErased && (
        <label className="choice">
          <input
            type="checkbox"
            checked={choice.erased}
            onChange={(event) => onChange({ ...choice, erased: event.target.checked })}
          />
          {en.chart.showErased}
        </label>
      )}
    </div>
  );
}

function columnsOf(chart: ChartView, onErase: (record: RecordView) => void): readonly Column<RecordView>[] {
  const { column } = en.chart;
  return [
    {
      key: "name",
      label: column.name,
      header: true,
      cell: (record) => <RecordName chart={chart.id} record={record} />,
    },
    { key: "kind", label: column.kind, cell: (record) => recordKind(record).name },
    {
      key: "time",
      label: column.time,
      cell: ({ time }) =>
        time === undefined ? (
          en.parts.unknown
        ) : (
          <time className="nowrap" dateTime={new Date(time).toISOString()}>
            {formatTime(time)}
          </time>
        ),
    },
    {
      key: "size",
      label: column.size,
      align: "end",
      cell: ({ sizeBytes }) => (sizeBytes === undefined ? en.parts.unknown : formatSize(sizeBytes)),
    },
    {
      key: "versions",
      label: column.versions,
      align: "end",
      cell: ({ versions }) => String(versions.filter(({ erased }) => !erased).length),
    },
    {
      key: "action",
      label: <VisuallyHidden>{column.action}</VisuallyHidden>,
      cardLabel: "",
      align: "end",
      cell: (record) =>
        chart.mayManage &&
        !record.erased && (
          <Button kind="quiet" size="small" icon="trash" onClick={() => onErase(record)}>
            <VisuallyHidden>{en.chart.eraseNamed(nameOf(record))}</VisuallyHidden>
          </Button>
        ),
    },
  ];
}

function RecordName({
  chart,
  record,
}: {
  readonly chart: string;
  readonly record: RecordView;
}): ReactElement {
  if (record.erased) {
    return (
      <span className="row">
        <span className="soft">{nameOf(record)}</span>
        <Badge tone="bad">{en.chart.erased}</Badge>
      </span>
    );
  }
  const newest = record.versions.findLast(({ erased }) => !erased);
  return (
    <span className="record-name">
      <span className="record-icon">
        <Icon name={recordKind(record).icon} />
      </span>
      <span className="stack record-name-text">
        <Link href={`/charts/${chart}/records/${record.id}`}>{nameOf(record)}</Link>
        <span className="small soft">
          {record.problem !== undefined
            ? explainProblem(record.problem).happened
            : newest && `${filesOf(record)} · ${en.chart.cut(newest.needed, newest.total)}`}
        </span>
      </span>
    </span>
  );
}

function filesOf({ files }: RecordView): string {
  return files === undefined ? en.parts.unknown : en.chart.files(files);
}

function nameOf({ name, problem }: RecordView): string {
  return problem === undefined && name !== "" ? name : en.chart.unnamed;
}

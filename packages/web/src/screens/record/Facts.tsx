import type { ReactElement, ReactNode } from "react";
import { recordKind } from "../../charts/record-kind.ts";
import { formatSize, formatTime } from "../../parts/quantity.ts";
import type { OpenedView, RecordView } from "../../worker/contract.ts";
import { en } from "../../texts/en.ts";
import { screens } from "../../texts/en-screens.ts";

interface FactsProps {
  readonly record: RecordView;
  readonly version: RecordView["versions"][number];
  readonly opened: OpenedView | undefined;
}

/** What is known of a record beside its content. Who signed is known once it is open. */
export function Facts({ record, version, opened }: FactsProps): ReactElement {
  const { facts, cutInto, filesOf, unknownAuthor } = screens.record;
  const { time = record.time, sizeBytes = record.sizeBytes } = opened ?? {};
  const files = opened?.files.length ?? record.files ?? 1;
  const size = sizeBytes === undefined ? en.parts.unknown : formatSize(sizeBytes);
  return (
    <dl className="record-facts">
      <Fact label={facts.kind}>{recordKind(record).name}</Fact>
      <Fact label={facts.time}>{time === undefined ? en.parts.unknown : formatTime(time)}</Fact>
      <Fact label={facts.size}>{files > 1 ? `${size} · ${filesOf(files)}` : size}</Fact>
      <Fact label={facts.cut}>{cutInto(version.needed, version.total)}</Fact>
      <Fact label={facts.author}>
        {opened === undefined ? "…" : <span className="mono">{opened.author ?? unknownAuthor}</span>}
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="record-fact">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

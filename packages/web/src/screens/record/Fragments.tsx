import type { ReactElement } from "react";
import { Badge } from "../../parts/Badge.tsx";
import { formatSize } from "../../parts/quantity.ts";
import { ProblemNotice } from "../../parts/ProblemNotice.tsx";
import { Spinner } from "../../parts/Spinner.tsx";
import type { Column } from "../../parts/Table.tsx";
import type { FragmentView } from "../../worker/contract.ts";
import { useLoaded } from "../../worker-client/use-loaded.ts";
import { useWorker } from "../../worker-client/worker-context.tsx";
import { screens } from "../../texts/en-screens.ts";
import { Mark } from "../marks/Mark.tsx";
import { Marks } from "../marks/Marks.tsx";
import { useStoreNames } from "../way/use-store-names.ts";

interface FragmentsProps {
  readonly chart: string;
  readonly record: string;
  readonly version: string;
  readonly needed: number;
  /** Stores that did not give their fragment, or a damaged one. */
  readonly damagedStores: readonly string[];
}

/** The n fragments: their marks, their roots, and where they lie. */
export function Fragments({ chart, record, version, needed, damagedStores }: FragmentsProps): ReactElement {
  const worker = useWorker();
  const storeName = useStoreNames();
  const { data, problem, reload } = useLoaded(
    () => worker.fragments(chart, record, version),
    [worker, chart, record, version],
  );
  if (problem !== undefined) return <ProblemNotice problem={problem} onRetry={reload} />;
  if (data === undefined) return <Spinner label={screens.record.loadingFragments} page />;
  const { columns } = screens.marks;
  const more: Column<FragmentView>[] = [
    { key: "id", label: columns.id, cell: ({ id }) => <Mark hex={id} /> },
    { key: "root", label: columns.root, cell: ({ root }) => <Mark hex={root} /> },
    {
      key: "store",
      label: columns.store,
      cell: ({ store }) => {
        if (store === undefined) return <Badge tone="bad">{screens.record.nowhere}</Badge>;
        if (!damagedStores.includes(store)) return storeName(store);
        return (
          <Badge tone="warn" icon="alert">
            {storeName(store)}
          </Badge>
        );
      },
    },
    { key: "size", label: columns.size, align: "end", cell: ({ sizeBytes }) => formatSize(sizeBytes) },
  ];
  return (
    <div className="stack">
      <p>{screens.record.mayBeLost(needed, data.length)}</p>
      <Marks fragments={data} more={more} />
    </div>
  );
}

import type { ReactElement } from "react";
import { Badge } from "../parts/Badge.tsx";
import { formatCost, formatNumber, formatSize } from "../parts/quantity.ts";
import type { Column } from "../parts/Table.tsx";
import { storesPage } from "../texts/en-stores.ts";
import type { StatusView, VaultView } from "../worker/contract.ts";
import { StoreState } from "./StoreState.tsx";

/** What the vault says of a store, and how it is now. */
export type StoreRow = VaultView["stores"][number] & { readonly now: StoreNow | undefined };
type StoreNow = StatusView["stores"][number];

export function storeRows(vault: VaultView, status: StatusView): readonly StoreRow[] {
  return vault.stores.map((store) => ({
    ...store,
    now: status.stores.find((one) => one.store === store.id),
  }));
}

const { column } = storesPage;

/** Cost and traffic stand where there are any. */
export function storeColumns(
  vault: VaultView,
  { currency, stores }: StatusView,
): readonly Column<StoreRow>[] {
  return [
    {
      key: "name",
      label: column.name,
      header: true,
      cell: (row) => <StoreName row={row} hasWeights={hasWeights(vault)} />,
    },
    { key: "kind", label: column.kind, cell: (row) => <Kind row={row} /> },
    { key: "state", label: column.state, cell: ({ now }) => <StoreState now={now} /> },
    {
      key: "fragments",
      label: column.fragments,
      align: "end",
      cell: figure((now) => <Fragments now={now} />),
    },
    {
      key: "size",
      label: currency === null ? column.size : column.sizeAndCost,
      align: "end",
      cell: figure((now) => <Size now={now} currency={currency} />),
    },
    ...(stores.some(({ traffic }) => traffic !== null) ? [trafficColumn] : []),
    { key: "owed", label: column.owed, align: "end", cell: (row) => <Owed row={row} /> },
  ];
}

/** Whether some stores get more fragments than others. */
export function hasWeights({ stores }: VaultView): boolean {
  return stores.some(({ weight }) => weight !== stores[0]!.weight);
}

const trafficColumn: Column<StoreRow> = {
  key: "traffic",
  label: column.traffic,
  align: "end",
  cell: figure(({ traffic }) => (traffic === null ? "–" : <Traffic traffic={traffic} />)),
};

function figure(show: (now: StoreNow) => string | ReactElement): (row: StoreRow) => string | ReactElement {
  return ({ now }) => (now === undefined ? "–" : show(now));
}

function StoreName({
  row,
  hasWeights: shown,
}: {
  readonly row: StoreRow;
  readonly hasWeights: boolean;
}): ReactElement {
  const { name, provider, weight } = row;
  return (
    <span className="stack record-name-text">
      <span>{name}</span>
      <span className="small soft">{shown ? storesPage.weight(provider, weight) : provider}</span>
    </span>
  );
}

function Kind({ row: { kind, region } }: { readonly row: StoreRow }): ReactElement {
  return (
    <span className="stack figure-lines">
      <span>{storesPage.kinds[kind]}</span>
      {region !== "" && <span className="small soft">{region}</span>}
    </span>
  );
}

function Fragments({ now: { fragments, objects } }: { readonly now: StoreNow }): ReactElement {
  return (
    <span className="stack figure-lines">
      <span>{formatNumber(fragments)}</span>
      <span className="small soft">{storesPage.objects(objects)}</span>
    </span>
  );
}

function Size({ now, currency }: { readonly now: StoreNow; readonly currency: string | null }): ReactElement {
  const { sizeBytes, monthlyCost } = now;
  return (
    <span className="stack figure-lines">
      <span>{formatSize(sizeBytes)}</span>
      {currency !== null && monthlyCost !== null && (
        <span className="small soft">{storesPage.month(formatCost(monthlyCost, currency))}</span>
      )}
    </span>
  );
}

function Traffic({ traffic }: { readonly traffic: NonNullable<StoreNow["traffic"]> }): ReactElement {
  const { requests, errors, readBytes, writtenBytes } = traffic;
  return (
    <span className="stack figure-lines">
      <span>{formatNumber(requests)}</span>
      {errors > 0 && <span className="small">{storesPage.failed(errors)}</span>}
      <span className="small soft">{storesPage.read(formatSize(readBytes))}</span>
      <span className="small soft">{storesPage.written(formatSize(writtenBytes))}</span>
    </span>
  );
}

function Owed({ row: { now } }: { readonly row: StoreRow }): ReactElement {
  const owed = now?.owed ?? 0;
  const condemned = now?.condemned ?? 0;
  if (owed + condemned === 0) return <span className="soft">{storesPage.nothingOwed}</span>;
  return (
    <span className="row owed">
      {owed > 0 && <Badge tone="warn">{storesPage.owed(owed)}</Badge>}
      {condemned > 0 && <Badge>{storesPage.condemned(condemned)}</Badge>}
    </span>
  );
}

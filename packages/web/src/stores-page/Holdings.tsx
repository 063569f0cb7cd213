import type { ReactElement } from "react";
import { Card } from "../parts/Card.tsx";
import { formatNumber, formatSize } from "../parts/quantity.ts";
import { storesPage } from "../texts/en-stores.ts";
import type { StatusView } from "../worker/contract.ts";

/** How much there is, all stores together. */
export function Holdings({ status }: { readonly status: StatusView }): ReactElement {
  const { holds } = storesPage;
  const total = (value: (store: StatusView["stores"][number]) => number): number =>
    status.stores.reduce((sum, store) => sum + value(store), 0);
  const facts: readonly (readonly [string, string])[] = [
    [holds.charts, formatNumber(status.charts)],
    [holds.records, formatNumber(status.records)],
    [holds.versions, formatNumber(status.versions)],
    [holds.fragments, formatNumber(total(({ fragments }) => fragments))],
    [holds.size, formatSize(total(({ sizeBytes }) => sizeBytes))],
    [holds.erased, formatNumber(status.erased)],
    ...(status.unfinished > 0 ? [[holds.unfinished, formatNumber(status.unfinished)] as const] : []),
  ];
  return (
    <Card title={holds.title}>
      <dl className="figures">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

import { type ReactElement, useCallback } from "react";
import { Button } from "../parts/Button.tsx";
import { Notice } from "../parts/Notice.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { Spinner } from "../parts/Spinner.tsx";
import { storeName } from "../parts/store-name.ts";
import { Table } from "../parts/Table.tsx";
import { en } from "../texts/en.ts";
import { storesPage } from "../texts/en-stores.ts";
import type { StatusView, VaultView } from "../worker/contract.ts";
import { useLoaded } from "../worker-client/use-loaded.ts";
import { useWorker } from "../worker-client/worker-context.tsx";
import { Holdings } from "./Holdings.tsx";
import { Loss } from "./Loss.tsx";
import { Remarks } from "./Remarks.tsx";
import { storeColumns, type StoreRow, storeRows } from "./store-rows.tsx";
import { Work } from "./Work.tsx";

interface Looked {
  readonly vault: VaultView;
  readonly status: StatusView;
}

/** Where everything lies, what may be lost, and what is done about it. */
export function StoresPage(): ReactElement {
  const worker = useWorker();
  const looked = useLoaded(async (): Promise<Looked> => {
    const [vault, status] = await Promise.all([worker.about(), worker.status()]);
    return { vault, status };
  }, [worker]);
  const { data, reload } = looked;
  const nameOf = useCallback((store: string) => storeName(data?.vault.stores, store), [data]);

  return (
    <div className="stack stack-wide">
      <PageHeader
        title={storesPage.title}
        intro={storesPage.intro}
        actions={
          <Button busy={looked.isLoading} onClick={reload}>
            {storesPage.refresh}
          </Button>
        }
      />
      <ProblemNotice problem={looked.problem} onRetry={reload} />
      {data === undefined && looked.isLoading && <Spinner page label={en.parts.loading} />}
      {data !== undefined && (
        <>
          {data.vault.hasChanged && (
            <Notice tone="warn" title={storesPage.changedTitle}>
              {storesPage.changedText}
            </Notice>
          )}
          <div className="halves">
            <Loss vault={data.vault} status={data.status} />
            <Holdings status={data.status} />
          </div>
          <div className="stores-table">
            <Table<StoreRow>
              caption={storesPage.caption}
              columns={storeColumns(data.vault, data.status)}
              rows={storeRows(data.vault, data.status)}
              keyOf={({ id }) => id}
            />
          </div>
          <Remarks status={data.status} />
        </>
      )}
      <Work nameOf={nameOf} onEnded={reload} />
    </div>
  );
}

import type { ReactElement } from "react";
import { Badge } from "../parts/Badge.tsx";
import { storesPage } from "../texts/en-stores.ts";
import type { StatusView } from "../worker/contract.ts";

type StoreNow = StatusView["stores"][number];

/** Whether a store answers, how quickly, and whether it is on its way out. */
export function StoreState({ now }: { readonly now: StoreNow | undefined }): ReactElement {
  return (
    <span className="stack store-state">
      <span>
        <Answer now={now} />
      </span>
      {now?.isLeaving === true && (
        <span>
          <Badge>{storesPage.leaving}</Badge>
        </span>
      )}
      {typeof now?.latencyMs === "number" && (
        <span className="small soft">{storesPage.latency(now.latencyMs)}</span>
      )}
      {typeof now?.problem === "string" && <span className="small soft">{now.problem}</span>}
    </span>
  );
}

function Answer({ now }: { readonly now: StoreNow | undefined }): ReactElement {
  if (now === undefined || now.problem !== null) {
    return (
      <Badge tone="bad" icon="offline">
        {storesPage.away}
      </Badge>
    );
  }
  if (now.health === "open" || now.health === "half-open") {
    return (
      <Badge tone="warn" icon="alert">
        {storesPage.health[now.health]}
      </Badge>
    );
  }
  if (now.latencyMs === null) {
    return (
      <Badge tone="warn" icon="alert">
        {storesPage.silent}
      </Badge>
    );
  }
  return (
    <Badge tone="good" icon="check">
      {storesPage.answers}
    </Badge>
  );
}

import { useCallback } from "react";
import { storeName } from "../../parts/store-name.ts";
import { useLoaded } from "../../worker-client/use-loaded.ts";
import { useWorker } from "../../worker-client/worker-context.tsx";

/** What people call a store, by its id. */
export function useStoreNames(): (store: string) => string {
  const worker = useWorker();
  const { data } = useLoaded(() => worker.about(), [worker]);
  return useCallback((store) => storeName(data?.stores, store), [data]);
}

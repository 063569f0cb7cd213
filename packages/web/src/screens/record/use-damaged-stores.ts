import { useEffect, useState } from "react";
import type { OpenedView } from "../../worker/contract.ts";
import { useWorker } from "../../worker-client/worker-context.tsx";

const ASK_EVERY_MS = 3000;

/** Stores whose fragment is missing or damaged: more may be found with every byte that is read of an open record. */
export function useDamagedStores(opened: OpenedView | undefined): readonly string[] {
  const worker = useWorker();
  const [found, setFound] = useState<{ readonly handle: string; readonly stores: readonly string[] }>();

  useEffect(() => {
    if (opened === undefined) return;
    const { handle } = opened;
    let isLeft = false;
    const ask = async (): Promise<void> => {
      // Of a record that was closed meanwhile there is nothing to tell.
      const stores = await worker.damagedStores(handle).catch(() => undefined);
      if (isLeft || stores === undefined) return;
      const isSame = (before: typeof found): boolean =>
        before?.handle === handle && before.stores.length === stores.length;
      setFound((before) => (isSame(before) ? before : { handle, stores }));
    };
    const timer = setInterval(() => void ask(), ASK_EVERY_MS);
    return () => {
      isLeft = true;
      clearInterval(timer);
    };
  }, [worker, opened]);

  if (opened === undefined) return [];
  return found?.handle === opened.handle ? found.stores : opened.damagedStores;
}

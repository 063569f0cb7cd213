import { createContext, type ReactElement, type ReactNode, useContext, useEffect, useState } from "react";
import type { TransferView, VaultWorker } from "../worker/contract.ts";
import { type StartedWorker, startWorker } from "./start-worker.ts";

const Worker = createContext<VaultWorker | undefined>(undefined);
const Transfers = createContext<readonly TransferView[]>([]);

/** One worker for the whole page. */
export function WorkerProvider({ children }: { readonly children: ReactNode }): ReactElement | null {
  const [started, setStarted] = useState<StartedWorker | undefined>(undefined);
  const [transfers, setTransfers] = useState<readonly TransferView[]>([]);

  useEffect(() => {
    const own = startWorker();
    setStarted(own);
    // Where it cannot start at all, the first question to it says so.
    own.vault.watchTransfers(setTransfers).catch(() => setTransfers([]));
    return () => {
      setStarted(undefined);
      setTransfers([]);
      void own.end();
    };
  }, []);

  if (started === undefined) return null;
  return (
    <Worker value={started.vault}>
      <Transfers value={transfers}>{children}</Transfers>
    </Worker>
  );
}

export function useWorker(): VaultWorker {
  const worker = useContext(Worker);
  if (worker === undefined) throw new Error("useWorker outside of WorkerProvider");
  return worker;
}

/** All transfers, now and whenever one changes. */
export function useTransfers(): readonly TransferView[] {
  return useContext(Transfers);
}

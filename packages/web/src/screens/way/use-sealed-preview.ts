import { useEffect, useState } from "react";
import type { TransferView } from "../../worker/contract.ts";
import { useWorker } from "../../worker-client/worker-context.tsx";

/** As many sealed bytes as a preview has at most. */
const PREVIEW_BYTES = 1024 * 1024;

/** The first of the record's sealed bytes: asked for when there are some, and again when there are as many as will be. */
export function useSealedPreview(transfer: TransferView): Uint8Array {
  const worker = useWorker();
  const [sealed, setSealed] = useState<Uint8Array>(new Uint8Array());
  const { id, sealedBytes, sizeBytes, state } = transfer;
  const sealing = useSealing(transfer, () => setSealed(new Uint8Array()));
  const isFull = sealedBytes >= Math.min(sizeBytes, PREVIEW_BYTES) && sealedBytes > 0;
  const fullness = `${sealedBytes > 0} ${isFull} ${state === "sealing"} ${state === "done"}`;
  useEffect(() => {
    let isLate = false;
    const load = async (): Promise<void> => {
      const bytes = await worker.sealedPreview(id).catch(() => new Uint8Array());
      // Once a transfer is over its sealed bytes are let go; what was seen of them stays.
      if (!isLate) setSealed((before) => (bytes.length > before.length ? bytes : before));
    };
    void load();
    return () => {
      isLate = true;
    };
  }, [worker, id, sealing, fullness]);
  return sealed;
}

/** Which sealing this is, from 0; what was seen of one is nothing of the next, under its own secrets. */
function useSealing({ version, sealedBytes }: TransferView, onNext: () => void): number {
  const [seen, setSeen] = useState({ version, sealedBytes, sealing: 0 });
  if (seen.version !== version || seen.sealedBytes !== sealedBytes) {
    // A version gets its name once it is sealed, and keeps it.
    const isNext = sealedBytes < seen.sealedBytes || (seen.version !== undefined && seen.version !== version);
    setSeen({ version, sealedBytes, sealing: seen.sealing + Number(isNext) });
    if (isNext) onNext();
  }
  return seen.sealing;
}

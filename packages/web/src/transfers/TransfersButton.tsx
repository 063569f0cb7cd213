import { lazy, type ReactElement, Suspense, useState } from "react";
import { PageBoundary } from "../app/PageBoundary.tsx";
import { Button } from "../parts/Button.tsx";
import { classes } from "../parts/classes.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { Spinner } from "../parts/Spinner.tsx";
import { VisuallyHidden } from "../parts/VisuallyHidden.tsx";
import { en } from "../texts/en.ts";
import type { TransferView } from "../worker/contract.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useTransfers, useWorker } from "../worker-client/worker-context.tsx";
import { sumTransfers, type TransferSum } from "./sum-transfers.ts";

const TransferList = lazy(async () => ({
  default: (await import("../screens/TransferList.tsx")).TransferList,
}));

/** What is under way, on every page; nothing while there is nothing. It covers nothing of the page. */
export function TransfersButton(): ReactElement | null {
  const transfers = useTransfers();
  const [open, setOpen] = useState(false);
  const total = sumTransfers(transfers);
  if (total.running + total.waiting + total.failed + total.done === 0 && !open) return null;
  return (
    <>
      <Button
        size="small"
        icon={iconOf(total)}
        className={classes("transfers-button", total.waiting + total.failed > 0 && "transfers-button-alert")}
        onClick={() => setOpen(true)}
      >
        <VisuallyHidden>{en.transfers.title}: </VisuallyHidden>
        {shortOf(total)}
      </Button>
      <VisuallyHidden>
        <span role="status">{describe(total)}</span>
      </VisuallyHidden>
      {total.running > 0 && (
        <progress className="transfers-line" value={total.share} max={1} aria-label={en.transfers.title} />
      )}
      <Dialog open={open} onClose={() => setOpen(false)} title={en.transfers.title} wide>
        <PageBoundary>
          <Suspense fallback={<Spinner label={en.parts.loading} />}>
            <TransferList transfers={transfers} />
          </Suspense>
        </PageBoundary>
        {total.done > 0 && <Clear transfers={transfers} />}
      </Dialog>
    </>
  );
}

function Clear({ transfers }: { readonly transfers: readonly TransferView[] }): ReactElement {
  const worker = useWorker();
  const clear = useAction(async () => {
    const done = transfers.filter(({ state }) => state === "done");
    await Promise.all(done.map(({ id }) => worker.forgetTransfer(id)));
  });
  return (
    <>
      <ProblemNotice problem={clear.problem} />
      <div className="form-actions">
        <Button busy={clear.isBusy} onClick={() => void clear.run()}>
          {en.transfers.clear}
        </Button>
      </div>
    </>
  );
}

function iconOf({
  isOffline,
  waiting,
  failed,
  running,
}: TransferSum): "alert" | "check" | "offline" | "upload" {
  if (isOffline) return "offline";
  if (waiting + failed > 0) return "alert";
  return running > 0 ? "upload" : "check";
}

/** What fits on a button: the most pressing. */
function shortOf(total: TransferSum): string {
  const { short } = en.transfers;
  if (total.failed > 0) return short.failed(total.failed);
  if (total.waiting > 0) return short.waiting(total.waiting);
  if (total.running > 0) return short.running(total.running, Math.floor(total.share * 100));
  return short.done(total.done);
}

/** Numbers of transfers only: it is read out at every change, and bytes change all the time. */
function describe(total: TransferSum): string {
  const { running, waiting, failed, done, offline } = en.transfers;
  return [
    total.running > 0 && running(total.running),
    total.isOffline && offline,
    total.waiting > 0 && waiting(total.waiting),
    total.failed > 0 && failed(total.failed),
    total.done > 0 && done(total.done),
  ]
    .filter((part) => part !== false)
    .join(" · ");
}

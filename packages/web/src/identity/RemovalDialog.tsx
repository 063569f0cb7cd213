import type { ReactElement } from "react";
import { Button } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Notice } from "../parts/Notice.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { en } from "../texts/en.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useWorker } from "../worker-client/worker-context.tsx";

interface RemovalDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}

export function RemovalDialog({ open, onClose, onRemoved }: RemovalDialogProps): ReactElement {
  const worker = useWorker();
  const remove = useAction(async () => {
    await worker.removeIdentity();
    onRemoved();
  });
  return (
    <Dialog open={open} onClose={onClose} title={en.removal.title}>
      <p>{en.removal.text}</p>
      <Notice tone="warn">{en.removal.warning}</Notice>
      <ProblemNotice problem={remove.problem} />
      <div className="form-actions">
        <Button kind="danger" icon="trash" busy={remove.isBusy} onClick={() => void remove.run()}>
          {en.removal.confirm}
        </Button>
        <Button onClick={onClose}>{en.parts.cancel}</Button>
      </div>
    </Dialog>
  );
}

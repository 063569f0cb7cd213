import type { ReactElement } from "react";
import { Button } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Notice } from "../parts/Notice.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { en } from "../texts/en.ts";
import type { RecordView } from "../worker/contract.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useWorker } from "../worker-client/worker-context.tsx";

interface EraseDialogProps {
  readonly chart: string;
  /** Asked about; none while the dialog is closed. */
  readonly record: RecordView | undefined;
  readonly onClose: () => void;
  readonly onErased: () => void;
}

export function EraseDialog({ chart, record, onClose, onErased }: EraseDialogProps): ReactElement {
  const worker = useWorker();
  const erase = useAction(async (id: string) => {
    await worker.erase(chart, id);
    onErased();
  });
  const name = record === undefined || record.name === "" ? en.chart.unnamed : record.name;
  return (
    <Dialog open={record !== undefined} onClose={onClose} title={en.erasing.title(name)}>
      <p>{en.erasing.text}</p>
      <Notice tone="warn">{en.erasing.warning}</Notice>
      <ProblemNotice problem={erase.problem} />
      <div className="form-actions">
        <Button
          kind="danger"
          icon="trash"
          busy={erase.isBusy}
          onClick={() => record !== undefined && void erase.run(record.id)}
        >
          {en.erasing.confirm}
        </Button>
        <Button onClick={onClose}>{en.parts.cancel}</Button>
      </div>
    </Dialog>
  );
}

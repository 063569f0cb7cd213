import { type ReactElement, useState } from "react";
import { Button } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Field } from "../parts/Field.tsx";
import { Form } from "../parts/Form.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { wordFault } from "../parts/word-rules.ts";
import { WordField } from "../parts/WordField.tsx";
import { en } from "../texts/en.ts";
import type { ChartView } from "../worker/contract.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useWorker } from "../worker-client/worker-context.tsx";

interface NewChartDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onMade: (chart: ChartView) => void;
}

export function NewChartDialog({ open, onClose, onMade }: NewChartDialogProps): ReactElement {
  return (
    <Dialog open={open} onClose={onClose} title={en.charts.newTitle}>
      <NewChartForm onClose={onClose} onMade={onMade} />
    </Dialog>
  );
}

/** Lives as long as the dialog is open: the word is gone with it. */
function NewChartForm({ onClose, onMade }: Omit<NewChartDialogProps, "open">): ReactElement {
  const worker = useWorker();
  const [label, setLabel] = useState("");
  const [word, setWord] = useState("");
  const [attempted, setAttempted] = useState(false);
  const make = useAction(async () => onMade(await worker.newChart({ label: label.trim(), word })));
  const submit = (): void => {
    setAttempted(true);
    if (label.trim() !== "" && wordFault(word) === undefined) void make.run();
  };
  return (
    <Form onSubmit={submit}>
      <Field
        label={en.charts.label}
        hint={en.charts.labelHint}
        error={attempted && label.trim() === "" ? en.charts.labelMissing : undefined}
      >
        {(control) => (
          <input
            {...control}
            value={label}
            maxLength={200}
            autoComplete="off"
            onChange={(event) => setLabel(event.target.value)}
          />
        )}
      </Field>
      <WordField value={word} onChange={setWord} use="new" attempted={attempted} />
      <ProblemNotice problem={make.problem} />
      <div className="form-actions">
        <Button kind="primary" type="submit" busy={make.isBusy}>
          {make.isBusy ? en.charts.making : en.charts.make}
        </Button>
        <Button onClick={onClose}>{en.parts.cancel}</Button>
      </div>
    </Form>
  );
}

import { type ReactElement, useState } from "react";
import { Button } from "../parts/Button.tsx";
import { Form } from "../parts/Form.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { wordFault } from "../parts/word-rules.ts";
import { WordField } from "../parts/WordField.tsx";
import { en } from "../texts/en.ts";
import type { ChartView } from "../worker/contract.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useWorker } from "../worker-client/worker-context.tsx";

interface OpenChartFormProps {
  readonly chart: string;
  readonly onOpened: (view: ChartView) => void;
}

export function OpenChartForm({ chart, onOpened }: OpenChartFormProps): ReactElement {
  const worker = useWorker();
  const [word, setWord] = useState("");
  const [attempted, setAttempted] = useState(false);
  const open = useAction(async () => onOpened(await worker.openChart(chart, word)));
  const submit = (): void => {
    setAttempted(true);
    if (wordFault(word) === undefined) void open.run();
  };
  return (
    <Form onSubmit={submit}>
      <WordField value={word} onChange={setWord} use="open" attempted={attempted} />
      <ProblemNotice problem={open.problem} />
      <div className="form-actions">
        <Button kind="primary" type="submit" icon="lock-open" busy={open.isBusy}>
          {open.isBusy ? en.charts.opening : en.charts.openSubmit}
        </Button>
      </div>
    </Form>
  );
}

import { type ReactElement, useState } from "react";
import { Badge } from "../../parts/Badge.tsx";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { ProblemNotice } from "../../parts/ProblemNotice.tsx";
import type { RecordView } from "../../worker/contract.ts";
import { useAction } from "../../worker-client/use-action.ts";
import { useWorker } from "../../worker-client/worker-context.tsx";
import { screens } from "../../texts/en-screens.ts";

interface HistoryProps {
  readonly chart: string;
  readonly record: RecordView;
  readonly shown: string;
  readonly mayManage: boolean;
  readonly onOpen: (version: string) => void;
  /** Something was erased. */
  readonly onErased: () => void;
}

/** The versions of a record, the newest first. */
export function History({ chart, record, shown, mayManage, onOpen, onErased }: HistoryProps): ReactElement {
  const worker = useWorker();
  const [doomed, setDoomed] = useState<{ readonly id: string; readonly number: number } | undefined>(
    undefined,
  );
  const erase = useAction(async (version: string) => {
    await worker.erase(chart, record.id, version);
    setDoomed(undefined);
    onErased();
  });
  const newestFirst = record.versions
    .map((version, index) => ({ ...version, number: index + 1 }))
    .toReversed();
  const { history } = screens;
  return (
    <div className="stack">
      <ol className="versions" reversed>
        {newestFirst.map(({ id, number, total, needed, erased }) => (
          <li key={id} className="version">
            <div>
              <h3>
                {history.version(number)} {id === shown && <Badge tone="accent">{history.shown}</Badge>}
                {erased && <Badge>{history.erased}</Badge>}
              </h3>
              <p className="soft small">{erased ? history.erasedText : history.cut(needed, total)}</p>
            </div>
            {!erased && (
              <div className="row">
                {id !== shown && (
                  <Button
                    size="small"
                    icon="eye"
                    aria-label={history.openNamed(number)}
                    onClick={() => onOpen(id)}
                  >
                    {history.open}
                  </Button>
                )}
                {mayManage && (
                  <Button
                    size="small"
                    kind="quiet"
                    icon="trash"
                    aria-label={history.eraseNamed(number)}
                    onClick={() => setDoomed({ id, number })}
                  >
                    {history.erase}
                  </Button>
                )}
              </div>
            )}
          </li>
        ))}
      </ol>
      <Dialog
        open={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        title={history.confirmTitle(doomed?.number ?? 0)}
      >
        <p>{history.confirmText}</p>
        <p>{history.confirmLimit}</p>
        <ProblemNotice problem={erase.problem} />
        <div className="form-actions">
          <Button
            kind="danger"
            icon="trash"
            busy={erase.isBusy}
            onClick={() => doomed !== undefined && void erase.run(doomed.id)}
          >
            {history.confirm}
          </Button>
          <Button onClick={() => setDoomed(undefined)}>{history.keep}</Button>
        </div>
      </Dialog>
    </div>
  );
}

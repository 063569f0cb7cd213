import type { ReactElement } from "react";
import { Button, LinkButton } from "../../parts/Button.tsx";
import { VisuallyHidden } from "../../parts/VisuallyHidden.tsx";
import type { TransferView } from "../../worker/contract.ts";
import { useAction } from "../../worker-client/use-action.ts";
import { useWorker } from "../../worker-client/worker-context.tsx";
import { screens } from "../../texts/en-screens.ts";
import { isOver } from "./stage.ts";

interface TransferActionsProps {
  readonly transfer: TransferView;
  /** Only signs; names are for those who listen. */
  readonly isCompact?: boolean;
}

/** What can be done with a transfer as it stands. */
export function TransferActions({ transfer, isCompact = false }: TransferActionsProps): ReactElement {
  const worker = useWorker();
  const { id, state, chart, record, name } = transfer;
  const pause = useAction(() => worker.pauseTransfer(id));
  const resume = useAction(() => worker.resumeTransfer(id));
  const cancel = useAction(() => worker.cancelTransfer(id));
  const forget = useAction(() => worker.forgetTransfer(id));
  const canPause = state === "waiting" || state === "sealing" || state === "sending" || state === "offline";
  const canResume = state === "paused" || state === "failed";
  const canCancel = !isOver(state) && state !== "committing";
  const named = (action: string): string =>
    screens.transfer.actionOf(action, name ?? screens.transfer.unnamed);
  const { actions } = screens.transfer;
  const label = (text: string): { "aria-label": string; children?: string } =>
    isCompact ? { "aria-label": named(text) } : { "aria-label": named(text), children: text };

  return (
    <div className="row">
      {state === "done" && record !== undefined && (
        <LinkButton
          size="small"
          kind={isCompact ? "quiet" : "primary"}
          href={`/charts/${chart}/records/${record}`}
        >
          {isCompact ? actions.openShort : actions.open}
          <VisuallyHidden>: {name}</VisuallyHidden>
        </LinkButton>
      )}
      {canPause && (
        <Button
          size="small"
          icon="pause"
          busy={pause.isBusy}
          onClick={() => void pause.run()}
          {...label(actions.pause)}
        />
      )}
      {canResume && (
        <Button
          size="small"
          icon="play"
          busy={resume.isBusy}
          onClick={() => void resume.run()}
          {...label(state === "failed" ? actions.again : actions.resume)}
        />
      )}
      {canCancel && (
        <Button
          size="small"
          kind="quiet"
          icon="close"
          busy={cancel.isBusy}
          onClick={() => void cancel.run()}
          {...label(actions.cancel)}
        />
      )}
      {isOver(state) && (
        <Button
          size="small"
          kind="quiet"
          icon="close"
          busy={forget.isBusy}
          onClick={() => void forget.run()}
          {...label(actions.forget)}
        />
      )}
    </div>
  );
}

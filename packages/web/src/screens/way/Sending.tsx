import type { ReactElement } from "react";
import { Badge } from "../../parts/Badge.tsx";
import type { SentFragment, TransferView } from "../../worker/contract.ts";
import { screens } from "../../texts/en-screens.ts";
import { formatSize } from "../../parts/quantity.ts";
import { formatDuration } from "../progress/duration.ts";
import { usePace } from "../progress/use-pace.ts";
import { useStoreNames } from "./use-store-names.ts";

/** Each fragment on its way to its store. */
export function Sending({ transfer }: { readonly transfer: TransferView }): ReactElement {
  const storeName = useStoreNames();
  const { sentBytes, sendBytes, state, fragments } = transfer;
  const { speed, leftMs } = usePace({ bytes: sentBytes, total: sendBytes, isMoving: state === "sending" });
  return (
    <div className="stack">
      <p className="number">
        {screens.sending.ofAll(formatSize(sentBytes), formatSize(sendBytes))}
        {speed !== undefined && state === "sending" && (
          <span className="soft"> · {screens.sending.speed(formatSize(speed))}</span>
        )}
        {leftMs !== undefined && state === "sending" && (
          <span className="soft"> · {screens.sending.left(formatDuration(leftMs))}</span>
        )}
      </p>
      <ul className="lanes">
        {fragments.map((fragment) => (
          <Lane key={fragment.id} fragment={fragment} store={storeName(fragment.store)} />
        ))}
      </ul>
    </div>
  );
}

const tones = { waiting: "plain", sending: "accent", stored: "good", failed: "bad" } as const;

function Lane({
  fragment,
  store,
}: {
  readonly fragment: SentFragment;
  readonly store: string;
}): ReactElement {
  const { index, sizeBytes, sentBytes, state } = fragment;
  return (
    <li className="lane">
      <span className="lane-number" aria-hidden="true">
        {index + 1}
      </span>
      <span className="lane-store">
        <span className="hidden-visually">{screens.sending.fragmentTo(index + 1)}</span>
        {store}
      </span>
      <Badge tone={tones[state]}>{screens.sending.states[state]}</Badge>
      <progress
        className={`lane-progress lane-${state}`}
        aria-label={screens.sending.progressOf(index + 1, store)}
        value={state === "stored" ? sizeBytes : sentBytes}
        max={Math.max(1, sizeBytes)}
      />
      <span className="lane-size soft number">{formatSize(sizeBytes)}</span>
    </li>
  );
}

import { type ReactElement, type ReactNode, useId } from "react";

interface ProgressProps {
  readonly label: ReactNode;
  readonly value: number;
  /** Not known: the bar only shows that something happens. */
  readonly max: number | undefined;
  /** How far, in words: "3.2 of 12 MB". */
  readonly detail?: ReactNode;
}

export function Progress({ label, value, max, detail }: ProgressProps): ReactElement {
  const id = useId();
  const known = max !== undefined && max > 0;
  return (
    <div className="progress">
      <div className="progress-head">
        <label htmlFor={id}>{label}</label>
        {detail !== undefined && <span className="soft number">{detail}</span>}
      </div>
      {known ? <progress id={id} value={Math.min(value, max)} max={max} /> : <progress id={id} />}
    </div>
  );
}

import { type ReactElement, type ReactNode, useId } from "react";
import { Icon } from "./Icon.tsx";

/** What the control inside must carry, so that label, hint and error belong to it. */
interface FieldControl {
  readonly id: string;
  readonly className: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
}

interface FieldProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** What is wrong with it; nothing is while this is empty. */
  readonly error?: string | undefined;
  readonly children: (control: FieldControl) => ReactNode;
}

export function Field({ label, hint, error, children }: FieldProps): ReactElement {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const hasError = error !== undefined && error !== "";
  const described = [hasError && errorId, hint !== undefined && hintId].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <div id={hintId} className="field-hint">
          {hint}
        </div>
      )}
      {children({
        id,
        className: "input",
        "aria-describedby": described === "" ? undefined : described,
        "aria-invalid": hasError ? true : undefined,
      })}
      {/* Always there, so that what appears in it is announced. */}
      <div id={errorId} aria-live="polite">
        {hasError && (
          <p className="field-error">
            <Icon name="alert" size={16} />
            {error}
          </p>
        )}
      </div>
    </div>
  );
}

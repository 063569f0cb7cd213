import type { ChangeEvent, ComponentProps, ReactElement } from "react";
import { en } from "../texts/en.ts";
import { Button } from "./Button.tsx";

interface SecretInputProps extends Omit<ComponentProps<"input">, "type" | "value" | "onChange"> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly shown: boolean;
  readonly onShow: (shown: boolean) => void;
  /** What the button that shows it is called. */
  readonly showLabel?: string;
  readonly hideLabel?: string;
}

/**
 * For what should not be read over a shoulder, and not be kept by the browser. To a password field with "off" browsers
 * still offer to save it, and write down what stands in the field before it; a code that is used once they leave alone.
 */
export function SecretInput({
  value,
  onChange,
  shown,
  onShow,
  showLabel = en.parts.show,
  hideLabel = en.parts.hide,
  ...rest
}: SecretInputProps): ReactElement {
  return (
    <div className="input-with-button">
      <input
        autoComplete="one-time-code"
        {...rest}
        type={shown ? "text" : "password"}
        value={value}
        onChange={(event: ChangeEvent<HTMLInputElement>) => onChange(event.target.value)}
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        data-1p-ignore=""
        data-lpignore="true"
      />
      <Button
        icon={shown ? "eye-off" : "eye"}
        aria-label={shown ? hideLabel : showLabel}
        title={shown ? hideLabel : showLabel}
        onClick={() => onShow(!shown)}
      />
    </div>
  );
}

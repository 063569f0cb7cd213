import type { ReactElement } from "react";
import { Field } from "../parts/Field.tsx";
import { en } from "../texts/en.ts";

interface NameFieldProps {
  readonly name: string;
  readonly onChange: (name: string) => void;
  readonly attempted: boolean;
}

/** What an identity is called on this device. */
export function NameField({ name, onChange, attempted }: NameFieldProps): ReactElement {
  return (
    <Field
      label={en.welcome.name}
      hint={en.welcome.nameHint}
      error={attempted && name.trim() === "" ? en.welcome.nameMissing : undefined}
    >
      {(control) => (
        <input
          {...control}
          value={name}
          maxLength={100}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

import { type FormEvent, type ReactElement, useState } from "react";
import { Button } from "../../parts/Button.tsx";
import { Field } from "../../parts/Field.tsx";
import { screens } from "../../texts/en-screens.ts";
import { lettersOf } from "./reading.ts";

interface LettersProps {
  readonly total: number;
  readonly letters: readonly string[] | undefined;
  /** `undefined` hides them again. */
  readonly onLetters: (letters: readonly string[] | undefined) => void;
}

/** Asks for the word on this page only, to write its characters where numbers stand. Nothing is sent or kept. */
export function Letters({ total, letters, onLetters }: LettersProps): ReactElement {
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<string | undefined>(undefined);

  const show = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const field = event.currentTarget.elements.namedItem("letters");
    const found = field instanceof HTMLInputElement ? lettersOf(field.value, total) : undefined;
    setError(found === undefined ? screens.letters.wrongLength(total) : undefined);
    if (found === undefined) return;
    setAsking(false);
    onLetters(found);
  };

  if (letters !== undefined) {
    return (
      <Button kind="quiet" size="small" icon="eye-off" onClick={() => onLetters(undefined)}>
        {screens.letters.hide}
      </Button>
    );
  }
  if (!isAsking) {
    return (
      <Button kind="quiet" size="small" icon="eye" onClick={() => setAsking(true)}>
        {screens.letters.ask}
      </Button>
    );
  }
  return (
    <form className="letters" onSubmit={show}>
      <Field label={screens.letters.label} hint={screens.letters.hint(total)} error={error}>
        {(control) => (
          <input {...control} name="letters" type="password" autoComplete="one-time-code" autoFocus />
        )}
      </Field>
      <div className="row">
        <Button type="submit" size="small">
          {screens.letters.show}
        </Button>
        <Button kind="quiet" size="small" onClick={() => setAsking(false)}>
          {screens.letters.cancel}
        </Button>
      </div>
    </form>
  );
}

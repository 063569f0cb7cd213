import { type ReactElement, useState } from "react";
import { Field } from "../parts/Field.tsx";
import { SecretInput } from "../parts/SecretInput.tsx";
import { en } from "../texts/en.ts";
import { type PassphraseFaults, passphraseHint } from "./passphrase.ts";

export interface PassphrasePair {
  readonly first: string;
  readonly second: string;
}

interface PassphraseFieldsProps {
  readonly value: PassphrasePair;
  readonly onChange: (value: PassphrasePair) => void;
  /** Shown once somebody tried to submit. */
  readonly faults: PassphraseFaults | undefined;
}

/** A new passphrase, twice. */
export function PassphraseFields({ value, onChange, faults }: PassphraseFieldsProps): ReactElement {
  const [shown, setShown] = useState(false);
  return (
    <>
      <div className="stack stack-close">
        <Field label={en.passphrase.label} hint={en.passphrase.hint} error={faults?.first}>
          {(control) => (
            <SecretInput
              {...control}
              autoComplete="new-password"
              value={value.first}
              onChange={(first) => onChange({ ...value, first })}
              shown={shown}
              onShow={setShown}
            />
          )}
        </Field>
        <p className="small soft" aria-live="polite">
          {passphraseHint(value.first)}
        </p>
      </div>
      <Field label={en.passphrase.again} error={faults?.second}>
        {(control) => (
          <SecretInput
            {...control}
            autoComplete="new-password"
            value={value.second}
            onChange={(second) => onChange({ ...value, second })}
            shown={shown}
            onShow={setShown}
          />
        )}
      </Field>
    </>
  );
}

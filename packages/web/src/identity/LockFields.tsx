import type { ReactElement } from "react";
import { en } from "../texts/en.ts";
import type { Lock } from "../worker/contract.ts";
import { makePasskey, whyNoPasskeys } from "./passkey.ts";
import { isFaultless, passphraseFaults } from "./passphrase.ts";
import { PassphraseFields, type PassphrasePair } from "./PassphraseFields.tsx";

/** How a new identity is to be locked, as far as it is typed. */
export interface LockPlan {
  readonly kind: Lock["kind"];
  readonly passphrase: PassphrasePair;
}

export const noLockYet: LockPlan = { kind: "passphrase", passphrase: { first: "", second: "" } };

/** Whether it can be made into a lock without more typing. */
export function isLockReady({ kind, passphrase }: LockPlan): boolean {
  return kind === "passkey" || isFaultless(passphraseFaults(passphrase.first, passphrase.second));
}

/** The lock itself; a passkey is made only now. */
export function makeLock({ kind, passphrase }: LockPlan, name: string): Promise<Lock> {
  return kind === "passkey" ? makePasskey(name) : Promise.resolve({ kind, passphrase: passphrase.first });
}

interface LockFieldsProps {
  readonly plan: LockPlan;
  readonly onChange: (plan: LockPlan) => void;
  readonly attempted: boolean;
}

export function LockFields({ plan, onChange, attempted }: LockFieldsProps): ReactElement {
  const unusable = whyNoPasskeys();
  const { first, second } = plan.passphrase;
  return (
    <>
      <fieldset className="field">
        <legend className="field-label">{en.welcome.lockedBy}</legend>
        <div className="segments">
          {(["passphrase", "passkey"] as const).map((kind) => (
            <label key={kind} className="segment">
              <input
                type="radio"
                name="lock"
                checked={plan.kind === kind}
                onChange={() => onChange({ ...plan, kind })}
              />
              {kind === "passphrase" ? en.welcome.byPassphrase : en.welcome.byPasskey}
            </label>
          ))}
        </div>
      </fieldset>
      {plan.kind === "passphrase" ? (
        <PassphraseFields
          value={plan.passphrase}
          onChange={(passphrase) => onChange({ ...plan, passphrase })}
          faults={attempted ? passphraseFaults(first, second) : undefined}
        />
      ) : (
        <p className="soft">
          {unusable === undefined ? en.welcome.passkeyAbout : en.welcome.noPasskeys[unusable]}
        </p>
      )}
    </>
  );
}

import { type ReactElement, useState } from "react";
import { Button } from "../parts/Button.tsx";
import { Card } from "../parts/Card.tsx";
import { Field } from "../parts/Field.tsx";
import { Form } from "../parts/Form.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { SecretInput } from "../parts/SecretInput.tsx";
import { en } from "../texts/en.ts";
import type { KeptIdentity, Lock } from "../worker/contract.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useWorker } from "../worker-client/worker-context.tsx";
import { usePasskey } from "./passkey.ts";
import { RemovalDialog } from "./RemovalDialog.tsx";

interface UnlockProps {
  readonly identity: KeptIdentity;
  readonly onUnlocked: () => void;
  readonly onRemoved: () => void;
}

/** For whoever comes back. */
export function Unlock({ identity, onUnlocked, onRemoved }: UnlockProps): ReactElement {
  const worker = useWorker();
  const [removing, setRemoving] = useState(false);
  const unlock = useAction(async (take: () => Promise<Lock>) => {
    await worker.unlock(await take());
    onUnlocked();
  });
  const hasPasskey = identity.passkeys.length > 0;

  return (
    <>
      <PageHeader
        title={en.unlock.title(identity.name)}
        tabTitle={en.unlock.unlock}
        intro={en.unlock.intro}
      />
      <Card>
        {identity.hasPassphrase && (
          <PassphraseForm
            isBusy={unlock.isBusy}
            onGiven={(passphrase) =>
              void unlock.run(() => Promise.resolve({ kind: "passphrase", passphrase }))
            }
          />
        )}
        {identity.hasPassphrase && hasPasskey && <p className="or">{en.unlock.or}</p>}
        {hasPasskey && (
          <Button
            kind={identity.hasPassphrase ? "plain" : "primary"}
            icon="person"
            busy={unlock.isBusy}
            onClick={() => void unlock.run(() => usePasskey(identity.passkeys))}
          >
            {en.unlock.withPasskey}
          </Button>
        )}
        <ProblemNotice problem={unlock.problem} />
        <p className="small soft">
          {en.unlock.fingerprint}: <span className="mono">{identity.fingerprint}</span>
        </p>
      </Card>
      <details className="small">
        <summary>{en.unlock.other}</summary>
        <div className="stack stack-close details-body">
          <p className="soft">{en.unlock.otherText}</p>
          <div>
            <Button kind="danger" size="small" onClick={() => setRemoving(true)}>
              {en.unlock.remove}
            </Button>
          </div>
        </div>
      </details>
      <RemovalDialog open={removing} onClose={() => setRemoving(false)} onRemoved={onRemoved} />
    </>
  );
}

interface PassphraseFormProps {
  readonly isBusy: boolean;
  readonly onGiven: (passphrase: string) => void;
}

function PassphraseForm({ isBusy, onGiven }: PassphraseFormProps): ReactElement {
  const [passphrase, setPassphrase] = useState("");
  const [shown, setShown] = useState(false);
  const [attempted, setAttempted] = useState(false);
  const submit = (): void => {
    setAttempted(true);
    if (passphrase === "" || isBusy) return;
    onGiven(passphrase);
    setPassphrase("");
    setAttempted(false);
  };
  return (
    <Form onSubmit={submit}>
      <Field
        label={en.unlock.passphrase}
        error={attempted && passphrase === "" ? en.unlock.missing : undefined}
      >
        {(control) => (
          <SecretInput
            {...control}
            autoComplete="current-password"
            autoFocus
            value={passphrase}
            onChange={setPassphrase}
            shown={shown}
            onShow={setShown}
          />
        )}
      </Field>
      <div className="form-actions">
        <Button kind="primary" type="submit" icon="lock-open" busy={isBusy}>
          {en.unlock.unlock}
        </Button>
      </div>
    </Form>
  );
}

import { type ReactElement, useState } from "react";
import { Button } from "../parts/Button.tsx";
import { Field } from "../parts/Field.tsx";
import { Form } from "../parts/Form.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { SecretInput } from "../parts/SecretInput.tsx";
import { en } from "../texts/en.ts";
import type { KeptIdentity } from "../worker/contract.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useWorker } from "../worker-client/worker-context.tsx";
import { isLockReady, LockFields, makeLock, noLockYet } from "./LockFields.tsx";
import { NameField } from "./NameField.tsx";

/** An identity file has some hundred bytes. */
const LARGEST_FILE_BYTES = 64 * 1024;

export function ImportIdentity({
  onMade,
}: {
  readonly onMade: (identity: KeptIdentity) => void;
}): ReactElement {
  const worker = useWorker();
  const [name, setName] = useState("");
  const [file, setFile] = useState<File | undefined>(undefined);
  const [filePassphrase, setFilePassphrase] = useState("");
  const [shown, setShown] = useState(false);
  const [plan, setPlan] = useState(noLockYet);
  const [attempted, setAttempted] = useState(false);

  const fileFault =
    file === undefined
      ? en.welcome.fileMissing
      : file.size > LARGEST_FILE_BYTES
        ? en.welcome.fileTooLarge
        : undefined;

  const take = useAction(async (chosen: File) => {
    const text = await chosen.text();
    const lock = await makeLock(plan, name.trim());
    onMade(
      await worker.importIdentity({
        name: name.trim(),
        file: text,
        ...(filePassphrase !== "" && { passphrase: filePassphrase }),
        lock,
      }),
    );
  });
  const submit = (): void => {
    setAttempted(true);
    if (file !== undefined && fileFault === undefined && name.trim() !== "" && isLockReady(plan)) {
      void take.run(file);
    }
  };

  return (
    <Form onSubmit={submit}>
      <Field label={en.welcome.file} hint={en.welcome.fileHint} error={attempted ? fileFault : undefined}>
        {(control) => (
          <input {...control} type="file" onChange={(event) => setFile(event.target.files?.[0])} />
        )}
      </Field>
      <Field label={en.welcome.filePassphrase} hint={en.welcome.filePassphraseHint}>
        {(control) => (
          <SecretInput
            {...control}
            value={filePassphrase}
            onChange={setFilePassphrase}
            shown={shown}
            onShow={setShown}
          />
        )}
      </Field>
      <NameField name={name} onChange={setName} attempted={attempted} />
      <LockFields plan={plan} onChange={setPlan} attempted={attempted} />
      <ProblemNotice problem={take.problem} />
      <div className="form-actions">
        <Button kind="primary" type="submit" icon="key" busy={take.isBusy}>
          {en.welcome.import}
        </Button>
      </div>
    </Form>
  );
}

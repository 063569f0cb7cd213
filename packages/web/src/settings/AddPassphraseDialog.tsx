import { type ReactElement, useState } from "react";
import { isFaultless, passphraseFaults } from "../identity/passphrase.ts";
import { PassphraseFields } from "../identity/PassphraseFields.tsx";
import { Button } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Form } from "../parts/Form.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { en } from "../texts/en.ts";
import type { KeptIdentity } from "../worker/contract.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useWorker } from "../worker-client/worker-context.tsx";

interface AddPassphraseDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onAdded: (identity: KeptIdentity) => void;
}

export function AddPassphraseDialog({ open, onClose, onAdded }: AddPassphraseDialogProps): ReactElement {
  return (
    <Dialog open={open} onClose={onClose} title={en.settings.addPassphrase}>
      <PassphraseForm onClose={onClose} onAdded={onAdded} />
    </Dialog>
  );
}

/** Lives as long as the dialog is open: the passphrase is gone with it. */
function PassphraseForm({ onClose, onAdded }: Omit<AddPassphraseDialogProps, "open">): ReactElement {
  const worker = useWorker();
  const [pair, setPair] = useState({ first: "", second: "" });
  const [attempted, setAttempted] = useState(false);
  const faults = passphraseFaults(pair.first, pair.second);
  const add = useAction(async () =>
    onAdded(await worker.addLock({ kind: "passphrase", passphrase: pair.first })),
  );
  const submit = (): void => {
    setAttempted(true);
    if (isFaultless(faults)) void add.run();
  };
  return (
    <Form onSubmit={submit}>
      <PassphraseFields value={pair} onChange={setPair} faults={attempted ? faults : undefined} />
      <ProblemNotice problem={add.problem} />
      <div className="form-actions">
        <Button kind="primary" type="submit" icon="key" busy={add.isBusy}>
          {en.settings.addPassphrase}
        </Button>
        <Button onClick={onClose}>{en.parts.cancel}</Button>
      </div>
    </Form>
  );
}

import { type ReactElement, useState } from "react";
import { Button } from "../parts/Button.tsx";
import { Form } from "../parts/Form.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { en } from "../texts/en.ts";
import type { KeptIdentity } from "../worker/contract.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useWorker } from "../worker-client/worker-context.tsx";
import { isLockReady, LockFields, makeLock, noLockYet } from "./LockFields.tsx";
import { NameField } from "./NameField.tsx";

export function MakeIdentity({
  onMade,
}: {
  readonly onMade: (identity: KeptIdentity) => void;
}): ReactElement {
  const worker = useWorker();
  const [name, setName] = useState("");
  const [plan, setPlan] = useState(noLockYet);
  const [attempted, setAttempted] = useState(false);

  const make = useAction(async () => {
    const lock = await makeLock(plan, name.trim());
    onMade(await worker.makeIdentity({ name: name.trim(), lock }));
  });
  const submit = (): void => {
    setAttempted(true);
    if (name.trim() !== "" && isLockReady(plan)) void make.run();
  };

  return (
    <Form onSubmit={submit}>
      <NameField name={name} onChange={setName} attempted={attempted} />
      <LockFields plan={plan} onChange={setPlan} attempted={attempted} />
      <ProblemNotice problem={make.problem} />
      <div className="form-actions">
        <Button kind="primary" type="submit" icon="key" busy={make.isBusy}>
          {plan.kind === "passkey" ? en.welcome.makeWithPasskey : en.welcome.make}
        </Button>
      </div>
    </Form>
  );
}

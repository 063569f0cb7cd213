import { type ReactElement, useState } from "react";
import { useIdentity } from "../identity/identity-context.ts";
import { makePasskey, whyNoPasskeys } from "../identity/passkey.ts";
import { RemovalDialog } from "../identity/RemovalDialog.tsx";
import { Badge } from "../parts/Badge.tsx";
import { Button } from "../parts/Button.tsx";
import { Card } from "../parts/Card.tsx";
import { CopyText } from "../parts/CopyText.tsx";
import { Notice } from "../parts/Notice.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { en } from "../texts/en.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useWorker } from "../worker-client/worker-context.tsx";
import { AddPassphraseDialog } from "./AddPassphraseDialog.tsx";
import { saveFile } from "./save-file.ts";

/** The identity that is unlocked: its public half, its locks, its file. */
export function IdentitySettings(): ReactElement {
  const worker = useWorker();
  const { identity, changed, removed } = useIdentity();
  const [removing, setRemoving] = useState(false);
  const [adding, setAdding] = useState(false);
  const [said, setSaid] = useState("");
  const unusable = whyNoPasskeys();

  const exportFile = useAction(async () => saveFile(en.settings.exportName, await worker.exportIdentity()));
  const addPasskey = useAction(async () => {
    changed(await worker.addLock(await makePasskey(identity.name)));
    setSaid(en.settings.addedPasskey);
  });

  return (
    <Card title={en.settings.identity}>
      <dl className="described">
        <div>
          <dt>{en.settings.name}</dt>
          <dd>{identity.name}</dd>
        </div>
        <div>
          <dt>{en.settings.fingerprint}</dt>
          <dd>
            <span className="mono">{identity.fingerprint}</span>
            <p className="small soft">{en.settings.fingerprintHint}</p>
          </dd>
        </div>
        <div>
          <dt>{en.settings.recipient}</dt>
          <dd>
            <p className="small soft">{en.settings.recipientHint}</p>
            <CopyText text={identity.recipient} what={en.settings.recipient} />
          </dd>
        </div>
        <div>
          <dt>{en.settings.locks}</dt>
          <dd className="row">
            {identity.hasPassphrase && <Badge icon="key">{en.settings.hasPassphrase}</Badge>}
            <Badge icon="person">
              {identity.passkeys.length > 0
                ? en.settings.passkeys(identity.passkeys.length)
                : en.settings.noPasskey}
            </Badge>
          </dd>
        </div>
      </dl>
      <div aria-live="polite">{said !== "" && <Notice tone="good">{said}</Notice>}</div>
      <ProblemNotice problem={exportFile.problem ?? addPasskey.problem} />
      <div className="stack stack-close">
        <div className="form-actions">
          <Button
            icon="download"
            busy={exportFile.isBusy}
            disabled={!identity.hasPassphrase}
            onClick={() => void exportFile.run()}
          >
            {en.settings.export}
          </Button>
          {!identity.hasPassphrase && (
            <Button icon="key" onClick={() => setAdding(true)}>
              {en.settings.addPassphrase}
            </Button>
          )}
          {unusable === undefined && (
            <Button icon="person" busy={addPasskey.isBusy} onClick={() => void addPasskey.run()}>
              {en.settings.addPasskey}
            </Button>
          )}
        </div>
        <p className="small soft">
          {identity.hasPassphrase ? en.settings.exportHint : en.settings.exportNoPassphrase}
        </p>
        {unusable !== undefined && <p className="small soft">{en.welcome.noPasskeys[unusable]}</p>}
      </div>
      <hr />
      <div className="row spread">
        <p className="small soft">{en.settings.removeHint}</p>
        <Button kind="danger" size="small" onClick={() => setRemoving(true)}>
          {en.settings.remove}
        </Button>
      </div>
      <AddPassphraseDialog
        open={adding}
        onClose={() => setAdding(false)}
        onAdded={(now) => {
          setAdding(false);
          changed(now);
          setSaid(en.settings.addedPassphrase);
        }}
      />
      <RemovalDialog open={removing} onClose={() => setRemoving(false)} onRemoved={removed} />
    </Card>
  );
}

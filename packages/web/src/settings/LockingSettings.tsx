import { type ReactElement, useState } from "react";
import { Card } from "../parts/Card.tsx";
import { Field } from "../parts/Field.tsx";
import { isAutoLock, LONGEST_AUTO_LOCK, SHORTEST_AUTO_LOCK } from "../preferences/preferences.ts";
import { usePreferences } from "../preferences/preferences-context.tsx";
import { en } from "../texts/en.ts";

export function LockingSettings(): ReactElement {
  const { preferences, change } = usePreferences();
  const [typed, setTyped] = useState(String(preferences.autoLockMinutes));
  const type = (text: string): void => {
    setTyped(text);
    const minutes = Number(text);
    if (isAutoLock(minutes)) change({ autoLockMinutes: minutes });
  };
  return (
    <Card title={en.settings.locking}>
      <Field
        label={en.settings.autoLock}
        hint={en.settings.autoLockHint(SHORTEST_AUTO_LOCK, LONGEST_AUTO_LOCK)}
        error={
          isAutoLock(Number(typed))
            ? undefined
            : en.settings.autoLockWrong(SHORTEST_AUTO_LOCK, LONGEST_AUTO_LOCK)
        }
      >
        {(control) => (
          <input
            {...control}
            className="input input-short"
            type="number"
            min={SHORTEST_AUTO_LOCK}
            max={LONGEST_AUTO_LOCK}
            step={1}
            value={typed}
            onChange={(event) => type(event.target.value)}
          />
        )}
      </Field>
    </Card>
  );
}

import { type ReactElement, useId } from "react";
import type { RecordView } from "../../worker/contract.ts";
import { screens } from "../../texts/en-screens.ts";

interface VersionChoiceProps {
  readonly versions: RecordView["versions"];
  readonly chosen: string;
  readonly onChoose: (version: string) => void;
}

export function VersionChoice({ versions, chosen, onChoose }: VersionChoiceProps): ReactElement {
  const id = useId();
  return (
    <div className="row">
      <label htmlFor={id}>{screens.record.version}</label>
      <select
        id={id}
        className="input"
        value={chosen}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {versions.map((version, index) => (
          <option key={version.id} value={version.id} disabled={version.erased}>
            {screens.record.versionNumber(index + 1, index === versions.length - 1)}
          </option>
        ))}
      </select>
    </div>
  );
}

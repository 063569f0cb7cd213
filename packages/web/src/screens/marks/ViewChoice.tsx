import { type ReactElement, useId } from "react";
import { screens } from "../../texts/en-screens.ts";

export type View = "stranger" | "holder";

interface ViewChoiceProps {
  readonly view: View;
  readonly onView: (view: View) => void;
}

export function ViewChoice({ view, onView }: ViewChoiceProps): ReactElement {
  const name = useId();
  const choices: readonly (readonly [View, string])[] = [
    ["holder", screens.marks.holder],
    ["stranger", screens.marks.stranger],
  ];
  return (
    <fieldset>
      <legend className="hidden-visually">{screens.marks.viewLegend}</legend>
      <div className="segments">
        {choices.map(([value, label]) => (
          <label key={value} className="segment">
            <input type="radio" name={name} checked={view === value} onChange={() => onView(value)} />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

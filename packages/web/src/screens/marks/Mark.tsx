import { type ReactElement, useState } from "react";
import { screens } from "../../texts/en-screens.ts";
import { groupedMark, shortMark } from "./reading.ts";

/** Hexadecimal, shortened; all of it when it is pressed. */
export function Mark({ hex }: { readonly hex: string }): ReactElement {
  const [isWhole, setWhole] = useState(false);
  return (
    <button
      type="button"
      className="mark"
      aria-expanded={isWhole}
      title={isWhole ? screens.marks.shorten : screens.marks.showWhole}
      onClick={() => setWhole(!isWhole)}
    >
      {isWhole ? groupedMark(hex) : shortMark(hex)}
    </button>
  );
}

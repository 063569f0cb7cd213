import type { ReactElement } from "react";
import { Icon } from "../../parts/Icon.tsx";
import { screens } from "../../texts/en-screens.ts";

/** What the chart's word does to a record, before it does it. Its length is all that is known here. */
export function WordsRole({ length }: { readonly length: number }): ReactElement {
  return (
    <div className="words-role">
      <Icon name="key" size={22} />
      <div>
        <p>
          <strong>{screens.add.word.title(length)}</strong>
        </p>
        <p className="soft small">{screens.add.word.text}</p>
      </div>
      <span className="words-role-cells" aria-hidden="true">
        {Array.from({ length }, (_, index) => (
          <span key={index}>{index + 1}</span>
        ))}
      </span>
    </div>
  );
}

import { type ReactElement, useEffect, useState } from "react";
import { viewersEn } from "../../texts/en-viewers.ts";
import type { ElementRow } from "./reading.ts";

const texts = viewersEn.dicom;

interface Entry {
  readonly name: string;
  readonly vr: string;
}
type Dictionary = (tag: string) => Entry | undefined;

/** The header of a file, row by row, sequences indented. */
export function ElementTable({
  rows,
  count,
}: {
  readonly rows: readonly ElementRow[];
  readonly count: number;
}): ReactElement {
  const lookUp = useDictionary();
  return (
    <div className="elements-frame" tabIndex={0} role="region" aria-label={texts.elements}>
      <table className="elements">
        <caption>{texts.elementsNote(rows.length, count)}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.tag}</th>
            <th scope="col">{texts.name}</th>
            <th scope="col">{texts.representation}</th>
            <th scope="col">{texts.value}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const entry = lookUp?.(row.tag);
            return (
              // Rows never move, and a tag may come often.
              <tr key={index} data-depth={Math.min(row.depth, 4)}>
                <td className="mono">{`(${row.tag.slice(0, 4)},${row.tag.slice(4)})`.toUpperCase()}</td>
                <th scope="row">{entry === undefined ? lookUp && texts.unnamed : spaced(entry.name)}</th>
                <td className="mono">{row.representation === "" ? entry?.vr : row.representation}</td>
                <td className="elements-value">{row.value}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Names of elements are a large table, fetched when somebody looks at one. */
function useDictionary(): Dictionary | undefined {
  const [dictionary, setDictionary] = useState<Dictionary | undefined>(undefined);
  useEffect(() => {
    let isGone = false;
    const load = async (): Promise<void> => {
      const { utilities } = await import("@cornerstonejs/metadata");
      const lookUp = (tag: string): Entry | undefined => utilities.Tags.dictionaryLookup(dictionaryKey(tag));
      if (!isGone) setDictionary(() => lookUp);
    };
    // Without it the table has no names, and is still a table.
    load().catch(() => undefined);
    return () => {
      isGone = true;
    };
  }, []);
  return dictionary;
}

function dictionaryKey(tag: string): string {
  return `(${tag.slice(0, 4)},${tag.slice(4)})`.toUpperCase();
}

/** PatientBirthDate as Patient Birth Date. */
function spaced(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, "$1$3 $2$4");
}

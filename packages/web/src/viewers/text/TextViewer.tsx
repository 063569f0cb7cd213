import { type ReactElement, useMemo, useState } from "react";
import { Button } from "../../parts/Button.tsx";
import { formatSize } from "../../parts/quantity.ts";
import { ProblemNotice } from "../../parts/ProblemNotice.tsx";
import { Spinner } from "../../parts/Spinner.tsx";
import { viewersEn } from "../../texts/en-viewers.ts";
import { useLoaded } from "../../worker-client/use-loaded.ts";
import { nameOf, type ViewedFile } from "../viewed.ts";
import { decodeText, lineNumbers } from "./decode-text.ts";

const texts = viewersEn.text;

const PART_BYTES = 1 << 20;

/** Text of any kind as plain text, so pages and drawings too: nothing in it is run. */
export default function TextViewer({ file, read }: ViewedFile): ReactElement {
  const [parts, setParts] = useState(1);
  const end = Math.min(file.sizeBytes, parts * PART_BYTES);
  const { data, problem, isLoading } = useLoaded(
    async () => decodeText(await read(file.path, { first: 0, end }), end === file.sizeBytes),
    [file.path, read, end],
  );
  const numbers = useMemo(() => (data === undefined ? "" : lineNumbers(data.text)), [data]);
  const isPart = end < file.sizeBytes;

  if (problem !== undefined) return <ProblemNotice problem={problem} />;
  if (data === undefined) return <Spinner label={viewersEn.loading} page />;
  return (
    <div className="viewer-parts" data-state="shown">
      <div className="text-frame" tabIndex={0} role="region" aria-label={texts.area(nameOf(file.path))}>
        <pre className="text-numbers" aria-hidden="true">
          {numbers}
        </pre>
        <pre className="text-lines">{data.text}</pre>
      </div>
      <div className="row small soft">
        <span>{texts.asText}</span>
        {data.isReplaced && <span>{texts.replaced}</span>}
        {isPart && (
          <>
            <span>{texts.shown(formatSize(end), formatSize(file.sizeBytes))}</span>
            <Button size="small" busy={isLoading} onClick={() => setParts(parts + 1)}>
              {texts.more}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}

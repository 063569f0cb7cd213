import { lazy, type ReactElement, Suspense, useCallback, useId, useMemo, useState } from "react";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { Spinner } from "../parts/Spinner.tsx";
import { viewersEn } from "../texts/en-viewers.ts";
import { useLoaded } from "../worker-client/use-loaded.ts";
import { largestSeries, type Order } from "./dicom/order.ts";
import type { Facts } from "./dicom/reading.ts";
import { FileView } from "./FileView.tsx";
import { Guarded } from "./Guarded.tsx";
import { chooseViewer, HEAD_BYTES } from "./sniff.ts";
import type { Access, OpenedFile } from "./viewed.ts";

const DicomStudy = lazy(async () => import("./dicom/DicomStudy.tsx"));

interface FolderViewProps extends Access {
  readonly name: string;
  readonly files: readonly OpenedFile[];
}

/** How many files are looked at to find one that is DICOM. */
const TRIES = 4;

/** Many files: those with pictures as stacks, any other one by one. */
export function FolderView({ name, files, read, mediaUrl }: FolderViewProps): ReactElement {
  const [order, setOrder] = useState<Order | undefined>(undefined);
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const id = useId();
  const { data: first, problem } = useLoaded(async () => firstDicom(files, read), [files, read]);
  const learn = useCallback((found: Order) => setOrder(found), []);

  const series = order?.series ?? [];
  const others = useMemo(
    () => (first?.file === undefined ? files : (order?.others ?? [])),
    [first, files, order],
  );
  const choice = chosen ?? usualChoice(order, others);
  const file = others.find(({ path }) => `file ${path}` === choice);
  const isChoice = series.length + others.length > 1;

  if (problem !== undefined) return <ProblemNotice problem={problem} />;
  if (first === undefined) return <Spinner label={viewersEn.loading} page />;
  return (
    <div className="viewer-parts">
      {isChoice && (
        <div className="row">
          <label htmlFor={id}>{viewersEn.shown}</label>
          <select
            id={id}
            className="input"
            value={choice ?? ""}
            onChange={(event) => setChosen(event.target.value)}
          >
            {series.length > 0 && (
              <optgroup label={viewersEn.seriesGroup}>
                {series.map((each) => (
                  <option key={each.id} value={`series ${each.id}`}>
                    {viewersEn.series(seriesName(each.facts), each.frames.length)}
                  </option>
                ))}
              </optgroup>
            )}
            {others.length > 0 && (
              <optgroup label={viewersEn.filesGroup}>
                {others.map(({ path }) => (
                  <option key={path} value={`file ${path}`}>
                    {path}
                  </option>
                ))}
              </optgroup>
            )}
          </select>
        </div>
      )}
      {file && <FileView key={file.path} file={file} read={read} mediaUrl={mediaUrl} />}
      {file === undefined && first.file && (
        <Guarded>
          <Suspense fallback={<Spinner label={viewersEn.loading} page />}>
            <section className="viewer" data-viewer="study">
              <DicomStudy
                name={name}
                files={files}
                first={first.file}
                series={choice?.replace(/^series /, "")}
                onOrder={learn}
                read={read}
                mediaUrl={mediaUrl}
              />
            </section>
          </Suspense>
        </Guarded>
      )}
    </div>
  );
}

/** The middle of a study says most; names only say where to look first, the bytes decide. */
async function firstDicom(
  files: readonly OpenedFile[],
  read: Access["read"],
): Promise<{ readonly file: OpenedFile | undefined }> {
  const likely = files.filter(
    ({ path, sizeBytes }) => sizeBytes > 132 && !/dicomdir|\.(?:txt|pdf|xml|json|html?)$/i.test(path),
  );
  const middle = Math.floor(likely.length / 2);
  const tried = [...likely.slice(middle), ...likely.slice(0, middle)].slice(0, TRIES);
  for (const file of tried) {
    const head = await read(file.path, { first: 0, end: Math.min(HEAD_BYTES, file.sizeBytes) });
    if (chooseViewer(head).viewer === "dicom") return { file };
  }
  return { file: undefined };
}

/** Without DICOM the first file, without a choice the largest series. */
function usualChoice(order: Order | undefined, others: readonly OpenedFile[]): string | undefined {
  const series = largestSeries(order);
  if (series !== undefined) return `series ${series.id}`;
  return others[0] && `file ${others[0].path}`;
}

function seriesName({ modality, series, study }: Facts): string {
  return [modality, series ?? study ?? viewersEn.unnamedSeries]
    .filter((part) => part !== undefined)
    .join(" · ");
}

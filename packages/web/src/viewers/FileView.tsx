import { lazy, type ReactElement, Suspense } from "react";
import { EmptyState } from "../parts/EmptyState.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { Spinner } from "../parts/Spinner.tsx";
import { viewersEn } from "../texts/en-viewers.ts";
import { useLoaded } from "../worker-client/use-loaded.ts";
import { DownloadButton } from "./DownloadButton.tsx";
import { Guarded } from "./Guarded.tsx";
import { type ViewerCode, ViewerError } from "./problem.ts";
import { type Choice, chooseViewer, HEAD_BYTES } from "./sniff.ts";
import type { ViewedFile } from "./viewed.ts";
import { ViewerProblem } from "./ViewerProblem.tsx";

const DicomFile = lazy(async () => import("./dicom/DicomFile.tsx"));
const ImageViewer = lazy(async () => import("./image/ImageViewer.tsx"));
const PdfViewer = lazy(async () => import("./pdf/PdfViewer.tsx"));
const TextViewer = lazy(async () => import("./text/TextViewer.tsx"));
const FilmViewer = lazy(async () => import("./film/FilmViewer.tsx"));

/** One file by whatever viewer its bytes call for, with a way to save it in any case. */
export function FileView(props: ViewedFile): ReactElement {
  const { file, read } = props;
  const { data: choice, problem } = useLoaded(
    async () =>
      file.sizeBytes === 0
        ? "empty"
        : chooseViewer(await read(file.path, { first: 0, end: Math.min(HEAD_BYTES, file.sizeBytes) })),
    [file.path, file.sizeBytes, read],
  );
  return (
    <section className="viewer" data-viewer={typeof choice === "object" ? choice.viewer : choice}>
      {problem && <ProblemNotice problem={problem} />}
      {choice === undefined && problem === undefined && <Spinner label={viewersEn.loading} page />}
      {choice === "empty" && <EmptyState icon="file" {...viewersEn.empty} />}
      {typeof choice === "object" && (
        <Guarded key={file.path}>
          <Suspense fallback={<Spinner label={viewersEn.loading} page />}>
            <Chosen choice={choice} {...props} />
          </Suspense>
        </Guarded>
      )}
      <div className="row">
        <DownloadButton {...props} />
      </div>
    </section>
  );
}

function Chosen({ choice, ...props }: ViewedFile & { readonly choice: Choice }): ReactElement {
  switch (choice.viewer) {
    case "dicom":
      return <DicomFile {...props} />;
    case "image":
      return <ImageViewer {...props} type={choice.type} />;
    case "pdf":
      return <PdfViewer {...props} />;
    case "film":
      return <FilmViewer {...props} type={choice.type} />;
    case "text":
      return <TextViewer {...props} />;
    case "damaged-png":
      return <ViewerProblem error={new ViewerError("damaged-signature")} />;
    case "none":
      return <Unknown name={props.file.path} />;
  }
}

/** Names choose no viewer; but where one promises what the bytes do not keep, that is worth saying. */
const promises: readonly (readonly [RegExp, ViewerCode])[] = [
  [/\.(?:dcm|dicom|ima)$/i, "not-dicom"],
  [/\.(?:png|jpe?g|gif|webp|bmp)$/i, "damaged-image"],
  [/\.pdf$/i, "damaged-pdf"],
];

function Unknown({ name }: { readonly name: string }): ReactElement {
  const broken = promises.find(([ending]) => ending.test(name));
  if (broken === undefined) return <EmptyState icon="file" {...viewersEn.nothingToShow} />;
  return <ViewerProblem error={new ViewerError(broken[1])} />;
}

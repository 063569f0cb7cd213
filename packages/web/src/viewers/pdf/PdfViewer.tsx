import { type ReactElement, useEffect, useId, useRef, useState } from "react";
import { Button } from "../../parts/Button.tsx";
import { Spinner } from "../../parts/Spinner.tsx";
import { viewersEn } from "../../texts/en-viewers.ts";
import { ViewerError, viewerError } from "../problem.ts";
import { withinLimit } from "../time-limit.ts";
import { nameOf, type ViewedFile } from "../viewed.ts";
import { ViewerProblem } from "../ViewerProblem.tsx";
import { loadPdf, type PDFDocumentProxy, type PdfLoading } from "./pdfjs.ts";
import { PdfPage } from "./PdfPage.tsx";

const texts = viewersEn.pdf;

const ZOOM = { least: 0.5, most: 4, step: 1.25 };

/** One page at a time, drawn on a canvas, with its text for those who listen. */
export default function PdfViewer({ file, read }: ViewedFile): ReactElement {
  const [pdf, setPdf] = useState<PDFDocumentProxy | undefined>(undefined);
  const [problem, setProblem] = useState<ViewerError | undefined>(undefined);
  const [number, setNumber] = useState(1);
  const [zoom, setZoom] = useState(1);
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    let isGone = false;
    let loading: PdfLoading | undefined;
    const load = async (): Promise<void> => {
      const bytes = await read(file.path);
      if (isGone) return;
      loading = loadPdf(bytes);
      const document = await withinLimit(loading.document, loading.end);
      if (!isGone) setPdf(document);
    };
    load().catch((error: unknown) => {
      if (!isGone) setProblem(explain(error));
    });
    return () => {
      isGone = true;
      loading?.end();
      setPdf(undefined);
    };
  }, [file.path, read]);

  if (problem !== undefined) return <ViewerProblem error={problem} />;
  if (pdf === undefined) return <Spinner label={viewersEn.loading} page />;
  const go = (to: number): void => {
    setNumber(Math.min(pdf.numPages, Math.max(1, to)));
    frame.current?.scrollTo(0, 0);
  };
  return (
    <div className="viewer-parts">
      <div className="row">
        <Button size="small" disabled={number === 1} onClick={() => go(number - 1)}>
          {texts.previous}
        </Button>
        <label htmlFor={`${id}-page`} className="hidden-visually">
          {texts.pageLabel}
        </label>
        <input
          id={`${id}-page`}
          className="input input-small input-number"
          type="number"
          min={1}
          max={pdf.numPages}
          value={number}
          onChange={(event) => {
            if (Number.isInteger(event.target.valueAsNumber)) go(event.target.valueAsNumber);
          }}
        />
        <span className="number" aria-live="polite">
          {texts.page(number, pdf.numPages)}
        </span>
        <Button size="small" disabled={number === pdf.numPages} onClick={() => go(number + 1)}>
          {texts.next}
        </Button>
        <Button
          size="small"
          aria-label={viewersEn.zoomOut}
          disabled={zoom <= ZOOM.least}
          onClick={() => setZoom(Math.max(ZOOM.least, zoom / ZOOM.step))}
        >
          −
        </Button>
        <Button
          size="small"
          aria-label={viewersEn.zoomIn}
          disabled={zoom >= ZOOM.most}
          onClick={() => setZoom(Math.min(ZOOM.most, zoom * ZOOM.step))}
        >
          +
        </Button>
      </div>
      <div
        ref={frame}
        className="pdf-frame"
        tabIndex={0}
        role="region"
        aria-label={`${nameOf(file.path)}: ${texts.figure(number)}`}
      >
        <PdfPage key={number} pdf={pdf} number={number} zoom={zoom} />
      </div>
    </div>
  );
}

function explain(error: unknown): ViewerError {
  const isLocked = error instanceof Error && error.name === "PasswordException";
  return isLocked ? new ViewerError("locked-pdf") : viewerError(error, "damaged-pdf");
}

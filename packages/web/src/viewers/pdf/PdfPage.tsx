import { type ReactElement, useEffect, useRef, useState } from "react";
import { useSettled } from "../../parts/use-settled.ts";
import { viewersEn } from "../../texts/en-viewers.ts";
import { type ViewerError, viewerError } from "../problem.ts";
import { withinLimit } from "../time-limit.ts";
import { ViewerProblem } from "../ViewerProblem.tsx";
import type { PDFDocumentProxy, RenderTask } from "./pdfjs.ts";

const MOST_CANVAS_PIXELS = 16_000_000;
/** A window that is being pulled larger is not drawn for at every step. */
const REST_MS = 150;

interface PdfPageProps {
  readonly pdf: PDFDocumentProxy;
  readonly number: number;
  /** 1: as wide as there is room. */
  readonly zoom: number;
}

export function PdfPage({ pdf, number, zoom }: PdfPageProps): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<ViewerError | undefined>(undefined);
  const [isDrawn, setDrawn] = useState(false);
  const [frameWidth, setFrameWidth] = useState<number | undefined>(undefined);
  const room = useSettled(frameWidth, REST_MS) ?? frameWidth;

  useEffect(() => {
    const frame = canvas.current?.parentElement ?? undefined;
    if (frame === undefined) return;
    const resizing = new ResizeObserver(() => {
      // None while another tab of the record is shown.
      if (frame.clientWidth > 0) setFrameWidth(frame.clientWidth);
    });
    resizing.observe(frame);
    return () => resizing.disconnect();
  }, []);

  useEffect(() => {
    const target = canvas.current;
    if (target === null || room === undefined) return;
    let task: RenderTask | undefined;
    let isGone = false;
    const draw = async (): Promise<void> => {
      const page = await pdf.getPage(number);
      if (isGone) return;
      const natural = page.getViewport({ scale: 1 });
      const width = Math.min(Math.max(200, room - 2), 900) * zoom;
      const density = Math.min(
        devicePixelRatio,
        Math.sqrt(MOST_CANVAS_PIXELS / (width * width * (natural.height / natural.width))),
      );
      const viewport = page.getViewport({ scale: (width / natural.width) * density });
      target.width = Math.floor(viewport.width);
      target.height = Math.floor(viewport.height);
      target.style.width = `${width}px`;
      task = page.render({ canvas: target, viewport, background: "#fff" });
      await withinLimit(task.promise, () => task?.cancel());
      if (isGone) return;
      setDrawn(true);
      setText(await textOf(page));
    };
    draw().catch((error: unknown) => {
      if (!isGone) setProblem(viewerError(error, "damaged-pdf"));
    });
    return () => {
      isGone = true;
      task?.cancel();
    };
  }, [pdf, number, zoom, room]);

  return (
    <>
      {problem && <ViewerProblem error={problem} />}
      <canvas
        ref={canvas}
        className="pdf-page"
        role="img"
        aria-label={viewersEn.pdf.figure(number)}
        data-state={isDrawn ? "shown" : "waiting"}
      />
      <p className="hidden-visually">{text}</p>
    </>
  );
}

async function textOf(page: Awaited<ReturnType<PDFDocumentProxy["getPage"]>>): Promise<string> {
  const { items } = await page.getTextContent();
  return items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
}

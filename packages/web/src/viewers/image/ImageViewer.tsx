import { type ReactElement, useEffect, useRef, useState } from "react";
import { Button } from "../../parts/Button.tsx";
import { Spinner } from "../../parts/Spinner.tsx";
import { viewersEn } from "../../texts/en-viewers.ts";
import { ViewerError, viewerError } from "../problem.ts";
import { withinLimit } from "../time-limit.ts";
import { nameOf, type ViewedFile } from "../viewed.ts";
import { ViewerProblem } from "../ViewerProblem.tsx";
import { announcedSize } from "./dimensions.ts";

const texts = viewersEn.image;

const MOST_PIXELS = 120_000_000;
const ZOOM = { least: 0.05, most: 16, step: 1.5 };

/** A picture, decoded by the browser and drawn pixel by pixel. */
export default function ImageViewer({
  file,
  read,
  type,
}: ViewedFile & { readonly type: string }): ReactElement {
  const [image, setImage] = useState<ImageBitmap | undefined>(undefined);
  const [problem, setProblem] = useState<ViewerError | undefined>(undefined);
  const [zoom, setZoom] = useState<number | undefined>(undefined);
  const canvas = useRef<HTMLCanvasElement>(null);
  const name = nameOf(file.path);

  useEffect(() => {
    let isGone = false;
    let made: ImageBitmap | undefined;
    const load = async (): Promise<void> => {
      made = await decode(await read(file.path), type);
      if (isGone) made.close();
      else setImage(made);
    };
    load().catch((error: unknown) => {
      if (!isGone) setProblem(viewerError(error, "damaged-image"));
    });
    return () => {
      isGone = true;
      made?.close();
      setImage(undefined);
    };
  }, [file.path, read, type]);

  useEffect(() => {
    if (canvas.current === null || image === undefined) return;
    canvas.current.width = image.width;
    canvas.current.height = image.height;
    canvas.current.getContext("2d")?.drawImage(image, 0, 0);
  }, [image]);

  useEffect(() => {
    if (canvas.current === null || image === undefined) return;
    canvas.current.style.width = zoom === undefined ? "" : `${image.width * zoom}px`;
  }, [image, zoom]);

  if (problem !== undefined) return <ViewerProblem error={problem} />;
  if (image === undefined) return <Spinner label={viewersEn.loading} page />;
  const zoomBy = (factor: number): void => {
    const now = zoom ?? (canvas.current?.getBoundingClientRect().width ?? image.width) / image.width;
    setZoom(Math.min(ZOOM.most, Math.max(ZOOM.least, now * factor)));
  };
  return (
    <figure className="viewer-parts" data-state="shown">
      <div className="row">
        <Button
          size="small"
          aria-label={viewersEn.zoomOut}
          title={viewersEn.zoomOut}
          onClick={() => zoomBy(1 / ZOOM.step)}
        >
          −
        </Button>
        <Button
          size="small"
          aria-label={viewersEn.zoomIn}
          title={viewersEn.zoomIn}
          onClick={() => zoomBy(ZOOM.step)}
        >
          +
        </Button>
        <Button size="small" aria-pressed={zoom === undefined} onClick={() => setZoom(undefined)}>
          {viewersEn.fit}
        </Button>
        <Button size="small" aria-pressed={zoom === 1} onClick={() => setZoom(1)}>
          {viewersEn.actualSize}
        </Button>
        <span className="small soft number">{texts.size(image.width, image.height)}</span>
      </div>
      <div className="image-frame" tabIndex={0} role="region" aria-label={texts.figure(name)}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={texts.figure(name)}
          className={zoom === undefined ? "image-fit" : undefined}
          data-small={image.width < 200 || undefined}
        />
      </div>
    </figure>
  );
}

async function decode(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<ImageBitmap> {
  const announced = announcedSize(type, bytes);
  if (announced !== undefined && announced.width * announced.height > MOST_PIXELS) {
    throw new ViewerError("too-large", texts.size(announced.width, announced.height));
  }
  const work = createImageBitmap(new Blob([bytes], { type })).catch((error: unknown) => {
    throw new ViewerError(
      "damaged-image",
      announced === undefined ? "" : texts.size(announced.width, announced.height),
      {
        cause: error,
      },
    );
  });
  return withinLimit(work, () => {});
}

import { type ReactElement, useEffect, useRef } from "react";

interface PixelsProps {
  readonly image: ImageData;
  /** What there is to see, in words. */
  readonly label: string;
  /** Cells keep their edges when they are larger than a pixel. */
  readonly isPixelated?: boolean;
  /** Width by height of the rectangle to fill. */
  readonly ratio: number;
}

export function Pixels({ image, label, isPixelated = false, ratio }: PixelsProps): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current?.getContext("2d")?.putImageData(image, 0, 0);
  }, [image]);
  return (
    <canvas
      ref={canvas}
      className={isPixelated ? "pixels pixels-cells" : "pixels"}
      width={image.width}
      height={image.height}
      role="img"
      aria-label={label}
      style={{ aspectRatio: ratio }}
    />
  );
}

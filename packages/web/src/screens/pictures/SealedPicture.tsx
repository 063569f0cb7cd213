import { type ReactElement, useMemo } from "react";
import { screens } from "../../texts/en-screens.ts";
import { Pixels } from "./Pixels.tsx";
import { layOutCells, paintCells, type PictureSize } from "./sealed-cells.ts";

interface SealedPictureProps {
  /** The first of the sealed bytes. */
  readonly sealed: Uint8Array;
  /** The rectangle to fill: that of the picture before. */
  readonly size: PictureSize;
  /** Bytes of all fragments together, if known. */
  readonly fragmentBytes: number | undefined;
  /** Why there is nothing to draw. */
  readonly empty?: string;
}

/** The record after layer 1: its own sealed bytes, each drawn as a grey or a part of a colour. */
export function SealedPicture({ sealed, size, fragmentBytes, empty }: SealedPictureProps): ReactElement {
  const { width, height, isColour } = size;
  const cells = useMemo(
    () => layOutCells({ width, height, isColour }, sealed.length),
    [width, height, isColour, sealed.length],
  );
  const image = useMemo(
    () => cells && new ImageData(paintCells(cells, sealed), cells.columns, cells.rows),
    [cells, sealed],
  );
  return (
    <figure className="plate">
      <div className="plate-frame">
        {image === undefined ? (
          <div className="plate-empty" style={{ aspectRatio: width / height }}>
            {empty}
          </div>
        ) : (
          <Pixels image={image} label={screens.picture.after} isPixelated ratio={width / height} />
        )}
      </div>
      <figcaption>
        <strong>{screens.picture.afterTitle}</strong>
        {cells && <span>{screens.picture.drawn(cells.drawnBytes, cells.bytesEach, fragmentBytes)}</span>}
      </figcaption>
    </figure>
  );
}

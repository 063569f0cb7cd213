import type { ReactElement } from "react";
import { screens } from "../../texts/en-screens.ts";
import type { FirstPage } from "./first-page.ts";
import type { Picture } from "./picture-of.ts";
import { Pixels } from "./Pixels.tsx";

/** The record as it was before layer 1: its picture, or the first page of its bytes. */
export function BeforePicture({
  picture,
  files,
}: {
  readonly picture: Picture;
  readonly files: number;
}): ReactElement {
  const { from, index, width, height } = picture;
  return (
    <figure className="plate">
      <div className="plate-frame">
        {picture.shape === "image" ? (
          <Pixels image={picture.image} label={screens.picture.before(from.path)} ratio={width / height} />
        ) : (
          <Page page={picture.page} label={screens.picture.page(from.path)} />
        )}
      </div>
      <figcaption>
        <strong>{screens.picture.beforeTitle}</strong>
        <span>{files > 1 ? screens.picture.oneOf(from.path, index + 1, files) : from.path}</span>
      </figcaption>
    </figure>
  );
}

function Page({ page, label }: { readonly page: FirstPage; readonly label: string }): ReactElement {
  return (
    <div className="page" role="img" aria-label={label}>
      {page.shape === "text"
        ? page.lines.map((line, row) => <div key={row}>{line === "" ? " " : line}</div>)
        : page.rows.map(({ hex, text }, row) => (
            <div key={row} className="page-row">
              <span>{hex}</span>
              <span>{text}</span>
            </div>
          ))}
    </div>
  );
}

import { type ReactElement, useEffect, useMemo, useState } from "react";
import { registerMedia } from "../../media/index.ts";
import { Spinner } from "../../parts/Spinner.tsx";
import { viewersEn } from "../../texts/en-viewers.ts";
import { useLoaded } from "../../worker-client/use-loaded.ts";
import { ViewerError } from "../problem.ts";
import { nameOf, type ViewedFile } from "../viewed.ts";
import { ViewerProblem } from "../ViewerProblem.tsx";

const texts = viewersEn.film;

/** A film or a recording, played while it comes: only what is played, or jumped to, is read. */
export default function FilmViewer({
  file,
  mediaUrl,
  type,
}: ViewedFile & { readonly type: string }): ReactElement {
  const [hasFailed, setFailed] = useState(false);
  const url = useMemo(() => mediaUrl(file.path, type), [file.path, mediaUrl, type]);
  useEffect(() => setFailed(false), [url]);
  const { data: isServed } = useLoaded(registerMedia, []);

  if (isServed === undefined) return <Spinner label={viewersEn.loading} page />;
  if (!isServed) return <ViewerProblem error={new ViewerError("no-player")} />;
  if (hasFailed) return <ViewerProblem error={new ViewerError("not-played", type)} />;
  const name = nameOf(file.path);
  const common = { src: url, controls: true, preload: "metadata", onError: () => setFailed(true) } as const;
  return type.startsWith("audio/") ? (
    <audio {...common} aria-label={texts.sound(name)} className="film" />
  ) : (
    // There is no caption to offer: films of examinations are silent.
    <video {...common} playsInline muted aria-label={texts.area(name)} className="film" />
  );
}

import { lazy, type ReactElement, Suspense, useEffect } from "react";
import { registerMedia } from "../media/index.ts";
import { Spinner } from "../parts/Spinner.tsx";
import { viewersEn } from "../texts/en-viewers.ts";
import type { RecordViewerProps } from "./RecordContent.tsx";
import { warmUp } from "./warm-up.ts";

const RecordContent = lazy(async () => import("./RecordContent.tsx"));

/** Viewers are fetched when somebody opens a record, each when it is needed. */
export function RecordViewer(props: RecordViewerProps): ReactElement {
  useEffect(() => {
    void registerMedia();
    warmUp(props.opened.kind);
  }, [props.opened.kind]);
  return (
    <Suspense fallback={<Spinner label={viewersEn.loading} page />}>
      <RecordContent {...props} />
    </Suspense>
  );
}

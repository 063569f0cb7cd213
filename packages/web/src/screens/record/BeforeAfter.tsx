import { type ReactElement, useMemo } from "react";
import { ProblemNotice } from "../../parts/ProblemNotice.tsx";
import { Spinner } from "../../parts/Spinner.tsx";
import type { OpenedView } from "../../worker/contract.ts";
import { useLoaded } from "../../worker-client/use-loaded.ts";
import { useWorker } from "../../worker-client/worker-context.tsx";
import { screens } from "../../texts/en-screens.ts";
import { BeforePicture } from "../pictures/BeforePicture.tsx";
import type { PictureFile } from "../pictures/picture-of.ts";
import { SealedPicture } from "../pictures/SealedPicture.tsx";
import { usePicture } from "../pictures/use-picture.ts";

const MOST_SEALED_BYTES = 1024 * 1024;

interface BeforeAfterProps {
  readonly chart: string;
  readonly opened: OpenedView;
}

/** The opened record beside its own sealed bytes, read back from the stores. */
export function BeforeAfter({ chart, opened }: BeforeAfterProps): ReactElement {
  const worker = useWorker();
  const { handle, record, version } = opened;
  const files = useMemo<PictureFile[]>(
    () =>
      opened.files.map(({ path, sizeBytes }) => ({
        path,
        sizeBytes,
        read: (first, end) => worker.read(handle, path, { first, end }),
      })),
    [worker, handle, opened.files],
  );
  const picture = usePicture(files);
  const sealed = useLoaded(() => worker.sealedBytes(handle, MOST_SEALED_BYTES), [worker, handle]);
  const fragments = useLoaded(
    () => worker.fragments(chart, record, version),
    [worker, chart, record, version],
  );
  const fragmentBytes = fragments.data?.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

  if (picture === undefined) return <Spinner label={screens.picture.making} page />;
  if (picture === null) return <p className="soft">{screens.picture.empty}</p>;
  return (
    <div className="stack">
      <p className="soft">{screens.record.beforeAfterText}</p>
      <div className="plates">
        <BeforePicture picture={picture} files={opened.files.length} />
        {sealed.data !== undefined && (
          <SealedPicture sealed={sealed.data} size={picture} fragmentBytes={fragmentBytes} />
        )}
        {sealed.data === undefined && sealed.problem === undefined && (
          <Spinner label={screens.record.readingBack} />
        )}
      </div>
      <ProblemNotice problem={sealed.problem} onRetry={sealed.reload} />
    </div>
  );
}

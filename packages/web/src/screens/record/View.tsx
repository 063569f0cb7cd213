import { type ReactElement, useEffect, useMemo } from "react";
import { mediaUrl, revoke } from "../../media/index.ts";
import { ProblemNotice } from "../../parts/ProblemNotice.tsx";
import { Spinner } from "../../parts/Spinner.tsx";
import type { OpenedView, RecordView } from "../../worker/contract.ts";
import { useWorker } from "../../worker-client/worker-context.tsx";
import { screens } from "../../texts/en-screens.ts";
import { RecordViewer } from "../../viewers/index.ts";
import { Arrivals } from "./Arrivals.tsx";
import type { Opening } from "./use-opened.ts";

interface ViewProps {
  readonly opening: Opening;
  readonly version: RecordView["versions"][number];
}

/** Fragments come, are merged and opened, and then the record itself is to be seen. */
export function View({ opening, version }: ViewProps): ReactElement {
  const { arrivals, opened, problem, retry } = opening;
  const fetched = <Arrivals arrivals={arrivals} total={version.total} needed={version.needed} />;
  if (opened !== undefined) {
    return (
      <div className="stack">
        <Viewer opened={opened} />
        <details className="fetched">
          <summary>{screens.record.fetched}</summary>
          {fetched}
        </details>
      </div>
    );
  }
  return (
    <div className="stack">
      {problem === undefined && <Spinner label={screens.record.opening} />}
      <ProblemNotice problem={problem} onRetry={retry} />
      {fetched}
    </div>
  );
}

function Viewer({ opened }: { readonly opened: OpenedView }): ReactElement {
  const worker = useWorker();
  const { handle, files } = opened;
  const access = useMemo(() => {
    const urls: string[] = [];
    return {
      urls,
      read: (file: string, range?: { first: number; end: number }) => worker.read(handle, file, range),
      mediaUrl: (file: string, type: string): string => {
        const sizeBytes = files.find(({ path }) => path === file)?.sizeBytes ?? 0;
        const name = file.slice(file.lastIndexOf("/") + 1);
        const url = mediaUrl({ name, type, sizeBytes, read: (range) => worker.read(handle, file, range) });
        urls.push(url);
        return url;
      },
    };
  }, [worker, handle, files]);
  useEffect(() => () => access.urls.forEach(revoke), [access]);
  return (
    <div className="viewer-frame">
      <RecordViewer opened={opened} read={access.read} mediaUrl={access.mediaUrl} />
    </div>
  );
}

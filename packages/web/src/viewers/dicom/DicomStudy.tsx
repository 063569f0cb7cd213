import { type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Progress } from "../../parts/Progress.tsx";
import { Spinner } from "../../parts/Spinner.tsx";
import { viewersEn } from "../../texts/en-viewers.ts";
import { ViewerError, viewerError } from "../problem.ts";
import { rest } from "../rest.ts";
import { type Access, nameOf, type OpenedFile } from "../viewed.ts";
import { DownloadButton } from "../DownloadButton.tsx";
import { ViewerProblem } from "../ViewerProblem.tsx";
import { DicomFacts } from "./DicomFacts.tsx";
import { DicomStack } from "./DicomStack.tsx";
import { DicomReader } from "./reader.ts";
import type { DicomReading, Picture } from "./reading.ts";
import { type Frame, largestSeries, type Order } from "./order.ts";
import { Study } from "./study.ts";

const texts = viewersEn.dicom;

/** A first picture that is not drawn by then may never be. */
const FIRST_MS = 5000;

interface DicomStudyProps extends Access {
  readonly name: string;
  readonly files: readonly OpenedFile[];
  /** Which is read and shown before the others are known. */
  readonly first: OpenedFile;
  /** Of the chosen series, once all are known; the largest otherwise. */
  readonly series: string | undefined;
  readonly onOrder: (order: Order) => void;
}

/** Many files as stacks: a first picture as early as can be, the others in order as soon as all headers are read. */
export default function DicomStudy(props: DicomStudyProps): ReactElement {
  const { name, files, first, series, onOrder, read, mediaUrl } = props;
  const [study, setStudy] = useState<Study | undefined>(undefined);
  const [reading, setReading] = useState<DicomReading | undefined>(undefined);
  const [problem, setProblem] = useState<ViewerError | undefined>(undefined);
  const [order, setOrder] = useState<Order | undefined>(undefined);
  const [done, setDone] = useState(0);
  const [checksum, setChecksum] = useState<string | undefined>(undefined);
  const [shownPath, setShownPath] = useState<string | undefined>(undefined);
  const firstDrawn = useRef(Promise.withResolvers<void>());
  const learnFrame = useCallback((frame: Frame) => {
    setShownPath(frame.path);
    firstDrawn.current.resolve();
  }, []);

  useEffect(() => {
    const stopped = new AbortController();
    const reader = new DicomReader();
    const made = new Study({ read, mediaUrl }, reader, files);
    setStudy(made);
    const work = async (): Promise<void> => {
      const early = await made.read(first.path).catch(() => undefined);
      if (stopped.signal.aborted) return;
      setReading(early);
      // Sixty headers can wait for the first picture; the first picture need not wait for them.
      if (early?.picture !== undefined) await Promise.race([firstDrawn.current.promise, rest(FIRST_MS)]);
      if (stopped.signal.aborted) return;
      const found = await made.order((count) => {
        if (!stopped.signal.aborted) setDone(count);
      }, stopped.signal);
      setOrder(found);
      onOrder(found);
      if (found.series.length === 0) throw new ViewerError("no-frames");
    };
    work().catch((error: unknown) => {
      if (!stopped.signal.aborted) setProblem(viewerError(error, "malformed"));
    });
    return () => {
      stopped.abort();
      made.close();
      reader.end();
      setOrder(undefined);
      setReading(undefined);
    };
  }, [files, first, read, mediaUrl, onOrder]);

  const pictureOf = useCallback(
    async (frame: Frame): Promise<Picture> => {
      const found = (await study!.read(frame.path)).picture;
      if (found === undefined) throw new ViewerError("no-frames");
      return found;
    },
    [study],
  );

  const shown = order?.series.find(({ id }) => id === series) ?? largestSeries(order);
  const early = useMemo(
    () => study?.framesOf(first.path, Math.min(1, reading?.picture?.frames.length ?? 0)) ?? [],
    [study, first, reading],
  );
  const frames = shown?.frames ?? early;
  const start = Math.max(0, shown === undefined ? 0 : Math.floor(frames.length / 2));

  if (problem !== undefined) return <ViewerProblem error={problem} />;
  const status = order === undefined && (
    <Progress label={texts.ordering(done, files.length)} value={done} max={files.length} />
  );
  if (frames.length === 0) return <>{status || <Spinner label={viewersEn.loading} page />}</>;
  const shownFile = files.find(({ path }) => path === shownPath);
  const facts = shown?.facts ?? reading?.facts ?? {};
  return (
    <div className="viewer-parts">
      <DicomStack
        key={stackKey(shown?.id, reading)}
        name={name === "" ? nameOf(first.path) : name}
        frames={frames}
        start={start}
        pictureOf={pictureOf}
        isCt={facts.modality === "CT"}
        status={status}
        onChecksum={setChecksum}
        onFrame={learnFrame}
      />
      <DicomFacts
        facts={facts}
        picture={reading?.picture}
        transferSyntax={reading?.transferSyntax}
        checksum={checksum}
      />
      {shownFile && (
        <div className="row">
          <DownloadButton file={shownFile} read={read} mediaUrl={mediaUrl} />
        </div>
      )}
    </div>
  );
}

/** The early picture's stack grows into its series; another series has a stack of its own. */
function stackKey(series: string | undefined, early: DicomReading | undefined): string {
  return series ?? early?.place.series ?? "";
}

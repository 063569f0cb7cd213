import { type ReactElement, useCallback, useEffect, useMemo, useState } from "react";
import { Notice } from "../../parts/Notice.tsx";
import { Spinner } from "../../parts/Spinner.tsx";
import { viewersEn } from "../../texts/en-viewers.ts";
import { ViewerError, viewerError } from "../problem.ts";
import { nameOf, type ViewedFile } from "../viewed.ts";
import { ViewerProblem } from "../ViewerProblem.tsx";
import { DicomFacts } from "./DicomFacts.tsx";
import { DicomStack } from "./DicomStack.tsx";
import { Ecg } from "./Ecg.tsx";
import { ElementTable } from "./ElementTable.tsx";
import { DicomReader } from "./reader.ts";
import type { DicomReading, Picture } from "./reading.ts";
import type { Frame } from "./order.ts";
import { Study } from "./study.ts";

const texts = viewersEn.dicom;

interface Opened {
  readonly study: Study;
  readonly reading: DicomReading;
}

/** One DICOM file: its pictures, its waveforms, or what it says. */
export default function DicomFile({ file, read, mediaUrl }: ViewedFile): ReactElement {
  const [opened, setOpened] = useState<Opened | undefined>(undefined);
  const [problem, setProblem] = useState<ViewerError | undefined>(undefined);

  useEffect(() => {
    let isGone = false;
    const reader = new DicomReader();
    const study = new Study({ read, mediaUrl }, reader, [file]);
    const load = async (): Promise<void> => {
      const reading = await study.read(file.path);
      if (!isGone) setOpened({ study, reading });
    };
    load().catch((error: unknown) => {
      if (!isGone) setProblem(viewerError(error, "malformed"));
    });
    return () => {
      isGone = true;
      setOpened(undefined);
      study.close();
      reader.end();
    };
  }, [file, read, mediaUrl]);

  if (problem !== undefined) return <ViewerProblem error={problem} />;
  if (opened === undefined) return <Spinner label={viewersEn.loading} page />;
  return <DicomContent name={nameOf(file.path)} path={file.path} {...opened} />;
}

function DicomContent({
  name,
  path,
  study,
  reading,
}: Opened & { readonly name: string; readonly path: string }): ReactElement {
  const [checksum, setChecksum] = useState<string | undefined>(undefined);
  const { picture, waves, noPicture, facts } = reading;
  const frames = useMemo(() => study.framesOf(path, picture?.frames.length ?? 0), [study, path, picture]);
  const pictureOf = useCallback(
    async (frame: Frame): Promise<Picture> => {
      const found = (await study.read(frame.path)).picture;
      if (found === undefined) throw new ViewerError("no-frames");
      return found;
    },
    [study],
  );

  return (
    <div className="viewer-parts">
      <DicomWarnings reading={reading} />
      {noPicture && <ViewerProblem error={new ViewerError(noPicture.code, noPicture.detail)} />}
      {picture && (
        <DicomStack
          name={name}
          frames={frames}
          start={0}
          pictureOf={pictureOf}
          isCt={picture.modality === "CT"}
          onChecksum={setChecksum}
        />
      )}
      {waves.length > 0 && <Ecg groups={waves} />}
      {picture === undefined &&
        waves.length === 0 &&
        noPicture === undefined &&
        reading.broken === undefined && <Notice>{texts.noPicture}</Notice>}
      <DicomFacts
        facts={facts}
        picture={picture}
        transferSyntax={reading.transferSyntax}
        checksum={checksum}
      />
      <details className="elements-details" open={picture === undefined && waves.length === 0}>
        <summary>{texts.elements}</summary>
        <ElementTable rows={reading.elements} count={reading.elementCount} />
      </details>
    </div>
  );
}

function DicomWarnings({ reading }: { readonly reading: DicomReading }): ReactElement | null {
  const { picture, isBare, broken, noPicture } = reading;
  const isShort = picture !== undefined && picture.frames.length < picture.announced;
  const isBroken = broken !== undefined && picture === undefined && noPicture === undefined;
  return (
    <>
      {isBare && <Notice tone="warn">{texts.bare}</Notice>}
      {isShort && <Notice tone="warn">{texts.fewer(picture.frames.length, picture.announced)}</Notice>}
      {isBroken && (
        <Notice tone="bad" title={viewersEn.failed.title}>
          <p>{texts.brokenHeader}</p>
          <p className="notice-detail">{viewersEn.detail(broken)}</p>
        </Notice>
      )}
    </>
  );
}

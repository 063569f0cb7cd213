import { type ReactElement, useMemo } from "react";
import { recordKind } from "../charts/record-kind.ts";
import { Icon } from "../parts/Icon.tsx";
import { Progress } from "../parts/Progress.tsx";
import { formatSize } from "../parts/quantity.ts";
import { Spinner } from "../parts/Spinner.tsx";
import type { TransferView } from "../worker/contract.ts";
import { useWorker } from "../worker-client/worker-context.tsx";
import { shareDone } from "../transfers/share-done.ts";
import { screens } from "../texts/en-screens.ts";
import { Marks } from "./marks/Marks.tsx";
import { BeforePicture } from "./pictures/BeforePicture.tsx";
import { fromFile, type Picture } from "./pictures/picture-of.ts";
import type { PictureSize } from "./pictures/sealed-cells.ts";
import { SealedPicture } from "./pictures/SealedPicture.tsx";
import { usePicture } from "./pictures/use-picture.ts";
import { keptSource } from "./sources/kept-sources.ts";
import { Sending } from "./way/Sending.tsx";
import { stageOf } from "./way/stage.ts";
import { Step } from "./way/Step.tsx";
import { TransferActions } from "./way/TransferActions.tsx";
import { TransferStateBadge } from "./way/TransferState.tsx";
import { useSealedPreview } from "./way/use-sealed-preview.ts";
import { WhatToDo } from "./way/WhatToDo.tsx";
import "./screens.css";

/** The rectangle of sealed bytes where there is no picture to stand beside. */
const NO_PICTURE: PictureSize = { width: 512, height: 400, isColour: false };

/** The whole way of one record into the stores, as it truly happens. */
export function TransferDetails({ transfer }: { readonly transfer: TransferView }): ReactElement {
  const worker = useWorker();
  const source = keptSource(worker, transfer.id);
  const files = useMemo(() => source?.files.map(fromFile), [source]);
  const picture = usePicture(files);
  const sealed = useSealedPreview(transfer);
  const stage = stageOf(transfer);
  const { fragments, sendBytes } = transfer;
  const marked = useMemo(
    () =>
      fragments.map(({ index, ...rest }) => ({ ...rest, own: index, next: (index + 1) % fragments.length })),
    [fragments],
  );
  const { way } = screens;

  return (
    <article className="card way">
      <Head transfer={transfer} files={files?.length ?? 1} />
      <WhatToDo transfer={transfer} />
      <ol className="steps">
        <Step number={1} title={way.before.title} text={way.before.text} state={stage.before}>
          <Before picture={picture} files={files?.length ?? 0} />
        </Step>
        <Step number={2} title={way.sealed.title} text={way.sealed.text} state={stage.sealed}>
          <SealedPicture
            sealed={sealed}
            size={picture ?? NO_PICTURE}
            fragmentBytes={sendBytes > 0 ? sendBytes : undefined}
            empty={stage.sealed === "done" ? screens.picture.sealedBefore : screens.picture.nothingSealed}
          />
          {stage.sealed === "now" && (
            <Progress
              label={way.sealed.progress}
              value={transfer.sealedBytes}
              max={transfer.sizeBytes}
              detail={screens.sending.ofAll(formatSize(transfer.sealedBytes), formatSize(transfer.sizeBytes))}
            />
          )}
        </Step>
        <Step number={3} title={way.cut.title(fragments.length)} text={way.cut.text} state={stage.cut}>
          {marked.length > 0 && <Marks fragments={marked} />}
        </Step>
        <Step number={4} title={way.sent.title} text={way.sent.text} state={stage.sent}>
          {fragments.length > 0 && <Sending transfer={transfer} />}
        </Step>
      </ol>
    </article>
  );
}

function Head({
  transfer,
  files,
}: {
  readonly transfer: TransferView;
  readonly files: number;
}): ReactElement {
  const { name, kind, sizeBytes, state } = transfer;
  const share = shareDone(transfer);
  const called = kind === undefined ? undefined : recordKind({ kind, files });
  return (
    <header className="way-head">
      <div className="way-title">
        <Icon name={called?.icon ?? "file"} size={24} />
        <div>
          <h2>{name ?? screens.transfer.unnamed}</h2>
          <p className="soft small">
            {called !== undefined && `${called.name} · `}
            {formatSize(sizeBytes)}
          </p>
        </div>
        <TransferStateBadge state={state} />
      </div>
      <TransferActions transfer={transfer} />
      <Progress label={screens.way.overall} value={share} max={1} detail={`${Math.floor(share * 100)} %`} />
    </header>
  );
}

function Before({
  picture,
  files,
}: {
  readonly picture: Picture | null | undefined;
  readonly files: number;
}): ReactElement {
  if (picture === undefined) return <Spinner label={screens.picture.making} />;
  if (picture === null) return <p className="soft">{screens.picture.gone}</p>;
  return <BeforePicture picture={picture} files={files} />;
}

import {
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { Spinner } from "../../parts/Spinner.tsx";
import { viewersEn } from "../../texts/en-viewers.ts";
import { type ViewerError, viewerError } from "../problem.ts";
import { rest } from "../rest.ts";
import { ViewerProblem } from "../ViewerProblem.tsx";
import { imageId } from "./pictures.ts";
import { ctPresets, type PresetName } from "./presets.ts";
import type { Picture } from "./reading.ts";
import { prefetch, StackView, type ToolName, type Window } from "./stack-view.ts";
import { storedChecksum } from "./stored-pixels.ts";
import type { Frame } from "./order.ts";
import { DicomTools } from "./DicomTools.tsx";

const texts = viewersEn.dicom;

/** Time for somebody who scrolls: nothing is computed for what he passes by. */
const REST_MS = 350;
/** Pixels that a wheel turns for one picture. */
const WHEEL_STEP = 60;

interface DicomStackProps {
  readonly name: string;
  readonly frames: readonly Frame[];
  /** Which is shown first. */
  readonly start: number;
  /** Finds the picture of a frame's file; it is in memory when the frame is shown. */
  readonly pictureOf: (frame: Frame) => Promise<Picture>;
  readonly isCt: boolean;
  /** Whether more frames are still being put in order. */
  readonly status?: ReactNode;
  readonly onChecksum: (checksum: string | undefined) => void;
  /** When one is drawn. */
  readonly onFrame?: (frame: Frame) => void;
}

export function DicomStack({
  name,
  frames,
  start,
  pictureOf,
  isCt,
  status,
  onChecksum,
  onFrame,
}: DicomStackProps): ReactElement {
  const element = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<StackView | undefined>(undefined);
  const [index, setIndex] = useState(start);
  const [shown, setShown] = useState<number | undefined>(undefined);
  const [problem, setProblem] = useState<ViewerError | undefined>(undefined);
  const [window, setWindow] = useState<Window | undefined>(undefined);
  const [preset, setPreset] = useState<PresetName>("own");
  const [tool, setTool] = useState<ToolName>("WindowLevel");
  const [isInverted, setInverted] = useState(false);
  const [hasOverlay, setHasOverlay] = useState(false);
  const [showsOverlay, setShowsOverlay] = useState(true);
  const [checksum, setChecksum] = useState<string | undefined>(undefined);
  const sliderId = useId();
  const last = frames.length - 1;

  const ids = useMemo(
    () => frames.map((frame) => imageId(frame.key, frame.index, showsOverlay)),
    [frames, showsOverlay],
  );

  // The same picture stays when the stack around it grows.
  const [seenFrames, setSeenFrames] = useState(frames);
  if (seenFrames !== frames) {
    const current = seenFrames[index];
    const found = frames.findIndex((frame) => frame.key === current?.key && frame.index === current.index);
    setSeenFrames(frames);
    setIndex(found === -1 ? start : found);
  }

  useEffect(() => {
    if (element.current === null) return;
    const made = new StackView(element.current, (changed) => {
      setWindow(changed);
    });
    made.useTool("WindowLevel");
    setView(made);
    return () => {
      made.close();
      setView(undefined);
    };
  }, []);

  useEffect(() => {
    if (view === undefined) return;
    const stopped = new AbortController();
    const frame = frames[index]!;
    setChecksum(undefined);
    onChecksum(undefined);
    const isStale = (): boolean => stopped.signal.aborted;
    const show = async (): Promise<void> => {
      const isShown = await view.show(ids, index);
      if (!isShown || isStale()) return;
      setProblem(undefined);
      setShown(index);
      setWindow(view.window());
      onFrame?.(frame);
    };
    const follow = async (): Promise<void> => {
      const picture = await pictureOf(frame);
      if (isStale()) return;
      setHasOverlay(picture.overlays.length > 0);
      await rest(REST_MS);
      if (isStale()) return;
      void prefetch(ids, index, stopped.signal);
      const found = await storedChecksum(picture, frame.index);
      if (isStale()) return;
      setChecksum(found);
      onChecksum(found);
    };
    show()
      .then(follow)
      .catch((error: unknown) => {
        if (isStale()) return;
        setShown(undefined);
        setProblem(viewerError(error, "not-decoded"));
      });
    return () => stopped.abort();
  }, [view, ids, index, frames, pictureOf, onChecksum, onFrame]);

  const go = useCallback((to: number): void => setIndex(Math.max(0, Math.min(last, to))), [last]);

  // A wheel must not move the page too, and React listens to wheels passively.
  useEffect(() => {
    const target = element.current;
    if (target === null || view === undefined) return;
    let turned = 0;
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      if (event.ctrlKey || last === 0) {
        view.zoomBy(event.deltaY < 0 ? 1.1 : 1 / 1.1);
        return;
      }
      turned += event.deltaMode === 0 ? event.deltaY : event.deltaY * WHEEL_STEP;
      const steps = Math.trunc(turned / WHEEL_STEP);
      turned -= steps * WHEEL_STEP;
      if (steps !== 0) setIndex((now) => Math.max(0, Math.min(last, now + steps)));
    };
    target.addEventListener("wheel", wheel, { passive: false });
    return () => target.removeEventListener("wheel", wheel);
  }, [view, last]);

  const chooseTool = (to: ToolName): void => {
    setTool(to);
    view?.useTool(to);
  };
  const applyWindow = (to: Window | undefined, as: PresetName): void => {
    setPreset(as);
    view?.setWindow(to);
    setWindow(view?.window());
  };
  const invert = (): void => {
    view?.invert();
    setInverted(view?.isInverted ?? false);
  };
  const reset = (): void => {
    view?.reset();
    setPreset("own");
    setInverted(view?.isInverted ?? false);
    setWindow(view?.window());
  };

  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => go(index + 1),
    ArrowRight: () => go(index + 1),
    ArrowUp: () => go(index - 1),
    ArrowLeft: () => go(index - 1),
    PageDown: () => go(index + 10),
    PageUp: () => go(index - 10),
    Home: () => go(0),
    End: () => go(last),
    w: () => chooseTool("WindowLevel"),
    p: () => chooseTool("Pan"),
    z: () => chooseTool("Zoom"),
    l: () => chooseTool("Length"),
    i: invert,
    r: reset,
    "+": () => view?.zoomBy(1.25),
    "-": () => view?.zoomBy(0.8),
  };
  const shiftKeys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => view?.moveBy(0, -20),
    ArrowRight: () => view?.moveBy(-20, 0),
    ArrowUp: () => view?.moveBy(0, 20),
    ArrowLeft: () => view?.moveBy(20, 0),
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = event.shiftKey
      ? (shiftKeys[event.key] ?? keys[event.key])
      : keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  const isWaiting = shown !== index && problem === undefined;
  return (
    <div className="dicom">
      <DicomTools
        tool={tool}
        onTool={chooseTool}
        isInverted={isInverted}
        onInvert={invert}
        onReset={reset}
        onZoom={(factor) => view?.zoomBy(factor)}
        overlay={
          hasOverlay ? { isShown: showsOverlay, toggle: () => setShowsOverlay(!showsOverlay) } : undefined
        }
        preset={preset}
        presets={isCt ? ctPresets : undefined}
        onPreset={(to) => applyWindow(to === "own" || to === "custom" ? undefined : ctPresets[to], to)}
        window={window}
        onWindow={(to) => applyWindow(to, "custom")}
      />
      <figure
        className="dicom-figure"
        data-state={problem ? "problem" : isWaiting ? "waiting" : "shown"}
        data-frame={shown === undefined ? undefined : shown + 1}
        data-pixels-sha256={checksum}
      >
        {/* The picture itself is operated by keys, as a slider is. */}
        <div
          className="dicom-stage"
          tabIndex={0}
          role="application"
          aria-label={texts.figure(name)}
          aria-describedby={`${sliderId}-keys`}
          onKeyDown={press}
        >
          <div ref={element} className="dicom-canvas" onContextMenu={(event) => event.preventDefault()} />
          <span className="dicom-corner dicom-corner-left" aria-hidden="true">
            {window && `${texts.level} ${round(window.level)} · ${texts.width} ${round(window.width)}`}
          </span>
          <span className="dicom-corner dicom-corner-right" aria-live="polite">
            {frames.length > 1 && texts.counter(index + 1, frames.length)}
          </span>
          {isWaiting && (
            <div className="dicom-wait">
              <Spinner label={texts.fetching} />
            </div>
          )}
        </div>
        {problem && <ViewerProblem error={problem} />}
        <figcaption className="dicom-caption">
          {frames.length > 1 && (
            <div className="dicom-slider">
              <label htmlFor={sliderId}>{texts.frame}</label>
              <input
                id={sliderId}
                type="range"
                min={1}
                max={frames.length}
                value={index + 1}
                aria-valuetext={texts.counter(index + 1, frames.length)}
                onChange={(event) => go(Number(event.target.value) - 1)}
              />
              <span className="number">{texts.counter(index + 1, frames.length)}</span>
            </div>
          )}
          {status}
          <p id={`${sliderId}-keys`} className="small soft" hidden={problem !== undefined}>
            {frames.length > 1 && `${texts.frameKeys} `}
            {texts.keys}
          </p>
        </figcaption>
      </figure>
    </div>
  );
}

function round(value: number): string {
  return Math.abs(value) >= 10 ? value.toFixed(0) : value.toPrecision(2);
}

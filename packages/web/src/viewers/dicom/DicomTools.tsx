import { type ReactElement, useId } from "react";
import { Button } from "../../parts/Button.tsx";
import { viewersEn } from "../../texts/en-viewers.ts";
import type { ctPresets, PresetName } from "./presets.ts";
import type { ToolName, Window } from "./stack-view.ts";

const texts = viewersEn.dicom;

const toolKeys: readonly (readonly [ToolName, string])[] = [
  ["WindowLevel", "W"],
  ["Pan", "P"],
  ["Zoom", "Z"],
  ["Length", "L"],
];

interface DicomToolsProps {
  readonly tool: ToolName;
  readonly onTool: (tool: ToolName) => void;
  readonly isInverted: boolean;
  readonly onInvert: () => void;
  readonly onReset: () => void;
  readonly onZoom: (factor: number) => void;
  readonly overlay: { readonly isShown: boolean; readonly toggle: () => void } | undefined;
  readonly preset: PresetName;
  /** `undefined` where Hounsfield units mean nothing. */
  readonly presets: typeof ctPresets | undefined;
  readonly onPreset: (preset: PresetName) => void;
  readonly window: Window | undefined;
  readonly onWindow: (window: Window) => void;
}

export function DicomTools(props: DicomToolsProps): ReactElement {
  const { tool, overlay, window, preset, presets } = props;
  const id = useId();
  return (
    <div className="dicom-tools" role="group" aria-label={texts.tools}>
      <div className="row">
        {toolKeys.map(([name, key]) => (
          <Button
            key={name}
            size="small"
            aria-pressed={tool === name}
            aria-keyshortcuts={key}
            title={texts.shortcut(texts.tool[name], key)}
            onClick={() => props.onTool(name)}
          >
            {texts.tool[name]}
          </Button>
        ))}
      </div>
      <div className="row">
        <Button
          size="small"
          aria-label={viewersEn.zoomOut}
          title={viewersEn.zoomOut}
          onClick={() => props.onZoom(0.8)}
        >
          −
        </Button>
        <Button
          size="small"
          aria-label={viewersEn.zoomIn}
          title={viewersEn.zoomIn}
          onClick={() => props.onZoom(1.25)}
        >
          +
        </Button>
        <Button
          size="small"
          aria-pressed={props.isInverted}
          aria-keyshortcuts="I"
          title={texts.shortcut(texts.invert, "I")}
          onClick={props.onInvert}
        >
          {texts.invert}
        </Button>
        {overlay && (
          <Button size="small" aria-pressed={overlay.isShown} onClick={overlay.toggle}>
            {texts.overlay}
          </Button>
        )}
        <Button
          size="small"
          aria-keyshortcuts="R"
          title={texts.shortcut(texts.reset, "R")}
          onClick={props.onReset}
        >
          {texts.reset}
        </Button>
      </div>
      <div className="row dicom-window">
        <label htmlFor={`${id}-preset`}>{texts.preset}</label>
        <select
          id={`${id}-preset`}
          className="input input-small"
          value={preset}
          onChange={(event) => props.onPreset(event.target.value as PresetName)}
        >
          <option value="own">{texts.presets.own}</option>
          {presets &&
            (Object.keys(presets) as (keyof typeof presets)[]).map((name) => (
              <option key={name} value={name}>
                {texts.presets[name]}
              </option>
            ))}
          {preset === "custom" && <option value="custom">{texts.presets.custom}</option>}
        </select>
        {window && (
          <>
            <label htmlFor={`${id}-level`}>{texts.level}</label>
            <input
              id={`${id}-level`}
              className="input input-small input-number"
              type="number"
              value={Math.round(window.level)}
              onChange={(event) =>
                changed(event.target.valueAsNumber, (level) => props.onWindow({ ...window, level }))
              }
            />
            <label htmlFor={`${id}-width`}>{texts.width}</label>
            <input
              id={`${id}-width`}
              className="input input-small input-number"
              type="number"
              min={1}
              value={Math.round(window.width)}
              onChange={(event) =>
                changed(event.target.valueAsNumber, (width) =>
                  props.onWindow({ ...window, width: Math.max(1, width) }),
                )
              }
            />
          </>
        )}
      </div>
    </div>
  );
}

/** A field that is being emptied is no number yet. */
function changed(value: number, apply: (value: number) => void): void {
  if (Number.isFinite(value)) apply(value);
}

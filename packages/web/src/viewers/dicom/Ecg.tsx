import { type ReactElement, useEffect, useId, useRef, useState } from "react";
import { Button } from "../../parts/Button.tsx";
import { viewersEn } from "../../texts/en-viewers.ts";
import { drawEcg, paperSize } from "./draw-ecg.ts";
import type { WaveGroup } from "./reading.ts";

const texts = viewersEn.ecg;

const PIXELS_A_MM = { least: 2, usual: 4, most: 10 };

/** Recordings of an electrocardiograph, as they would stand on paper. */
export function Ecg({ groups }: { readonly groups: readonly WaveGroup[] }): ReactElement {
  const [chosen, setChosen] = useState(0);
  const [pixelsAMm, setPixelsAMm] = useState(PIXELS_A_MM.usual);
  const canvas = useRef<HTMLCanvasElement>(null);
  const id = useId();
  const group = groups[chosen]!;
  const size = paperSize(group, pixelsAMm);

  useEffect(() => {
    const target = canvas.current;
    if (target === null) return;
    const draw = (): void => drawEcg(target, group, pixelsAMm);
    draw();
    // Colours of the paper follow the theme.
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    dark.addEventListener("change", draw);
    return () => {
      themed.disconnect();
      dark.removeEventListener("change", draw);
    };
  }, [group, pixelsAMm]);

  return (
    <div className="ecg">
      <div className="row">
        {groups.length > 1 && (
          <>
            <label htmlFor={`${id}-group`}>{texts.group}</label>
            <select
              id={`${id}-group`}
              className="input input-small"
              value={chosen}
              onChange={(event) => setChosen(Number(event.target.value))}
            >
              {groups.map((each, index) => (
                <option key={index} value={index}>
                  {texts.groupName(index + 1, each.channels.length, secondsOf(each))}
                </option>
              ))}
            </select>
          </>
        )}
        <Button
          size="small"
          aria-label={viewersEn.zoomOut}
          disabled={pixelsAMm <= PIXELS_A_MM.least}
          onClick={() => setPixelsAMm(pixelsAMm - 1)}
        >
          −
        </Button>
        <Button
          size="small"
          aria-label={viewersEn.zoomIn}
          disabled={pixelsAMm >= PIXELS_A_MM.most}
          onClick={() => setPixelsAMm(pixelsAMm + 1)}
        >
          +
        </Button>
        <span className="small soft">{texts.scale(size.speed, size.gain)}</span>
      </div>
      <div className="ecg-paper" tabIndex={0} role="region" aria-label={texts.paper}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={`${texts.label(group.channels.length, secondsOf(group))}. ${texts.leads}: ${group.channels.map(({ name }) => name).join(", ")}`}
        />
      </div>
    </div>
  );
}

function secondsOf({ channels, samplesPerSecond }: WaveGroup): string {
  return ((channels[0]?.values.length ?? 0) / samplesPerSecond).toFixed(1);
}

import type { Engine } from "@chirograph/engine/interface";
import { concat, equalBytes } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { fromUtf8, utf8 } from "../encoding/text.ts";
import { pad, unpad } from "../envelope/padding.ts";
import { ChirographError, notForYou } from "../error.ts";
import { epochBytes } from "../ids.ts";
import { openBox, sealBox } from "../layer1/box.ts";
import type { LabelChange } from "./change.ts";
import { LABEL_FLOOR_BYTES, LONGEST_LABEL_BYTES } from "./change-format.ts";
import type { EpochSecrets } from "./secrets.ts";
import { currentEpoch } from "./state.ts";
import { type Step, takeStep } from "./step.ts";
import type { UnlockedChart } from "./unlock.ts";

const KEY_BYTES = 32;

/** Names the chart, for whoever opens the current epoch; at most 1,024 bytes of UTF-8. */
export async function setLabel(
  engine: Engine,
  unlocked: UnlockedChart,
  text: string,
  step: Step,
): Promise<UnlockedChart> {
  const epoch = currentEpoch(unlocked.chart.state)?.number ?? 0;
  const secrets = unlocked.epochs.get(epoch);
  if (secrets === undefined) throw notForYou();
  return takeStep(engine, unlocked, step, [await sealLabel(engine, unlocked, { epoch, secrets }, text)]);
}

/** The chart's name; `undefined` when it has none, or none that is open here. */
export async function openLabel(engine: Engine, unlocked: UnlockedChart): Promise<string | undefined> {
  const { chart, label } = unlocked.chart.state;
  const secrets = label && unlocked.epochs.get(label.epoch);
  if (label === undefined || secrets === undefined) return undefined;
  const place = await placeOf(engine, chart, { epoch: label.epoch, secrets });
  const padded = await openBox(engine, { ...place, sealed: label.box });
  const bytes = padded && unpad(padded, LABEL_FLOOR_BYTES, "chart's label");
  const text = bytes && fromUtf8(bytes);
  if (text === null || !equalBytes(bytes!, labelBytes(text))) {
    throw new ChirographError(
      "inconsistent-author",
      "The chart's label does not open: whoever set it made it so.",
    );
  }
  return text;
}

export async function sealLabel(
  engine: Engine,
  unlocked: Pick<UnlockedChart, "chart">,
  begun: { epoch: number; secrets: EpochSecrets },
  text: string,
): Promise<LabelChange> {
  const place = await placeOf(engine, unlocked.chart.state.chart, begun);
  const message = pad(labelBytes(text), LABEL_FLOOR_BYTES);
  return { type: "label", epoch: begun.epoch, box: await sealBox(engine, { ...place, message }) };
}

function labelBytes(text: string): Uint8Array {
  const bytes = utf8(text.normalize("NFC"));
  if (bytes.length > LONGEST_LABEL_BYTES)
    throw new ChirographError(
      "out-of-limits",
      `A label of more than ${LONGEST_LABEL_BYTES} bytes is refused.`,
    );
  return bytes;
}

async function placeOf(
  engine: Engine,
  chart: Uint8Array,
  { epoch, secrets }: { epoch: number; secrets: EpochSecrets },
): Promise<{ key: Uint8Array; context: Uint8Array }> {
  const key = await engine.hkdfSha512({
    inputKey: concat(secrets.chartKey, secrets.chartSecret),
    info: labelled("chart-label-key", chart, epochBytes(epoch)),
    lengthBytes: KEY_BYTES,
  });
  return { key, context: labelled("chart-label", chart, epochBytes(epoch)) };
}

import type { DataSet } from "dicom-parser";
import type { WaveGroup } from "./reading.ts";
import { numbersOf, textOf } from "./texts-of.ts";

const MOST_CHANNELS = 64;
/** An hour at 1,000 samples a second. */
const MOST_SAMPLES = 3_600_000;

const millivolts: Readonly<Record<string, number>> = { V: 1000, mV: 1, uV: 0.001, µV: 0.001, nV: 0.000_001 };

/** Groups of channels that were recorded together (PS3.3, C.10.9), as far as the file really holds them. */
export function wavesOf(data: DataSet, encoding: string): WaveGroup[] {
  const groups = data.elements["x54000100"]?.items ?? [];
  return groups.slice(0, 16).flatMap(({ dataSet }) => {
    const group = dataSet && groupOf(dataSet, encoding);
    return group === undefined ? [] : [group];
  });
}

function groupOf(group: DataSet, encoding: string): WaveGroup | undefined {
  const channels = group.uint16("x003a0005") ?? 0;
  const announced = group.uint32("x003a0010") ?? 0;
  const samplesPerSecond = numbersOf(group, "x003a001a")?.[0] ?? 0;
  const element = group.elements["x54001010"];
  const reader = readerFor(group.uint16("x54001004"), group.string("x54001006"));
  if (element === undefined || reader === undefined || channels < 1 || samplesPerSecond <= 0)
    return undefined;
  if (channels > MOST_CHANNELS) return undefined;
  const held = Math.floor(element.length / reader.bytes / channels);
  const samples = Math.min(announced, held, MOST_SAMPLES);
  if (samples < 1) return undefined;

  const definitions = group.elements["x003a0200"]?.items ?? [];
  const view = new DataView(
    group.byteArray.buffer,
    group.byteArray.byteOffset + element.dataOffset,
    samples * channels * reader.bytes,
  );
  return {
    samplesPerSecond,
    channels: Array.from({ length: channels }, (_, index) => {
      const scale = scaleOf(definitions[index]?.dataSet);
      const values = new Float32Array(samples);
      for (let sample = 0; sample < samples; sample++) {
        const raw = reader.read(view, (sample * channels + index) * reader.bytes);
        values[sample] = (raw * scale.factor + scale.baseline) * scale.toMillivolts;
      }
      return { name: nameOf(definitions[index]?.dataSet, encoding, index), values, unit: scale.unit };
    }),
  };
}

interface SampleReader {
  readonly bytes: number;
  readonly read: (view: DataView, position: number) => number;
}

function readerFor(bits: number | undefined, interpretation: string | undefined): SampleReader | undefined {
  if (bits === 16 && interpretation === "SS") {
    return { bytes: 2, read: (view, position) => view.getInt16(position, true) };
  }
  if (bits === 16 && interpretation === "US") {
    return { bytes: 2, read: (view, position) => view.getUint16(position, true) };
  }
  if (bits === 8 && interpretation === "SB") return { bytes: 1, read: (view, at) => view.getInt8(at) };
  if (bits === 8 && interpretation === "UB") return { bytes: 1, read: (view, at) => view.getUint8(at) };
  return undefined;
}

function scaleOf(channel: DataSet | undefined): {
  factor: number;
  baseline: number;
  toMillivolts: number;
  unit: string;
} {
  const number = (tag: string, otherwise: number): number =>
    (channel && numbersOf(channel, tag)?.[0]) ?? otherwise;
  const factor = number("x003a0210", 1) * number("x003a0212", 1);
  const unit = channel?.elements["x003a0211"]?.items?.[0]?.dataSet?.string("x00080100") ?? "";
  const toMillivolts = millivolts[unit];
  return {
    factor,
    baseline: number("x003a0213", 0),
    toMillivolts: toMillivolts ?? 1,
    unit: toMillivolts === undefined ? unit : "mV",
  };
}

function nameOf(channel: DataSet | undefined, encoding: string, index: number): string {
  const source = channel?.elements["x003a0208"]?.items?.[0]?.dataSet;
  const name =
    (source && textOf(source, "x00080104", encoding, 40)) ??
    (channel && textOf(channel, "x003a0203", encoding, 40));
  return name?.replace(/^Lead\s+/i, "").replace(/\s*\(.*\)$/, "") ?? String(index + 1);
}

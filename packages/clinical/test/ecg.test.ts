import { parseDicom } from "dicom-parser";
import { expect, test } from "vitest";
import { samplePeople, writeEcg } from "../src/samples/index.ts";
import { counting } from "./randomness.ts";

const file = writeEcg({
  person: samplePeople.otto,
  date: "20260302",
  beatsPerMinute: 68,
  randomBytes: counting(),
});
const group = parseDicom(file).elements["x54000100"]!.items![0]!.dataSet!;
const channels = group.uint16("x003a0005")!;
const samples = group.uint32("x003a0010")!;
const data = group.elements["x54001010"]!;
const view = new DataView(file.buffer, data.dataOffset, data.length);
const lead = (index: number): number[] =>
  Array.from({ length: samples }, (_, moment) => view.getInt16((moment * channels + index) * 2, true));

test("twelve leads with their names, ten seconds, and exactly the samples that are announced", () => {
  const names = group.elements["x003a0200"]!.items!.map(({ dataSet }) =>
    dataSet!.elements["x003a0208"]!.items![0]!.dataSet!.string("x00080104"),
  );
  expect(names).toEqual(
    ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"].map((name) => `Lead ${name}`),
  );
  expect(samples / group.floatString("x003a001a")!).toBe(10);
  expect(data.length).toBe(channels * samples * 2);
});

test("leads fit together as Einthoven found: I and III make II, and the limbs sum to nothing", () => {
  const [first, second, third, right, left, foot] = [0, 1, 2, 3, 4, 5].map(lead) as [
    number[],
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  // Each has its breath and is rounded by itself.
  const breath = 0.03 * 400 + 2;
  for (let moment = 0; moment < samples; moment++) {
    expect(Math.abs(first[moment]! + third[moment]! - second[moment]!)).toBeLessThanOrEqual(breath);
    expect(Math.abs(right[moment]! + left[moment]! + foot[moment]!)).toBeLessThanOrEqual(3 * breath);
  }
});

test("it beats as often as it was asked to", () => {
  const second = lead(1);
  const peak = Math.max(...second) * 0.7;
  const beats = second.filter((value, moment) => value > peak && (second[moment - 1] ?? 0) <= peak).length;
  expect(Math.abs(beats - 68 / 6)).toBeLessThanOrEqual(1);
});

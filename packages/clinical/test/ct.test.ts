import { type DataSet, parseDicom } from "dicom-parser";
import { expect, test } from "vitest";
import { drawSlice, PHANTOM_SIZE, samplePeople, writeCtStudy } from "../src/samples/index.ts";
import { counting } from "./randomness.ts";

const study = (slices: number): DataSet[] => {
  const plan = { person: samplePeople.paula, slices, date: "20260302", randomBytes: counting() };
  return Array.from(writeCtStudy(plan), (file) => parseDicom(file));
};

test("a study is one study and one series of slices, each an object of its own", () => {
  const slices = study(12);
  const distinct = (tag: string): number => new Set(slices.map((slice) => slice.string(tag))).size;
  expect(slices).toHaveLength(12);
  expect(["x0020000d", "x0020000e", "x00200052"].map(distinct)).toEqual([1, 1, 1]);
  expect(["x00080018", "x00200013", "x00200032"].map(distinct)).toEqual([12, 12, 12]);
  for (const slice of slices) {
    expect(slice.string("x00020003")).toBe(slice.string("x00080018"));
    expect(slice.string("x00080018")).toMatch(/^2\.25\.[1-9]\d{0,38}$/);
    expect(slice.warnings).toEqual([]);
  }
});

test("slices lie above each other, as far apart as they are thick", () => {
  const heights = study(5).map((slice) => slice.floatString("x00200032", 2)!);
  const thickness = study(5)[0]!.floatString("x00180050")!;
  for (let index = 1; index < heights.length; index++) {
    expect(heights[index]! - heights[index - 1]!).toBeCloseTo(thickness, 3);
  }
});

test("an independent reader finds the pixels that were drawn, and where it stands how they are stored", () => {
  const [slice] = study(1) as [DataSet];
  const { dataOffset, length } = slice.elements["x7fe00010"]!;
  const drawn = drawSlice(0);
  expect(length).toBe(PHANTOM_SIZE ** 2 * 2);
  expect(slice.uint16("x00280010")).toBe(PHANTOM_SIZE);
  expect(slice.uint16("x00280103")).toBe(1);
  const view = new DataView(slice.byteArray.buffer, slice.byteArray.byteOffset + dataOffset, length);
  expect(Array.from(drawn, (_, index) => view.getInt16(index * 2, true))).toEqual([...drawn]);
});

test("values of an odd length are filled up, and people's names keep their letters", () => {
  const plan = { person: samplePeople.ines, slices: 1, date: "20260302", randomBytes: counting() };
  const [file] = [...writeCtStudy(plan)] as [Uint8Array];
  const slice = parseDicom(file);
  expect(Object.values(slice.elements).filter(({ length }) => length % 2 === 1)).toEqual([]);
  const { dataOffset, length } = slice.elements["x00100010"]!;
  const name = new TextDecoder().decode(file.subarray(dataOffset, dataOffset + length));
  expect(name.trimEnd()).toBe("Ejemplo^Inés");
});

test("the same randomness gives the same bytes, other randomness other ids", () => {
  expect(make(1)).toEqual(make(1));
  expect(make(1)[0]).not.toEqual(make(2)[0]);
});

function make(seed: number): Uint8Array[] {
  const plan = { person: samplePeople.paula, slices: 2, date: "20260302", randomBytes: counting(seed) };
  return [...writeCtStudy(plan)];
}

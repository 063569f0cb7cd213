import { describe, expect, test } from "vitest";
import {
  type ChosenFile,
  groupIntoProposals,
  type Proposal,
  sizeOf,
  splitProposal,
  toSource,
} from "../../src/screens/sources/group.ts";

const DICOM = "application/dicom";

function chosen(path: string, kind: string, study?: string): ChosenFile {
  const file = new File(["content"], path.split("/").at(-1)!);
  return { path, file, kind, ...(study !== undefined && { study: { id: study, title: `CT ${study}` } }) };
}

function shown(proposals: readonly Proposal[]): string[] {
  return proposals.map(({ name, shape, kind, files }) =>
    [name, shape, kind, ...files.map(({ path }) => path)].join(" | "),
  );
}

describe("what was chosen becomes", () => {
  test("a record of each file", () => {
    const files = [chosen("a.png", "image/png"), chosen("b.pdf", "application/pdf")];
    expect(shown(groupIntoProposals(files))).toEqual([
      "a.png | file | image/png | a.png",
      "b.pdf | file | application/pdf | b.pdf",
    ]);
  });

  test("one study of a folder of DICOM files, without what systems leave there", () => {
    const files = [
      chosen("head/1/IM1", DICOM, "x"),
      chosen("head/2/IM1", DICOM, "x"),
      chosen("head/DICOMDIR", DICOM),
      chosen("head/.DS_Store", "application/octet-stream"),
    ];
    expect(shown(groupIntoProposals(files))).toEqual([`head | folder | ${DICOM} | 1/IM1 | 2/IM1 | DICOMDIR`]);
  });

  test("a plain folder where the files are of several kinds", () => {
    const files = [chosen("visit/a.png", "image/png"), chosen("visit/IM1", DICOM, "x")];
    expect(shown(groupIntoProposals(files))).toEqual([
      "visit | folder | application/vnd.chirograph.folder | a.png | IM1",
    ]);
  });

  test("a file where the folder holds only one", () => {
    expect(shown(groupIntoProposals([chosen("visit/deep/a.png", "image/png")]))).toEqual([
      "a.png | file | image/png | a.png",
    ]);
  });

  test("a study of loose DICOM files that belong together, and a record of each other one", () => {
    const files = [
      chosen("IM1", DICOM, "x"),
      chosen("other", DICOM, "y"),
      chosen("IM2", DICOM, "x"),
      chosen("plan", DICOM),
    ];
    expect(shown(groupIntoProposals(files))).toEqual([
      `CT x | folder | ${DICOM} | IM1 | IM2`,
      `other | file | ${DICOM} | other`,
      `plan | file | ${DICOM} | plan`,
    ]);
  });

  test("a record that holds each name once", () => {
    const files = [chosen("IM.dcm", DICOM, "x"), chosen("IM.dcm", DICOM, "x"), chosen("IM.dcm", DICOM, "x")];
    expect(groupIntoProposals(files)[0]!.files.map(({ path }) => path)).toEqual([
      "IM.dcm",
      "IM (2).dcm",
      "IM (3).dcm",
    ]);
  });

  test("names in Unicode normalisation form C", () => {
    expect(groupIntoProposals([chosen("u\u0308ber.txt", "text/plain")])[0]!.name).toBe("über.txt");
  });
});

test("a folder can be split into records", () => {
  const [study] = groupIntoProposals([chosen("head/1/IM1", DICOM, "x"), chosen("head/2/IM2", DICOM, "x")]);
  expect(shown(splitProposal(study!))).toEqual([
    `IM1 | file | ${DICOM} | IM1`,
    `IM2 | file | ${DICOM} | IM2`,
  ]);
});

test("a source carries its files and nothing that was only looked up", () => {
  const [study] = groupIntoProposals([chosen("a", DICOM, "x"), chosen("b", DICOM, "x")]);
  const source = toSource(study!);
  expect(Object.keys(source.files[0]!)).toEqual(["path", "file"]);
  expect(sizeOf(source)).toBe(14);
});

test("a file takes the name that it was given, a folder only as its title", () => {
  const [picture] = groupIntoProposals([chosen("IMG_1.png", "image/png")]);
  expect(toSource({ ...picture!, name: " left/right hand.png " })).toMatchObject({
    name: "left-right hand.png",
    files: [{ path: "left-right hand.png" }],
  });
  expect(toSource({ ...picture!, name: "  " }).name).toBe("IMG_1.png");
  const [study] = groupIntoProposals([chosen("s/a", DICOM), chosen("s/b", DICOM)]);
  expect(toSource({ ...study!, name: "Head" })).toMatchObject({
    name: "Head",
    files: [{ path: "a" }, { path: "b" }],
  });
});

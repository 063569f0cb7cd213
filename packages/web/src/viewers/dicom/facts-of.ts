import type { DataSet } from "dicom-parser";
import type { FactName, Facts } from "./reading.ts";
import { textOf } from "./texts-of.ts";

const tags: Readonly<Record<FactName, string>> = {
  patient: "x00100010",
  id: "x00100020",
  birthDate: "x00100030",
  sex: "x00100040",
  age: "x00101010",
  modality: "x00080060",
  study: "x00081030",
  studyDate: "x00080020",
  accession: "x00080050",
  institution: "x00080080",
  physician: "x00080090",
  series: "x0008103e",
  bodyPart: "x00180015",
  manufacturer: "x00080070",
  thickness: "x00180050",
  photometric: "x00280004",
};

const LONGEST_FACT = 120;

/** Patient and study, as people read them. */
export function factsOf(data: DataSet, encoding: string): Facts {
  const entries = Object.entries(tags).flatMap(([name, tag]) => {
    const text = textOf(data, tag, encoding, LONGEST_FACT);
    return text === undefined ? [] : [[name, readable(name as FactName, text)] as const];
  });
  return Object.fromEntries(entries);
}

function readable(name: FactName, text: string): string {
  if (name === "patient" || name === "physician") {
    return text.replaceAll(/\^+/g, " ").replaceAll("=", " = ").trim();
  }
  if (name === "birthDate" || name === "studyDate") {
    return text.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
  }
  return text;
}

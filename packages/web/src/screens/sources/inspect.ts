import type { ChosenFile } from "./group.ts";
import type { FoundFile } from "./read-drop.ts";
import { DICOM_KIND, HEAD_BYTES, kindOf } from "@chirograph/clinical/kinds";

/** The names of a study stand before its pixels; so much of a file is enough to find them. */
const STUDY_BYTES = 64 * 1024;
const AT_A_TIME = 16;

/** Looks into the first bytes of every file. No file is read whole. */
export async function inspectFiles(found: readonly FoundFile[]): Promise<ChosenFile[]> {
  const chosen: ChosenFile[] = [];
  for (let first = 0; first < found.length; first += AT_A_TIME) {
    chosen.push(...(await Promise.all(found.slice(first, first + AT_A_TIME).map(inspectFile))));
  }
  return chosen;
}

async function inspectFile({ path, file }: FoundFile): Promise<ChosenFile> {
  const kind = kindOf(file.name, await readSlice(file, HEAD_BYTES));
  if (kind !== DICOM_KIND) return { path, file, kind };
  const { readStudyHeader } = await import("../pictures/dicom-header.ts");
  const study = readStudyHeader(await readSlice(file, STUDY_BYTES));
  return { path, file, kind, ...(study !== undefined && { study }) };
}

async function readSlice(file: File, end: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, end).arrayBuffer());
}

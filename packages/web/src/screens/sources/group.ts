import type { SourceFiles } from "../../worker/contract.ts";
import { DICOM_KIND, FOLDER_KIND } from "@chirograph/clinical/kinds";

/** A file that somebody chose or dropped, looked into as far as its kind. */
export interface ChosenFile {
  /** Below what was chosen: "scan.png", or "study/series 1/IM0001". */
  readonly path: string;
  readonly file: File;
  /** Media type. */
  readonly kind: string;
  /** Of a DICOM file: what tells studies apart and names them. */
  readonly study?: { readonly id: string; readonly title: string };
}

/** What would become one record. */
export interface Proposal {
  readonly name: string;
  readonly shape: "file" | "folder";
  readonly kind: string;
  /** Their paths are those inside the record. */
  readonly files: readonly ChosenFile[];
}

/** Files that system software leaves in folders and nobody means to keep. */
const litter = /^(?:\.DS_Store|\._.*|Thumbs\.db|desktop\.ini)$/i;

const byNumber = new Intl.Collator("en", { numeric: true });

/** The index of a DICOM medium: it lists the images and is none. */
const dicomIndex = /^DICOMDIR$/i;

/**
 * What was chosen, as the records that it would become: a folder is one, images of one study that were chosen one by
 * one are one, and every other file is one of its own.
 */
export function groupIntoProposals(chosen: readonly ChosenFile[]): Proposal[] {
  const wanted = chosen.filter(({ path }) => !litter.test(lastPart(path))).map(normalised);
  const folders = Map.groupBy(wanted, ({ path }) => firstFolder(path));
  const loose = folders.get(undefined) ?? [];
  folders.delete(undefined);
  return [...[...folders].flatMap(([name, files]) => fromFolder(name!, files)), ...fromLoose(loose)];
}

/** Every file of a proposal as a record of its own. */
export function splitProposal({ files }: Proposal): Proposal[] {
  return files.map((file) => oneFile({ ...file, path: lastPart(file.path) }));
}

/** The name that it was given last: of one file, the file's own; of a folder, its title. */
export function toSource({ name, shape, kind, files }: Proposal): SourceFiles {
  const given = name.normalize("NFC").replaceAll(/[/\\]/g, "-").trim();
  const called = given === "" ? lastPart(files[0]!.path) : given;
  return {
    name: called,
    shape,
    kind,
    files: files.map(({ path, file }) => ({ path: shape === "file" ? called : path, file })),
  };
}

export function sizeOf({ files }: Pick<SourceFiles, "files">): number {
  return files.reduce((sum, { file }) => sum + file.size, 0);
}

function fromFolder(name: string, files: readonly ChosenFile[]): Proposal[] {
  const [only] = files;
  if (files.length === 1 && only !== undefined) return [oneFile({ ...only, path: lastPart(only.path) })];
  const isStudy = files.every(({ kind, path }) => kind === DICOM_KIND || dicomIndex.test(lastPart(path)));
  const kind = isStudy ? DICOM_KIND : FOLDER_KIND;
  const inside = files.map((file) => ({ ...file, path: file.path.slice(name.length + 1) }));
  return [{ name, shape: "folder", kind, files: asEntries(inside) }];
}

function fromLoose(files: readonly ChosenFile[]): Proposal[] {
  const studies = Map.groupBy(files, ({ study }) => study?.id);
  const single = new Set(
    files.filter(({ study }) => study === undefined || studies.get(study.id)?.length === 1),
  );
  const proposals: Proposal[] = [];
  for (const file of files) {
    if (single.has(file)) {
      proposals.push(oneFile(file));
      continue;
    }
    const members = studies.get(file.study!.id)!;
    if (members[0] !== file) continue;
    proposals.push({ name: file.study!.title, shape: "folder", kind: DICOM_KIND, files: asEntries(members) });
  }
  return proposals;
}

function oneFile(file: ChosenFile): Proposal {
  return { name: file.path, shape: "file", kind: file.kind, files: [file] };
}

/**
 * In the order in which people would count them. Files that were chosen from several places may bear one name; a record
 * holds each name once.
 */
function asEntries(files: readonly ChosenFile[]): ChosenFile[] {
  const taken = new Set<string>();
  const sorted = files.toSorted((left, right) => byNumber.compare(left.path, right.path));
  return sorted.map((file) => {
    let path = file.path;
    for (let copy = 2; taken.has(path); copy++) path = numbered(file.path, copy);
    taken.add(path);
    return { ...file, path };
  });
}

function numbered(path: string, copy: number): string {
  const end = /\.[^./]+$/.exec(path)?.[0] ?? "";
  return `${path.slice(0, path.length - end.length)} (${copy})${end}`;
}

function normalised(chosen: ChosenFile): ChosenFile {
  return { ...chosen, path: chosen.path.normalize("NFC") };
}

function firstFolder(path: string): string | undefined {
  const end = path.indexOf("/");
  return end < 0 ? undefined : path.slice(0, end);
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

import {
  drawChest,
  encodeGreyPng,
  type Person,
  samplePeople,
  writeCtStudy,
  writeEcg,
  writeLetter,
  writeReport,
  writeVariants,
} from "@chirograph/clinical/samples";
import type { SourceFiles } from "../worker/contract.ts";

export type PatientName = keyof typeof samplePeople;

const SLICES = 60;
const DATE = "20260302";

/** Records of somebody who does not exist, made one after the other. */
export async function* makeRecords(name: PatientName): AsyncGenerator<SourceFiles, void, undefined> {
  const person = samplePeople[name];
  switch (name) {
    case "paula":
      yield await ctStudy(person);
      yield headReport(person);
      yield letter(person);
      return;
    case "otto":
      yield single(
        "ecg.dcm",
        "application/dicom",
        writeEcg({ person, date: DATE, beatsPerMinute: 68, randomBytes }),
      );
      yield single("chest.png", "image/png", await encodeGreyPng(drawChest(randomBytes)));
      yield letter(person);
      return;
    case "ines":
      yield* heartFilm();
      yield single("variants.vcf", "text/x-vcf", writeVariants({ sample: person.id, date: DATE }));
      yield heartReport(person);
  }
}

/** How many records there will be, and whether a film is among those that this browser cannot make. */
export function recordCount(name: PatientName): number {
  return name === "ines" && !canFilm() ? 2 : 3;
}

export function canFilm(): boolean {
  return "VideoEncoder" in globalThis;
}

async function ctStudy(person: Person): Promise<SourceFiles> {
  const files: SourceFiles["files"][number][] = [];
  for (const slice of writeCtStudy({ person, slices: SLICES, date: DATE, randomBytes })) {
    const path = `slice-${String(files.length + 1).padStart(3, "0")}.dcm`;
    files.push({ path, file: new File([slice], path, { type: "application/dicom" }) });
    await breathe();
  }
  return { name: "CT of the head", shape: "folder", kind: "application/dicom", files };
}

async function* heartFilm(): AsyncGenerator<SourceFiles, void, undefined> {
  const { encodeBeatingHeart } = await import("./video.ts");
  const film = await encodeBeatingHeart();
  if (film !== undefined) yield single("heart.webm", "video/webm", film);
}

function headReport(person: Person): SourceFiles {
  const report = writeReport({
    person,
    date: DATE,
    title: "CT of the head",
    paragraphs: [
      "Technique: 60 axial slices, without contrast medium.",
      "Findings: the skull is intact. Two symmetric hollows of the shape of ellipsoids. Three small round densities near " +
        "the back of the head, of constant value, as Shepp and Logan described them in 1974.",
      "Impression: a phantom, in good health.",
    ],
  });
  return single("report.pdf", "application/pdf", report);
}

function heartReport(person: Person): SourceFiles {
  const report = writeReport({
    person,
    date: DATE,
    title: "Ultrasound of the heart",
    paragraphs: [
      "Technique: a canvas, an encoder, and a sine.",
      "Findings: both chambers contract regularly, 75 times a minute. The valve opens and closes fully.",
      "Impression: a heart that never beat, and beats well.",
    ],
  });
  return single("report.pdf", "application/pdf", report);
}

function letter(person: Person): SourceFiles {
  return single("letter.txt", "text/plain", writeLetter({ person, date: DATE }));
}

function single(name: string, kind: string, content: string | Uint8Array<ArrayBuffer>): SourceFiles {
  const file = new File([content], name, { type: kind });
  return { name, shape: "file", kind, files: [{ path: name, file }] };
}

function randomBytes(lengthBytes: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(lengthBytes));
}

/** Lets the page draw between slices. */
async function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import {
  encodeGreyPng,
  drawChest,
  samplePeople,
  writeCtStudy,
  writeLetter,
  writeReport,
} from "@chirograph/clinical/samples";
import type { Page } from "playwright";
import { samples } from "../../test-support/data.ts";

/** Files of a patient who does not exist, on disk, as somebody would choose them. */
export interface Records {
  readonly scan: string;
  readonly picture: string;
  readonly report: string;
  readonly letter: string;
  readonly film: string;
  /** A folder of sixty slices. */
  readonly study: string;
}

export const STUDY_FILES = 60;
/** Stands in the letter, and nowhere in the application. */
export const OWN_SENTENCE = "Regards to the nightingale of Ward Seven.";

export async function writeRecords(folder: string, page: Page): Promise<Records> {
  const records: Records = {
    scan: join(folder, "CT_small.dcm"),
    picture: join(folder, "chest.png"),
    report: join(folder, "report.pdf"),
    letter: join(folder, "letter.txt"),
    film: join(folder, "film.webm"),
    study: join(folder, "study"),
  };
  const person = samplePeople.paula;
  const date = "20260302";
  mkdirSync(records.study);
  let slice = 0;
  for (const bytes of writeCtStudy({ person, date, randomBytes: random, slices: STUDY_FILES })) {
    writeFileSync(join(records.study, `${String(++slice).padStart(3, "0")}.dcm`), bytes);
  }
  const published = join(samples.path, "dicom", "CT_small.dcm");
  copyFileSync(samples.missing === undefined ? published : join(records.study, "030.dcm"), records.scan);
  writeFileSync(records.picture, await encodeGreyPng(drawChest(random)));
  writeFileSync(
    records.report,
    writeReport({ person, date, title: "Report, made up", paragraphs: ["Nothing to be seen."] }),
  );
  writeFileSync(records.letter, `${writeLetter({ person, date })}\n${OWN_SENTENCE}\n`);
  writeFileSync(records.film, await recordFilm(page));
  return records;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function sha256OfFile(path: string): string {
  return sha256(readFileSync(path));
}

function random(lengthBytes: number): Uint8Array {
  return randomBytes(lengthBytes);
}

/** Three seconds of a moving ring, recorded by the browser itself. */
async function recordFilm(page: Page): Promise<Buffer> {
  const text = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [160, 120];
    const drawing = canvas.getContext("2d")!;
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm;codecs=vp8" });
    const pieces: Blob[] = [];
    recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
    recorder.start();
    const begin = performance.now();
    while (performance.now() - begin < 3000) {
      const angle = (performance.now() - begin) / 300;
      drawing.fillStyle = "black";
      drawing.fillRect(0, 0, 160, 120);
      drawing.fillStyle = "white";
      drawing.fillRect(80 + 40 * Math.cos(angle), 60 + 40 * Math.sin(angle), 8, 8);
      await new Promise(requestAnimationFrame);
    }
    const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
    recorder.stop();
    await stopped;
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  });
  return Buffer.from(text, "latin1");
}

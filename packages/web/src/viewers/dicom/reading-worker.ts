// Reads DICOM headers where a hostile one can only hang this worker, which is ended then.
import { expose, transfer } from "comlink";
import { type ViewerCode, viewerError } from "../problem.ts";
import { type HeadReading, readFile, readHead } from "./read-file.ts";
import type { DicomReading } from "./reading.ts";

/** A failure as data: errors lose their code on the way between workers. */
export type Answer<Reading> =
  | { readonly reading: Reading }
  | { readonly failure: { readonly code: ViewerCode; readonly detail: string } };

const worker = {
  async read(bytes: Uint8Array<ArrayBuffer>): Promise<Answer<DicomReading>> {
    const result = await answer(async () => readFile(bytes));
    const frames = "reading" in result ? (result.reading.picture?.frames ?? []) : [];
    return transfer(result, [...new Set(frames.map(({ buffer }) => buffer))]);
  },
  async head(bytes: Uint8Array<ArrayBuffer>): Promise<Answer<HeadReading | undefined>> {
    return answer(async () => readHead(bytes));
  },
};

export type ReadingWorker = typeof worker;

async function answer<Reading>(work: () => Promise<Reading>): Promise<Answer<Reading>> {
  try {
    return { reading: await work() };
  } catch (error) {
    const { code, message } = viewerError(error, "malformed");
    return { failure: { code, detail: message } };
  }
}

expose(worker);

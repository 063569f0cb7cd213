import { type Remote, transfer, wrap } from "comlink";
import { ViewerError } from "../problem.ts";
import { withinLimit } from "../time-limit.ts";
import type { HeadReading } from "./read-file.ts";
import type { DicomReading } from "./reading.ts";
import type { Answer, ReadingWorker } from "./reading-worker.ts";

/** Reads headers in a worker; one that hangs is ended, and the next file has a new one. */
export class DicomReader {
  /** Begins at once: it loads while the bytes are on their way. */
  #running: { readonly native: Worker; readonly remote: Remote<ReadingWorker> } | undefined = start();

  /** Takes the bytes over. */
  async read(bytes: Uint8Array<ArrayBuffer>): Promise<DicomReading> {
    return this.#ask(async (remote) => remote.read(transfer(bytes, [bytes.buffer])));
  }

  /** Of the beginning of a file; `undefined`: more of it is needed. Takes the bytes over. */
  async head(bytes: Uint8Array<ArrayBuffer>): Promise<HeadReading | undefined> {
    return this.#ask(async (remote) => remote.head(transfer(bytes, [bytes.buffer])));
  }

  end(): void {
    this.#running?.native.terminate();
    this.#running = undefined;
  }

  async #ask<Reading>(
    question: (remote: Remote<ReadingWorker>) => Promise<Answer<Reading>>,
  ): Promise<Reading> {
    const { native, remote } = (this.#running ??= start());
    const died = new Promise<never>((_, reject) => {
      native.addEventListener("error", () => reject(new ViewerError("malformed", "the reader ended")), {
        once: true,
      });
    });
    const answer = await withinLimit(Promise.race([question(remote), died]), () => this.end());
    if ("failure" in answer) throw new ViewerError(answer.failure.code, answer.failure.detail);
    return answer.reading;
  }
}

function start(): { native: Worker; remote: Remote<ReadingWorker> } {
  const native = new Worker(new URL("./reading-worker.ts", import.meta.url), {
    type: "module",
    name: "dicom-reader",
  });
  return { native, remote: wrap<ReadingWorker>(native) };
}

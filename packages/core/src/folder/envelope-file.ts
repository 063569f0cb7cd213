import type { Engine } from "@chirograph/engine/interface";
import { type Chart, encodeChart, parseChart } from "../chart/document.ts";
import { Reader } from "../encoding/reader.ts";
import { utf8 } from "../encoding/text.ts";
import { Writer } from "../encoding/writer.ts";
import { type Envelope, parseEnvelope } from "../envelope/envelope.ts";
import { ChirographError } from "../error.ts";
import { admitEnvelope } from "../record/admit.ts";

/** Name of the one file of a sealed folder that is not a fragment. */
export const ENVELOPE_FILE_NAME = "envelope";

const MAGIC = "CHGSEALD";

/** A sealed folder's statement: the chart of one record, and the envelope of its version. */
export interface SealedFolder {
  readonly chart: Chart;
  readonly envelope: Envelope;
}

export function encodeEnvelopeFile({ chart, envelope }: SealedFolder): Uint8Array<ArrayBuffer> {
  return new Writer().raw(utf8(MAGIC)).bytes32(encodeChart(chart)).bytes32(envelope.bytes).finish();
}

/** Reads the file and checks everything that needs no key: every link, the envelope, and that they belong together. */
export async function parseEnvelopeFile(engine: Engine, bytes: Uint8Array): Promise<SealedFolder> {
  const reader = new Reader(bytes, "envelope file");
  reader.magic(MAGIC);
  const chart = await parseChart(engine, reader.bytes32());
  const envelope = await parseEnvelope(engine, reader.bytes32());
  reader.end();
  admitEnvelope(chart.state, envelope);
  return { chart, envelope };
}

/** What can still be read of an envelope file whose envelope is damaged or cut off: the chart document, and why. */
export async function salvageChart(
  engine: Engine,
  bytes: Uint8Array,
): Promise<{ chart: Chart; envelope: Envelope | undefined; problem: ChirographError | undefined }> {
  const reader = new Reader(bytes, "envelope file");
  reader.magic(MAGIC);
  const chart = await parseChart(engine, reader.bytes32());
  try {
    const { envelope } = await parseEnvelopeFile(engine, bytes);
    return { chart, envelope, problem: undefined };
  } catch (error) {
    if (!(error instanceof ChirographError)) throw error;
    return { chart, envelope: undefined, problem: error };
  }
}

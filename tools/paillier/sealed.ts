// The same record sealed by this project, in memory: the default profile and the classic one.
import {
  createIdentity,
  openClassic,
  openVersion,
  parseEnvelopeFile,
  sealFolder,
  surveyFragments,
  unlockChart,
  Word,
} from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import { type Cost, measured } from "./measure.ts";

export type Profile = "locked" | "classic";

export interface SealedFigures {
  readonly seal: Cost;
  readonly open: Cost;
  /** All fragments and the envelope. */
  readonly sizeBytes: number;
}

const WORD = "adk21937";

/** Seals a record and opens it again, once to warm up and once measured. */
export async function sealedFigures(profile: Profile, record: Uint8Array): Promise<SealedFigures> {
  await once(profile, record);
  return once(profile, record);
}

async function once(profile: Profile, record: Uint8Array): Promise<SealedFigures> {
  const engine = createEngine();
  const reader = await createIdentity(engine);
  const files: Uint8Array[][] = [];
  const word = new Word(WORD);
  const content = {
    shape: "file",
    entries: [{ path: "image", bytes: record.length }],
    kind: "application/octet-stream",
    metadata: new Map<string, string>(),
    data: one(record),
  } as const;
  const how = profile === "classic" ? { profile } : ({ profile, suite: "aes-128", padded: true } as const);
  const plan = { readers: [reader.recipient], word, time: Date.now(), content, how };
  const sealed = await measured(() =>
    sealFolder(engine, plan, {
      open: async (fragments) => void files.push(...fragments.map(() => [])),
      write: async (index, bytes) => void files[index]!.push(Uint8Array.from(bytes)),
    }),
  );
  const fragments = files.map((pieces) => new Uint8Array(Buffer.concat(pieces)));
  const opened = await measured(async () => {
    const { chart, envelope } = await parseEnvelopeFile(engine, sealed.result.envelopeFile);
    const { places, known } = await surveyFragments(engine, envelope, fragments.map(candidate));
    const sources = places.map(({ found }) => found[0]!.source);
    const version =
      envelope.profile === "classic"
        ? await openClassic(engine, chart, reader, word, envelope, sources)
        : await openVersion(engine, await unlockChart(engine, chart, reader, word), envelope, known);
    const pieces: Uint8Array[] = [];
    for await (const piece of version.content(0, record.length)) pieces.push(Uint8Array.from(piece));
    return Buffer.concat(pieces);
  });
  if (!opened.result.equals(record)) throw new Error("the record does not come back");
  return { seal: sealed, open: opened, sizeBytes: sizeOf(fragments) + sealed.result.envelopeFile.length };
}

function candidate(bytes: Uint8Array, index: number) {
  return {
    name: String(index),
    source: {
      sizeBytes: bytes.length,
      read: async (offset: number, lengthBytes: number) => bytes.subarray(offset, offset + lengthBytes),
    },
  };
}

async function* one(record: Uint8Array): AsyncGenerator<Uint8Array> {
  yield record;
}

function sizeOf(files: readonly Uint8Array[]): number {
  return files.reduce((sum, file) => sum + file.length, 0);
}

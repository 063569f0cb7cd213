// What the attacks share: a chart to attack, a record in it, and the ways to take them apart.
import { createEngine } from "@chirograph/engine";
import type { Engine } from "@chirograph/engine";
import { expect } from "vitest";
import { createChart } from "../../src/chart/create.ts";
import { appendLink } from "../../src/chart/document.ts";
import type { Change } from "../../src/chart/change.ts";
import { type UnlockedChart, unlockChart } from "../../src/chart/unlock.ts";
import type { FragmentSource } from "../../src/cut/fragment.ts";
import { concat } from "../../src/encoding/bytes.ts";
import type { Envelope, LockedEnvelope } from "../../src/envelope/envelope.ts";
import { ChirographError, type ErrorCode } from "../../src/error.ts";
import { type CandidateFile, surveyFragments } from "../../src/folder/survey.ts";
import { createIdentity, type Identity, type Signer } from "../../src/identity/identity.ts";
import type { RecordContent } from "../../src/record/content.ts";
import { openVersion } from "../../src/record/open.ts";
import type { FragmentSink } from "../../src/record/body.ts";
import { sealVersion, type VersionPlan } from "../../src/record/seal.ts";
import { Word } from "../../src/word/rules.ts";

export const engine: Engine = createEngine();

/** Argon2id replaced by one hash, for attacks that have nothing to do with its price. */
export const quick: Engine = {
  ...engine,
  argon2id: ({ password, salt }) => engine.sha256([salt, password]),
};

const inNode: boolean = !("document" in globalThis);

export const WORD: Word = new Word("adk21937");
export const OTHER_WORD: Word = new Word("xyz56084");
export const ALL_RIGHTS = 7;
export const TIME = 1_700_000_000_000;

export type LockedVersion = Envelope & LockedEnvelope;

/** Bytes that differ from place to place. */
export function pattern(lengthBytes: number, seed = 1): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    { length: lengthBytes },
    (_, index) => (index * 31 + (index >> 8) * 7 + seed) & 0xff,
  );
}

export function flipBit(bytes: Uint8Array, bit: number): Uint8Array<ArrayBuffer> {
  const flipped = Uint8Array.from(bytes);
  flipped[bit >> 3]! ^= 1 << (bit & 7);
  return flipped;
}

/**
 * The bits to flip, one at a time: every one in Node. A browser pays a change of threads for each hash and signature:
 * there every seventh, which still meets each of the eight places in a byte, all along the file.
 */
export function bitsOf(bytes: Uint8Array): number[] {
  const step = inNode ? 1 : 7;
  return Array.from({ length: Math.ceil((bytes.length * 8) / step) }, (_, index) => index * step);
}

export function patch(bytes: Uint8Array, offset: number, ...values: number[]): Uint8Array<ArrayBuffer> {
  const patched = Uint8Array.from(bytes);
  patched.set(values, offset);
  return patched;
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const whole: Uint8Array[] = [];
  for await (const piece of pieces) whole.push(Uint8Array.from(piece));
  return concat(...whole);
}

export async function* oneByOne(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, void> {
  yield* pieces;
}

export function contentOf(bytes: Uint8Array): RecordContent {
  return {
    shape: "file",
    entries: [{ path: "scan.dcm", bytes: bytes.length }],
    kind: "application/dicom",
    metadata: new Map([["patient", "Ada"]]),
    data: oneByOne(bytes),
  };
}

export function sourceOf(bytes: Uint8Array): FragmentSource {
  return {
    sizeBytes: bytes.length,
    read: async (offset, lengthBytes) => bytes.slice(offset, offset + lengthBytes),
  };
}

export function fileOf(bytes: Uint8Array, name = "file"): CandidateFile {
  return { name, source: sourceOf(bytes) };
}

/** A chart whose owner reads, writes and manages, and whatever members join. */
export async function makeChart(
  use: Engine,
  owner: Identity,
  members: readonly { identity: Identity; rights: number }[] = [],
  word: Word = WORD,
): Promise<UnlockedChart> {
  return createChart(
    use,
    {
      owner,
      members: [{ identity: owner, rights: ALL_RIGHTS }, ...members].map(({ identity, rights }) => ({
        recipient: identity.recipient,
        rights,
      })),
      time: TIME,
    },
    word,
  );
}

export interface SealedRecord {
  /** With the version in it. */
  readonly unlocked: UnlockedChart;
  readonly envelope: LockedVersion;
  readonly fragments: readonly Uint8Array[];
}

/** Seals `content` and adds the version to the chart. */
export async function sealInto(
  use: Engine,
  unlocked: UnlockedChart,
  author: Identity,
  content: Uint8Array,
  how: Partial<Omit<VersionPlan, "author" | "content">> = {},
): Promise<SealedRecord> {
  const { sink, fragments } = memorySink();
  const plan: VersionPlan = {
    author,
    suite: "aes-128",
    tolerate: 2,
    padded: false,
    time: TIME,
    content: contentOf(content),
    ...how,
  };
  const { envelope, change } = await sealVersion(use, unlocked, plan, sink);
  return {
    unlocked: await addLink(use, unlocked, author, change),
    envelope: envelope as LockedVersion,
    fragments: fragments(),
  };
}

export async function addLink(
  use: Engine,
  unlocked: UnlockedChart,
  signer: Signer,
  ...changes: Change[]
): Promise<UnlockedChart> {
  return { ...unlocked, chart: await appendLink(use, unlocked.chart, { signer, time: TIME, changes }) };
}

export function memorySink(): { sink: FragmentSink; fragments: () => Uint8Array[] } {
  const parts: Uint8Array[][] = [];
  return {
    sink: {
      open: async (planned) => {
        for (const _ of planned) parts.push([]);
      },
      write: async (index, bytes) => {
        parts[index]!.push(Uint8Array.from(bytes));
      },
    },
    fragments: () => parts.map((pieces) => concat(...pieces)),
  };
}

/** Survey and open, as whoever holds `unlocked` and these files would. */
export async function openFrom(
  use: Engine,
  unlocked: UnlockedChart,
  envelope: LockedVersion,
  files: readonly Uint8Array[],
): Promise<Uint8Array> {
  const { known } = await surveyFragments(
    use,
    envelope,
    files.map((bytes) => fileOf(bytes)),
  );
  const opened = await openVersion(use, unlocked, envelope, known);
  return collect(opened.content());
}

export function unlock(use: Engine, unlocked: UnlockedChart, identity: Identity): Promise<UnlockedChart> {
  return unlockChart(use, unlocked.chart, identity, WORD);
}

/** The refusal, which must be one of ours: anything else that is thrown fails the test. */
export async function refusal(attempt: () => Promise<unknown>): Promise<ChirographError | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    if (error instanceof ChirographError) return error;
    throw error;
  }
}

export async function expectRefused(attempt: () => Promise<unknown>, ...codes: ErrorCode[]): Promise<void> {
  expect(codes).toContain((await refusal(attempt))?.code);
}

/** Identities cost a key pair each; a test file makes what it needs once. */
export async function people<Name extends string>(...names: Name[]): Promise<Record<Name, Identity>> {
  const made = await Promise.all(names.map(async (name) => [name, await createIdentity(engine)] as const));
  return Object.fromEntries(made) as Record<Name, Identity>;
}

/** The calls of an engine, by method, as they are made. */
export function counting(base: Engine = engine): { use: Engine; calls: Map<string, number> } {
  const calls = new Map<string, number>();
  const use = new Proxy(base, {
    get(target, name: keyof Engine) {
      const method = target[name] as (...parts: unknown[]) => unknown;
      return (...parts: unknown[]) => {
        calls.set(name, (calls.get(name) ?? 0) + 1);
        return method(...parts);
      };
    },
  });
  return { use, calls };
}

// What the core's tests share: engines, people, records and places in memory.
import { createEngine } from "@chirograph/engine";
import type { Engine } from "@chirograph/engine";
import { expect } from "vitest";
import { concat, toHex } from "../src/encoding/bytes.ts";
import { utf8 } from "../src/encoding/text.ts";
import type { ErrorCode } from "../src/error.ts";
import type { FragmentSource } from "../src/cut/fragment.ts";
import type { CandidateFile } from "../src/folder/survey.ts";
import { createIdentity, type Identity } from "../src/identity/identity.ts";
import type { RecordContent } from "../src/record/content.ts";
import type { FragmentSink, PlannedFragment } from "../src/record/body.ts";
import { Word } from "../src/word/rules.ts";

export const engine: Engine = createEngine();

/** The engine with a guess that costs nothing, for tests that open many charts; Argon2id has tests of its own. */
export const quickEngine: Engine = {
  ...engine,
  argon2id: ({ password, salt, memoryKiB, passes, lanes, lengthBytes }) =>
    engine.hkdfSha512({
      inputKey: concat(password, salt),
      info: utf8(`${memoryKiB} ${passes} ${lanes}`),
      lengthBytes,
    }),
};

/** The engine with a seeded source of randomness: the same calls give the same bytes. */
export function seeded(base: Engine, seed: number): Engine {
  let state = seed;
  const next = (): number => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 24;
  };
  return { ...base, randomBytes: (lengthBytes) => Uint8Array.from({ length: lengthBytes }, next) };
}

/** The engine with randomness that is told beforehand, byte by byte. */
export function scripted(base: Engine, script: readonly number[]): Engine {
  let offset = 0;
  return {
    ...base,
    randomBytes(lengthBytes) {
      const bytes = Uint8Array.from(script.slice(offset, offset + lengthBytes));
      offset += lengthBytes;
      if (bytes.length < lengthBytes) throw new Error("the script of random bytes is at its end");
      return bytes;
    },
  };
}

/** Matches an error by its code; texts are for people. */
export function refusal(code: ErrorCode): unknown {
  return expect.objectContaining({ code });
}

/** An owner, two readers and a stranger; made once for a file of tests. */
export interface People {
  readonly ada: Identity;
  readonly ben: Identity;
  readonly cleo: Identity;
  readonly dora: Identity;
}

export async function makePeople(): Promise<People> {
  const random = seeded(engine, 7);
  return {
    ada: await createIdentity(random),
    ben: await createIdentity(random),
    cleo: await createIdentity(random),
    dora: await createIdentity(random),
  };
}

export const word: Word = new Word("adk21937");
export const TIME = 1_700_000_000_000;

/** Bytes of which neighbours differ, the same in every run. */
export function pattern(lengthBytes: number, start = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthBytes);
  for (let index = 0; index < lengthBytes; index++) bytes[index] = start + 7 * index + (index >> 8);
  return bytes;
}

/** A copy with one bit changed. */
export function flipped(bytes: Uint8Array, index: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy[index]! ^= 1 << (index % 8);
  return copy;
}

/** The bytes as a stream, in pieces of one length and a rest. */
export async function* inPieces(
  bytes: Uint8Array,
  pieceBytes: number = Math.max(1, bytes.length),
): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    yield bytes.subarray(offset, offset + pieceBytes);
  }
}

export async function gather(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const gathered: Uint8Array[] = [];
  for await (const piece of pieces) gathered.push(piece.slice());
  return concat(...gathered);
}

/** A record that is one file. */
export function oneFile(bytes: Uint8Array, changes: Partial<RecordContent> = {}): RecordContent {
  return {
    shape: "file",
    entries: [{ path: "scan.dcm", bytes: bytes.length }],
    kind: "application/dicom",
    metadata: new Map([["patient", "Ada"]]),
    data: inPieces(bytes, 5000),
    ...changes,
  };
}

export function sourceOf(bytes: Uint8Array): FragmentSource {
  return {
    sizeBytes: bytes.length,
    read: async (offset, lengthBytes) => bytes.slice(offset, offset + lengthBytes),
  };
}

/** A source of which every read fails, as of a store that went away. */
export function brokenSource(sizeBytes: number): FragmentSource {
  return { sizeBytes, read: () => Promise.reject(new Error("the store went away")) };
}

export function fileOf(bytes: Uint8Array, name = "some file"): CandidateFile {
  return { name, source: sourceOf(bytes) };
}

/** Takes fragments and keeps them. */
export class Bag implements FragmentSink {
  planned: readonly PlannedFragment[] = [];
  readonly #pieces: Uint8Array[][] = [];

  async open(fragments: readonly PlannedFragment[]): Promise<void> {
    this.planned = fragments;
    for (const _ of fragments) this.#pieces.push([]);
  }

  async write(index: number, bytes: Uint8Array): Promise<void> {
    this.#pieces[index]!.push(bytes.slice());
  }

  /** The fragments, in the order in which they were announced. */
  fragments(): Uint8Array<ArrayBuffer>[] {
    return this.#pieces.map((pieces) => concat(...pieces));
  }

  files(): CandidateFile[] {
    return this.fragments().map((bytes, index) => fileOf(bytes, this.planned[index]!.name));
  }
}

/** All ways to choose `size` of the numbers below `total`. */
export function choices(total: number, size: number): number[][] {
  if (size === 0) return [[]];
  if (size > total) return [];
  const without = choices(total - 1, size);
  const withLast = choices(total - 1, size - 1).map((chosen) => [...chosen, total - 1]);
  return [...without, ...withLast];
}

/** An id that differs from every other number's. */
export function id(number: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(16).fill(number);
}

export { concat, toHex, utf8 };

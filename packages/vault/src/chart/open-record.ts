import {
  ChirographError,
  contentBytes,
  type ContentOptions,
  type Description,
  describeVersion,
  type Entry,
  type OpenedVersion,
  openVersion,
  type ReadMarks,
  readMarks,
  TooFewFragments,
} from "@chirograph/core";
import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { findEnvelope, findEnvelopes, type FoundEnvelope } from "./find-version.ts";
import { FragmentHand } from "./fragments.ts";
import type { FragmentEvent } from "./looks.ts";
import type { ChartSession } from "./session.ts";

/** A version whose locks have all opened, read straight from the stores. */
export interface OpenedRecord extends Description {
  readonly version: Id;
  readonly record: Id;
  /** Bytes of the content, without padding. */
  readonly sizeBytes: number;
  /**
   * Content from byte `first` (0) to `end` (the end), exclusive, in pieces that were each checked. What a store does
   * not give or gives wrongly is made from others; what was given out before an error is void.
   * @throws VaultError `stores-missing`, ChirographError `inconsistent-author`
   */
  content(first?: number, end?: number, options?: ContentOptions): AsyncGenerator<Uint8Array, void, void>;
  /** n and k. */
  readonly total: number;
  readonly needed: number;
  /** Length of the sealed bytes: what was cut into fragments. */
  readonly sealedBytes: number;
  /** The sealed bytes `[first, end)`, read back from the fragments: ciphertext, for whoever wants to see it. */
  sealed(first: number, end: number): Promise<Uint8Array>;
  /** Where one file of the record lies in its content. @throws VaultError `unknown` */
  file(path: string): RecordFile;
  /** Stores that did not give their fragment, or a damaged one, so far. */
  readonly damagedStores: readonly Id[];
}

export interface RecordFile {
  readonly sizeBytes: number;
  readonly first: number;
  readonly end: number;
}

/** Card and inside, without any fragment. */
export async function describeRecord(
  session: ChartSession,
  record: Id,
  version?: Id,
): Promise<Description & { version: Id }> {
  const found = await findEnvelope(session, record, version);
  const description = await describeVersion(session.parts.engine, session.unlocked, found.envelope);
  return { ...description, version: found.version };
}

/** So many envelopes are asked for at a time. */
const DESCRIBED_AT_ONCE = 256;

/** Card and inside of the current version of each record that opens; the others are left out. */
export async function describeRecords(
  session: ChartSession,
  records: readonly Id[],
): Promise<ReadonlyMap<Id, Description & { version: Id }>> {
  const described = new Map<Id, Description & { version: Id }>();
  for (let first = 0; first < records.length; first += DESCRIBED_AT_ONCE) {
    const found = await findEnvelopes(session, records.slice(first, first + DESCRIBED_AT_ONCE));
    for (const [record, { version, envelope }] of found) {
      try {
        const description = await describeVersion(session.parts.engine, session.unlocked, envelope);
        described.set(record, { ...description, version });
      } catch (error) {
        if (!(error instanceof ChirographError)) throw error;
      }
    }
  }
  return described;
}

/** A fragment as everybody sees it, and what the word makes of its marks. */
export interface RecordFragment extends ReadMarks {
  /** From 0. */
  readonly index: number;
  /** 16 bytes each; the root has 32. */
  readonly id: Uint8Array;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly root: Uint8Array;
  readonly sizeBytes: number;
  /** Where the catalogue says that it lies. */
  readonly store: Id | undefined;
}

/** The fragments of a version, without reading any. */
export async function fragmentsOf(
  session: ChartSession,
  record: Id,
  version?: Id,
): Promise<RecordFragment[]> {
  const { envelope, places } = await findEnvelope(session, record, version);
  const marks = await readMarks(session.parts.engine, session.unlocked, envelope);
  return envelope.places.map((place, index) => ({
    ...place,
    ...marks[index]!,
    index,
    sizeBytes: envelope.geometry.fragmentBytes,
    store: places[index]?.store,
  }));
}

export interface OpenOptions {
  /** Hears of every fragment that is asked for. */
  readonly onFragment?: (event: FragmentEvent) => void;
}

export async function openRecord(
  session: ChartSession,
  wanted: { record: Id; version: Id | undefined },
  options?: OpenOptions,
): Promise<OpenedRecord> {
  return openFound(session, await findEnvelope(session, wanted.record, wanted.version), options);
}

/** Opens a version whose envelope is there already. */
export async function openFound(
  session: ChartSession,
  found: FoundEnvelope,
  options: OpenOptions = {},
): Promise<OpenedRecord> {
  const reading = new Reading(session, found, options);
  const { card, inside } = await reading.open();
  const sizeBytes = contentBytes(inside.entries);
  return {
    card,
    inside,
    version: found.version,
    record: found.record,
    sizeBytes,
    total: found.envelope.total,
    needed: found.envelope.needed,
    sealedBytes: found.envelope.geometry.sealedBytes,
    sealed: (first, end) => reading.sealed(first, end),
    content: (first = 0, end = sizeBytes, { lend = false } = {}) =>
      reading.content({ first, end, isWhole: first === 0 && end === sizeBytes, lend }),
    file: (path) => findFile(inside.entries, path),
    get damagedStores() {
      return reading.damagedStores();
    },
  };
}

/** A version being read: begins with k fragments, and takes the others when these do not last. */
class Reading {
  readonly #session: ChartSession;
  readonly #found: FoundEnvelope;
  readonly #hand: FragmentHand;
  readonly #damaged = new Set<Id>();
  #opened: OpenedVersion | undefined;
  /** So many fragments were known when it opened. */
  #openedWith = 0;

  constructor(session: ChartSession, found: FoundEnvelope, { onFragment }: OpenOptions) {
    this.#session = session;
    this.#found = found;
    this.#hand = new FragmentHand(session.parts, found, { onFragment, onSlow: () => this.#noteDamage() });
  }

  async open(): Promise<OpenedVersion> {
    // Nobody without the keys makes a store work.
    await describeVersion(this.#session.parts.engine, this.#session.unlocked, this.#found.envelope);
    await this.#hand.gather();
    return this.#openKnown();
  }

  async *content(part: ContentPart): AsyncGenerator<Uint8Array, void, void> {
    let position = part.first;
    for (let resumed = false; ; resumed = true) {
      const opened = this.#opened!;
      try {
        for await (const piece of opened.content(position, part.end, { lend: part.lend })) {
          position += piece.length;
          yield piece;
        }
        // Only one reading of the whole tells whether an author gave those who miss a fragment something else to read.
        if (part.isWhole && resumed && !this.#hand.hasAllData) await drain(opened.content());
        return;
      } catch (error) {
        await this.#takeMore(error);
        if (this.#opened === opened) await this.#openKnown();
      }
    }
  }

  async sealed(first: number, end: number): Promise<Uint8Array> {
    for (;;) {
      const opened = this.#opened!;
      try {
        return await opened.sealed(first, end);
      } catch (error) {
        await this.#takeMore(error);
        if (this.#opened === opened) await this.#openKnown();
      }
    }
  }

  damagedStores(): Id[] {
    this.#noteDamage();
    return [...new Set([...this.#hand.useless, ...this.#damaged])].toSorted();
  }

  async #openKnown(): Promise<OpenedVersion> {
    const { parts, unlocked } = this.#session;
    for (;;) {
      try {
        const known = [...this.#hand.known];
        this.#openedWith = known.length;
        this.#opened = await openVersion(parts.engine, unlocked, this.#found.envelope, known);
        return this.#opened;
      } catch (error) {
        await this.#takeMore(error);
      }
    }
  }

  /** Takes as many of the fragments that were left alone so far as are lacking, or gives up. */
  async #takeMore(error: unknown): Promise<void> {
    if (!(error instanceof TooFewFragments)) throw error;
    this.#noteDamage();
    if (this.#hand.known.length > this.#openedWith) return;
    const lacking = error.missing.length - (this.#found.envelope.total - error.needed);
    if (await this.#hand.gatherMore(lacking)) return;
    this.#hand.forgive();
    const stores = new Set([...this.damagedStores(), ...this.#hand.storesAt(error.missing)]);
    throw new VaultError("stores-missing", `Too few stores give what is needed. ${error.message}`, {
      stores: [...stores].toSorted(),
      cause: error,
    });
  }

  #noteDamage(): void {
    for (const fragment of this.#opened?.damaged ?? []) {
      if (!this.#hand.wasSlow(fragment)) this.#damaged.add(this.#hand.storeOf(fragment));
    }
  }
}

interface ContentPart {
  readonly first: number;
  readonly end: number;
  readonly isWhole: boolean;
  readonly lend: boolean;
}

async function drain(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) void piece;
}

function findFile(entries: readonly Entry[], path: string): RecordFile {
  const wanted = path.normalize("NFC");
  let first = 0;
  for (const entry of entries) {
    const end = first + entry.bytes;
    if (entry.path === wanted && !wanted.endsWith("/")) return { sizeBytes: entry.bytes, first, end };
    first = end;
  }
  throw new VaultError("unknown", "The record has no file of that name.");
}

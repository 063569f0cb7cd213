import {
  contentBytes,
  type Description,
  describeVersion,
  type Entry,
  type OpenedVersion,
  openVersion,
  TooFewFragments,
} from "@chirograph/core";
import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { findEnvelope, type FoundEnvelope } from "./find-version.ts";
import { FragmentHand } from "./fragments.ts";
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
  content(first?: number, end?: number): AsyncGenerator<Uint8Array, void, void>;
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

export async function openRecord(session: ChartSession, record: Id, version?: Id): Promise<OpenedRecord> {
  return openFound(session, await findEnvelope(session, record, version));
}

/** Opens a version whose envelope is there already. */
export async function openFound(session: ChartSession, found: FoundEnvelope): Promise<OpenedRecord> {
  const reading = new Reading(session, found);
  const { card, inside } = await reading.open();
  const sizeBytes = contentBytes(inside.entries);
  return {
    card,
    inside,
    version: found.version,
    record: found.record,
    sizeBytes,
    content: (first = 0, end = sizeBytes) =>
      reading.content({ first, end, isWhole: first === 0 && end === sizeBytes }),
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

  constructor(session: ChartSession, found: FoundEnvelope) {
    this.#session = session;
    this.#found = found;
    this.#hand = new FragmentHand(session.parts, found.envelope, found.places);
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
        for await (const piece of opened.content(position, part.end)) {
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

  damagedStores(): Id[] {
    this.#noteDamage();
    return [...new Set([...this.#hand.useless, ...this.#damaged])].toSorted();
  }

  async #openKnown(): Promise<OpenedVersion> {
    const { parts, unlocked } = this.#session;
    for (;;) {
      try {
        this.#opened = await openVersion(parts.engine, unlocked, this.#found.envelope, this.#hand.known);
        return this.#opened;
      } catch (error) {
        await this.#takeMore(error);
      }
    }
  }

  /** Takes the fragments that were left alone so far, or gives up. */
  async #takeMore(error: unknown): Promise<void> {
    if (!(error instanceof TooFewFragments)) throw error;
    this.#noteDamage();
    if (await this.#hand.gatherAll()) return;
    const stores = new Set([...this.damagedStores(), ...this.#hand.storesAt(error.missing)]);
    throw new VaultError("stores-missing", `Too few stores give what is needed. ${error.message}`, {
      stores: [...stores].toSorted(),
      cause: error,
    });
  }

  #noteDamage(): void {
    for (const fragment of this.#opened?.damaged ?? []) this.#damaged.add(this.#hand.storeOf(fragment));
  }
}

interface ContentPart {
  readonly first: number;
  readonly end: number;
  readonly isWhole: boolean;
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

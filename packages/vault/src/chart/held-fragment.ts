import type { CandidateFile, FragmentSource, KnownFragment } from "@chirograph/core";
import type { StoreError } from "@chirograph/stores";
import type { Id } from "../catalogue.ts";
import type { FragmentReader } from "./fragment-reader.ts";
import type { PlacedFragment } from "./places.ts";
import { type ReadRange, readAhead } from "./read-ahead.ts";

/** Fragments up to this size, which are those of one stripe, are read whole, at once, and then served from memory. */
const WHOLE_BYTES = 67_584;

/** So many reads of one fragment are under way at most, about. */
const REMEMBERED_READS = 16;

/** How whoever holds the fragments reads one of which the frame is known. */
export type ReadKnown = (fragment: HeldFragment, offset: number, lengthBytes: number) => Promise<Uint8Array>;

/** One fragment in the hand: what is known of it, and how it is read. */
export class HeldFragment implements CandidateFile {
  readonly index: number;
  readonly name: string;
  readonly store: Id;
  readonly reader: FragmentReader;
  readonly source: FragmentSource;
  /** Its frame, as soon as that was read and found to be what the author signed. */
  known: KnownFragment | undefined;
  /** `left`: nobody looks at it, or nobody does any more. */
  state: "left" | "looked at" | "known" | "useless" = "left";
  readonly #sizeBytes: number;
  #read: ReadRange;
  /** Where it was read last, the latest at the end. */
  #offsets: number[] = [];
  #looks = 0;
  /** A block that will be wanted next. */
  #fetched:
    | { readonly offset: number; readonly lengthBytes: number; readonly bytes: Promise<Uint8Array> }
    | undefined;
  /** Why a look at it has failed. */
  #failure: { readonly error: unknown } | undefined;

  constructor(placed: PlacedFragment, reader: FragmentReader, readKnown: ReadKnown) {
    this.index = placed.index;
    this.name = placed.name;
    this.store = placed.store;
    this.reader = reader;
    this.#sizeBytes = placed.place.lengthBytes;
    this.#read = this.#afresh();
    this.source = {
      sizeBytes: this.#sizeBytes,
      read: (offset, length) =>
        this.state === "known" ? readKnown(this, offset, length) : this.#look(offset, length),
    };
  }

  /** Reads, and does no more than that. */
  async read(offset: number, lengthBytes: number): Promise<Uint8Array> {
    const fetched = this.#fetched;
    this.#offsets = [...this.#offsets.slice(1 - REMEMBERED_READS), offset];
    if (fetched?.offset !== offset || fetched.lengthBytes < lengthBytes)
      return this.#read(offset, lengthBytes);
    this.#fetched = undefined;
    // It may have been fetched for whoever reads more at a time.
    return (await fetched.bytes).subarray(0, lengthBytes);
  }

  /** Begins to read what will be read next, unless that was read already. */
  fetch(offset: number, lengthBytes: number): void {
    if (this.#fetched?.offset === offset || this.#offsets.includes(offset)) return;
    const bytes = this.#read(offset, lengthBytes);
    bytes.catch(() => undefined);
    this.#fetched = { offset, lengthBytes, bytes };
  }

  /** @returns whether this look is still the one that counts */
  beginLook(): () => boolean {
    const look = ++this.#looks;
    this.state = "looked at";
    this.#failure = undefined;
    return () => this.state === "looked at" && look === this.#looks;
  }

  /** Stops whatever is being read; a look counts no more. */
  leave(error: StoreError): void {
    if (this.state === "looked at") this.state = "left";
    this.#fetched = undefined;
    this.#offsets = [];
    this.#read = this.#afresh();
    this.reader.breakOff(error);
  }

  #afresh(): ReadRange {
    const read: ReadRange = (offset, lengthBytes) => this.reader.read(offset, lengthBytes);
    const size = this.#sizeBytes;
    return size > WHOLE_BYTES ? readAhead(read, size) : readWhole(read, size);
  }

  /** Whoever looks asks for several parts of it; a store that fails is not asked for the others. */
  async #look(offset: number, lengthBytes: number): Promise<Uint8Array> {
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      return await this.#read(offset, lengthBytes);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }
}

/** All of it the first time, and again if that fails. */
function readWhole(read: ReadRange, sizeBytes: number): ReadRange {
  let whole: Promise<Uint8Array> | undefined;
  return async (offset, lengthBytes) => {
    const asked = (whole ??= read(0, sizeBytes));
    try {
      return (await asked).subarray(offset, offset + lengthBytes);
    } catch (error) {
      if (whole === asked) whole = undefined;
      throw error;
    }
  };
}

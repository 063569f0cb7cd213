import type { Access, OpenedFile } from "../viewed.ts";
import { type Frame, groupBySeries, type Order, orderSlices, type Placed, type Series } from "./order.ts";
import { addSource, removeSource } from "./pictures.ts";
import type { DicomReader } from "./reader.ts";
import type { DicomReading, Facts, Picture, Place } from "./reading.ts";
import type { HeadReading } from "./read-file.ts";
import { ViewerError } from "../problem.ts";

/** Enough for the header of nearly every slice. */
const HEAD_BYTES = 16 * 1024;
const HEADS_AT_ONCE = 4;
/** Files whose bytes are kept, besides the decoded pictures. */
const MOST_KEPT_BYTES = 128 * 1024 * 1024;

/** The DICOM files of a record, each read when it is needed. */
export class Study {
  readonly #access: Access;
  readonly #reader: DicomReader;
  readonly #files: readonly OpenedFile[];
  readonly #keys = new Map<string, number>();
  readonly #kept = new Map<string, { readonly reading: Promise<DicomReading>; readonly sizeBytes: number }>();

  constructor(access: Access, reader: DicomReader, files: readonly OpenedFile[]) {
    this.#access = access;
    this.#reader = reader;
    this.#files = files;
  }

  /** The whole of a file, from memory where it was read lately. */
  async read(path: string): Promise<DicomReading> {
    const kept = this.#kept.get(path);
    if (kept !== undefined) {
      this.#kept.delete(path);
      this.#kept.set(path, kept);
      return kept.reading;
    }
    const sizeBytes = this.#files.find((file) => file.path === path)?.sizeBytes ?? 0;
    const reading = this.#access.read(path).then(async (bytes) => this.#reader.read(bytes));
    this.#kept.set(path, { reading, sizeBytes });
    reading.catch(() => this.#kept.delete(path));
    this.#forgetOldest();
    return reading;
  }

  /** The frames of one file, as far as it holds them. */
  framesOf(path: string, count: number): Frame[] {
    const key = this.#keyOf(path);
    return Array.from({ length: count }, (_, index) => ({ path, key, index }));
  }

  /** Reads the beginning of every file, and puts them in order. */
  async order(onProgress: (done: number) => void, signal: AbortSignal): Promise<Order> {
    const placed: (Placed & { readonly facts: Facts })[] = [];
    const others: OpenedFile[] = [];
    const waiting = [...this.#files];
    const work = async (): Promise<void> => {
      for (let file = waiting.shift(); file !== undefined && !signal.aborted; file = waiting.shift()) {
        const head = await this.#headOf(file).catch(() => undefined);
        if (head?.place.hasPixels === true) placed.push({ path: file.path, ...head });
        else others.push(file);
        onProgress(placed.length + others.length);
      }
    };
    await Promise.all(Array.from({ length: HEADS_AT_ONCE }, work));
    signal.throwIfAborted();
    return { series: groupBySeries(placed).map((slices) => this.#seriesOf(slices)), others };
  }

  close(): void {
    for (const key of this.#keys.values()) removeSource(key);
    this.#kept.clear();
  }

  async #headOf({ path, sizeBytes }: OpenedFile): Promise<HeadReading | undefined> {
    const head = await this.#access.read(path, { first: 0, end: Math.min(HEAD_BYTES, sizeBytes) });
    const read = await this.#reader.head(head);
    return read?.place.hasPixels === true || sizeBytes <= HEAD_BYTES ? read : this.read(path);
  }

  #seriesOf(slices: readonly (Placed & { readonly place: Place; readonly facts: Facts })[]): Series {
    const ordered = orderSlices(slices);
    return {
      id: ordered[0]!.place.series,
      facts: ordered[0]!.facts,
      frames: ordered.flatMap(({ path, place }) => this.framesOf(path, place.frames)),
    };
  }

  #keyOf(path: string): number {
    const known = this.#keys.get(path);
    if (known !== undefined) return known;
    const key = addSource(async () => this.#pictureOf(path));
    this.#keys.set(path, key);
    return key;
  }

  async #pictureOf(path: string): Promise<Picture> {
    const { picture, noPicture } = await this.read(path);
    if (picture === undefined) throw new ViewerError(noPicture?.code ?? "no-frames", noPicture?.detail);
    return picture;
  }

  #forgetOldest(): void {
    let total = [...this.#kept.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    for (const [path, { sizeBytes }] of this.#kept) {
      if (total <= MOST_KEPT_BYTES || this.#kept.size === 1) return;
      this.#kept.delete(path);
      total -= sizeBytes;
    }
  }
}

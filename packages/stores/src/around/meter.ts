import { StoreError, type StoreErrorCode } from "../error.ts";
import type { CallOptions, ObjectBody, Store } from "../store.ts";
import { type Clock, clockOf } from "./clock.ts";
import { Latencies } from "./latencies.ts";
import { WatchedBody } from "./watched-body.ts";
import { type Around, type Ask, type AskPut, type RequestKind, wrapped } from "./wrapped.ts";

const KINDS: readonly RequestKind[] = ["put", "get", "head", "list", "delete"];
const REMEMBERED = 512;

/** What went between us and a store. */
export interface MeterReading {
  /** When counting began: milliseconds since 1970-01-01 UTC. */
  readonly since: number;
  readonly requests: Readonly<Record<RequestKind, RequestReading>>;
  /** Bytes of bodies that the store took, also of puts that failed. */
  readonly writtenBytes: number;
  /** Bytes of objects that the store gave. */
  readonly readBytes: number;
}

export interface RequestReading {
  /** Requests begun: each attempt is one. An adapter may need several on the wire for one (a multipart upload). */
  readonly count: number;
  /** How those ended that ended with an error of the store. */
  readonly errors: Readonly<Partial<Record<StoreErrorCode, number>>>;
  /** Of the last 512 that succeeded, in milliseconds; of a get until its first piece. `undefined` before the first. */
  readonly medianMs: number | undefined;
  readonly p95Ms: number | undefined;
}

interface Counts {
  count: number;
  readonly errors: Partial<Record<StoreErrorCode, number>>;
  readonly latencies: Latencies;
}

/** Counts what goes to and from a store. */
export class Meter {
  readonly #now: Clock["now"];
  readonly #since: number;
  readonly #counts: ReadonlyMap<RequestKind, Counts>;
  #writtenBytes = 0;
  #readBytes = 0;

  constructor(options: Partial<Pick<Clock, "now">> = {}) {
    this.#now = clockOf(options).now;
    this.#since = this.#now();
    this.#counts = new Map(
      KINDS.map((kind) => [kind, { count: 0, errors: {}, latencies: new Latencies(REMEMBERED) }]),
    );
  }

  read(): MeterReading {
    const requests = Object.fromEntries(
      KINDS.map((kind): [RequestKind, RequestReading] => {
        const { count, errors, latencies } = this.#counts.get(kind)!;
        const [medianMs, p95Ms] = [latencies.percentile(0.5), latencies.percentile(0.95)];
        return [kind, { count, errors: { ...errors }, medianMs, p95Ms }];
      }),
    ) as Record<RequestKind, RequestReading>;
    return { since: this.#since, requests, writtenBytes: this.#writtenBytes, readBytes: this.#readBytes };
  }

  /** A request begins. */
  begin(kind: RequestKind): MeteredRequest {
    const counts = this.#counts.get(kind)!;
    counts.count++;
    const begun = this.#now();
    return {
      // A clock that is set back makes no time negative.
      answered: () => counts.latencies.note(Math.max(0, this.#now() - begun)),
      failed: (error) => {
        if (!(error instanceof StoreError)) return;
        counts.errors[error.code] = (counts.errors[error.code] ?? 0) + 1;
      },
    };
  }

  wrote(lengthBytes: number): void {
    this.#writtenBytes += lengthBytes;
  }

  gave(lengthBytes: number): void {
    this.#readBytes += lengthBytes;
  }
}

interface MeteredRequest {
  answered(): void;
  failed(error: unknown): void;
}

/** Counts every request that reaches the store, and every byte. */
export function withMeter(store: Store, meter: Meter): Store {
  return wrapped(store, new Metering(meter));
}

class Metering implements Around {
  readonly #meter: Meter;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  async answer<T>(kind: RequestKind, options: CallOptions | undefined, ask: Ask<Promise<T>>): Promise<T> {
    const request = this.#meter.begin(kind);
    try {
      const answer = await ask(options);
      request.answered();
      return answer;
    } catch (error) {
      request.failed(error);
      throw error;
    }
  }

  async *pieces(
    options: CallOptions | undefined,
    ask: Ask<AsyncIterable<Uint8Array>>,
  ): AsyncGenerator<Uint8Array> {
    const request = this.#meter.begin("get");
    let isAnswered = false;
    try {
      for await (const piece of ask(options)) {
        if (!isAnswered) request.answered();
        isAnswered = true;
        this.#meter.gave(piece.length);
        yield piece;
      }
      if (!isAnswered) request.answered();
    } catch (error) {
      request.failed(error);
      throw error;
    }
  }

  put(body: ObjectBody, options: CallOptions | undefined, ask: AskPut): Promise<void> {
    const watched = new WatchedBody(body, (lengthBytes) => this.#meter.wrote(lengthBytes));
    return this.answer("put", options, (inner) => ask(watched, inner));
  }
}

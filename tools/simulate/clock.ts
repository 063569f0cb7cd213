import type { WaitingTime } from "@chirograph/vault";
import { Violation } from "./violation.ts";

/** 2027-01-15, when every history begins. */
const BEGIN = 1_800_000_000_000;
/** No history needs so many; one that does goes round in circles. */
const MOST_EVENTS = 300_000;

interface Event {
  readonly time: number;
  readonly order: number;
  readonly run: () => void;
  isOff: boolean;
}

/**
 * Time that passes only when nothing is left to do at once: the events of a history in their order. Everything between
 * two events runs as microtasks, so the same seed gives the same order of everything.
 */
export class Clock {
  #now = BEGIN;
  #orders = 0;
  #events: Event[] = [];
  passed = 0;

  /** Milliseconds since 1970-01-01 UTC. */
  readonly now = (): number => Math.floor(this.#now);

  /** @returns what takes the event off again */
  after(delayMs: number, run: () => void): () => void {
    const event = { time: this.#now + Math.max(0, delayMs), order: this.#orders++, run, isOff: false };
    this.#push(event);
    return () => (event.isOff = true);
  }

  /** The same time for those who wait for slow stores. */
  readonly waiting: WaitingTime = {
    now: this.now,
    timer: (delayMs) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      return { over: promise, cancel: this.after(delayMs, resolve) };
    },
  };

  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.after(delayMs, resolve));
  }

  /** Lets events happen until the task has ended. */
  async drive<T>(task: Promise<T>): Promise<T> {
    let isOver = false;
    task.then(
      () => (isOver = true),
      () => (isOver = true),
    );
    for (;;) {
      await microtasksDone();
      if (isOver) return task;
      const event = this.#pop();
      if (event === undefined) throw new Violation("stuck", "Somebody waits for something that never comes.");
      if (event.isOff) continue;
      if (++this.passed > MOST_EVENTS) throw new Violation("stuck", "The history does not come to an end.");
      this.#now = event.time;
      event.run();
    }
  }

  /** Puts the clock in the place of the platform's timers, on which the vault pauses. */
  install(): () => void {
    const { setTimeout, clearTimeout } = globalThis;
    globalThis.setTimeout = ((run: () => void, delayMs = 0) => this.after(delayMs, run)) as never;
    globalThis.clearTimeout = ((off: (() => void) | undefined) => off?.()) as never;
    return () => Object.assign(globalThis, { setTimeout, clearTimeout });
  }

  #push(event: Event): void {
    const events = this.#events;
    let at = events.push(event) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(event, events[above]!)) break;
      events[at] = events[above]!;
      at = above;
    }
    events[at] = event;
  }

  #pop(): Event | undefined {
    const events = this.#events;
    const [first] = events;
    const last = events.pop();
    if (first === undefined || last === undefined || events.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= events.length) break;
      if (below + 1 < events.length && isBefore(events[below + 1]!, events[below]!)) below++;
      if (!isBefore(events[below]!, last)) break;
      events[at] = events[below]!;
      at = below;
    }
    events[at] = last;
    return first;
  }
}

function isBefore(left: Event, right: Event): boolean {
  return left.time - right.time < 0 || (left.time === right.time && left.order < right.order);
}

/** A turn of the event loop: whatever could go on without time passing has gone on. */
function microtasksDone(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

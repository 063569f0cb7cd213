import {
  currentEpoch,
  type Envelope,
  type LockedEnvelope,
  type RecordContent,
  type UnlockedChart,
} from "@chirograph/core";
import type { Id, Place } from "../../catalogue.ts";

/** How a version is to be sealed. */
export interface SealingPlan {
  /** 16 bytes. */
  readonly record: Uint8Array;
  readonly suite: "aes-128" | "aes-256";
  readonly padded: boolean;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number;
  /** May be called again: what was sealed under keys that are old by now is sealed once more. */
  content(): RecordContent | Promise<RecordContent>;
  /** Told after sealing and before the commit. */
  onSealed?(sealed: { version: Id }): void | Promise<void>;
}

/** A sealed version whose fragments are durable. */
export interface StoredVersion {
  readonly envelope: Envelope & LockedEnvelope;
  readonly places: readonly (Place | null)[];
  readonly reservation: Id;
  /** Stores that did not take their fragments. */
  readonly failed: ReadonlySet<Id>;
  /** Of the epoch that it was sealed under: a number may be given twice, a key never. */
  readonly chartKey: Uint8Array;
}

/** A version on its way into a chart. */
export class PendingVersion {
  readonly plan: SealingPlan;
  /** Small ones are sealed in memory and share objects, others stream. */
  readonly isSmall: boolean;
  stored: StoredVersion | undefined;
  #first: RecordContent | undefined;

  constructor(plan: SealingPlan, first: { content: RecordContent; isSmall: boolean }) {
    this.plan = plan;
    this.isSmall = first.isSmall;
    this.#first = first.content;
  }

  /** The content that was looked at already, and from the second time on a new one. */
  async content(): Promise<RecordContent> {
    const first = this.#first;
    this.#first = undefined;
    return first ?? this.plan.content();
  }
}

/** The key of a chart's current epoch, which every new version is sealed under; `undefined` where it is not this reader's. */
export function currentKey({ chart, epochs }: UnlockedChart): Uint8Array | undefined {
  const current = currentEpoch(chart.state);
  return current === undefined ? undefined : epochs.get(current.number)?.chartKey;
}

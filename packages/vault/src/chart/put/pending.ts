import {
  currentEpoch,
  type Envelope,
  type Identity,
  type LockedEnvelope,
  type RecordContent,
  type UnlockedChart,
  type VersionPlan,
} from "@chirograph/core";
import type { Id, Place, Target } from "../../catalogue.ts";
import type { Kept } from "./keep.ts";

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
  onSealed?(sealed: {
    envelope: LockedEnvelope & Envelope;
    targets: readonly Target[];
  }): void | Promise<void>;
  /** Sees the sealed bytes on their way to the cut; they are valid only during the call. */
  readonly onSealedBytes?: ((bytes: Uint8Array) => void) | undefined;
  /** Ends sealing and sending with its reason; what is kept stays kept. */
  readonly signal?: AbortSignal | undefined;
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
  /** Its sealed fragments, where this client keeps them until they are committed. */
  kept: Kept | undefined;
  #first: RecordContent | undefined;

  constructor(plan: SealingPlan, first: { content: RecordContent | undefined; isSmall: boolean }) {
    this.plan = plan;
    this.isSmall = first.isSmall;
    this.#first = first.content;
  }

  /** What the core is to seal: the content that was looked at already, and from the second time on a new one. */
  async versionPlan({ author, tolerate }: { author: Identity; tolerate: number }): Promise<VersionPlan> {
    const { suite, padded, time, record, onSealedBytes } = this.plan;
    const content = await this.#content();
    const plan = { author, suite, padded, time, record, tolerate, content };
    return onSealedBytes === undefined ? plan : { ...plan, onSealedBytes };
  }

  async #content(): Promise<RecordContent> {
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

import {
  type FragmentSink,
  fromHex,
  type LockedEnvelope,
  type Envelope,
  type PlannedFragment,
  sealVersion,
} from "@chirograph/core";
import { packEntries, type Store, StoreError } from "@chirograph/stores";
import type { Id, Place, Target } from "../../catalogue.ts";
import type { VaultParts } from "../parts.ts";
import type { ChartSession } from "../session.ts";
import { currentKey, type PendingVersion } from "./pending.ts";
import { Pipe } from "./pipe.ts";
import { readyToSeal } from "./ready.ts";
import { isEnough, reserve, tooFewStored } from "./targets.ts";

/**
 * Seals one version straight into the stores, each fragment into an object of its own, all at once. Whatever fails
 * before the end leaves no object.
 */
export async function streamVersion(session: ChartSession, version: PendingVersion): Promise<void> {
  const { parts, identity } = session;
  const unlocked = await readyToSeal(session);
  const fragments = unlocked.wordLength;
  const { id, tolerate, targets } = await reserve(parts, { fragments, versions: 1, layout: "alone" });
  const sink = new StreamSink(parts, targets[0]!, tolerate);
  try {
    const plan = await version.versionPlan({ author: identity, tolerate });
    const sealed = await sealVersion(parts.engine, unlocked, plan, sink);
    const envelope = sealed.envelope as Envelope & LockedEnvelope;
    const { places, failed } = await sink.finish();
    await version.plan.onSealed?.({ envelope, targets: targets[0]! });
    version.stored = {
      envelope,
      places,
      reservation: id,
      failed,
      chartKey: currentKey(unlocked)!,
    };
  } catch (error) {
    await sink.abort(error);
    throw error;
  }
}

/** One fragment on its way into its object. */
interface Flow {
  readonly target: Target;
  readonly pipe: Pipe;
  /** Settles with the place, or `null` where the store failed; never rejects. */
  readonly done: Promise<Place | null>;
}

/** All fragments of a version flow into their stores; the slowest one sets the pace. */
class StreamSink implements FragmentSink {
  readonly #stores: ReadonlyMap<Id, Store>;
  readonly #targets: readonly Target[];
  readonly #tolerate: number;
  readonly #failed = new Set<Id>();
  readonly #stop = new AbortController();
  #flows: readonly Flow[] = [];
  #lost = 0;
  #reason: unknown;

  constructor({ stores }: VaultParts, targets: readonly Target[], tolerate: number) {
    this.#stores = stores;
    this.#targets = targets;
    this.#tolerate = tolerate;
  }

  async open(fragments: readonly PlannedFragment[]): Promise<void> {
    this.#flows = fragments.map((fragment, index) => this.#begin(fragment, this.#targets[index]!));
  }

  async write(index: number, bytes: Uint8Array): Promise<void> {
    this.#requireEnough();
    await this.#flows[index]!.pipe.write(bytes);
  }

  /** Waits until all is durable that a store takes. */
  async finish(): Promise<{ places: (Place | null)[]; failed: ReadonlySet<Id> }> {
    for (const { pipe } of this.#flows) pipe.end();
    const places = await Promise.all(this.#flows.map(({ done }) => done));
    this.#requireEnough();
    return { places, failed: this.#failed };
  }

  /** Ends all that flows, and removes what is there whole already. */
  async abort(reason: unknown): Promise<void> {
    this.#stop.abort(reason);
    for (const { pipe } of this.#flows) pipe.fail(reason);
    await Promise.all(
      this.#flows.map(async ({ target, done }) => {
        if ((await done) === null) return;
        // What cannot be removed now is swept when its reservation is over.
        await this.#stores
          .get(target.store)
          ?.delete(target.object)
          .catch(() => undefined);
      }),
    );
  }

  #begin({ name, sizeBytes }: PlannedFragment, target: Target): Flow {
    const pipe = new Pipe();
    const entry = {
      id: fromHex(name)!,
      kind: "fragment",
      lengthBytes: sizeBytes,
      bytes: pipe.read(),
    } as const;
    const { body } = packEntries([entry]);
    const store = this.#stores.get(target.store);
    const put =
      store === undefined
        ? Promise.reject(new StoreError("unavailable", "The store is not at hand."))
        : store.put(target.object, body, { signal: this.#stop.signal });
    const done = put
      .then(() => {
        if (!pipe.isSpent) throw new StoreError("unavailable", "The store took no more before the end.");
        return { ...target, offset: 0, lengthBytes: sizeBytes };
      })
      .catch((error: unknown) => {
        this.#lost++;
        this.#failed.add(target.store);
        this.#reason ??= error;
        pipe.close();
        return null;
      });
    return { target, pipe, done };
  }

  #requireEnough(): void {
    const total = this.#targets.length;
    const counts = { total, needed: total - this.#tolerate };
    if (!isEnough(total - this.#lost, counts)) throw tooFewStored(this.#failed, this.#reason);
  }
}

import {
  type Envelope,
  type FragmentSink,
  type LockedEnvelope,
  type PlannedFragment,
  sealVersion,
} from "@chirograph/core";
import { packEntries, type Store, StoreError } from "@chirograph/stores";
import type { Id, Place, Target } from "../../catalogue.ts";
import type { VaultParts } from "../parts.ts";
import type { ChartSession } from "../session.ts";
import type { Keep, KeepDraft, Kept } from "./keep.ts";
import { encodeKept } from "./kept-format.ts";
import { currentKey, type PendingVersion } from "./pending.ts";
import { readyToSeal } from "./ready.ts";
import { isEnough, reserve, tooFewStored } from "./targets.ts";

type Sealed = Envelope & LockedEnvelope;

/** Seals one version into the client's keep, and then sends it to the stores from there. */
export async function keepVersion(session: ChartSession, keep: Keep, version: PendingVersion): Promise<void> {
  const { parts } = session;
  const unlocked = await readyToSeal(session);
  const fragments = unlocked.wordLength;
  const { id, expires, tolerate, targets } = await reserve(parts, {
    fragments,
    versions: 1,
    layout: "alone",
  });
  await version.kept?.drop();

  const sink = new KeepSink(keep);
  const places = targets[0]!;
  let envelope: Sealed;
  try {
    const plan = await version.versionPlan({ author: session.identity, tolerate });
    envelope = (await sealVersion(parts.engine, unlocked, plan, sink)).envelope as Sealed;
    const document = {
      chart: session.id,
      reservation: id,
      expires,
      targets: places,
      envelope: envelope.bytes,
    };
    version.kept = await sink.finish(encodeKept(document));
  } catch (error) {
    await sink.abort();
    throw error;
  }
  await version.plan.onSealed?.({ envelope, targets: places });
  const chartKey = currentKey(unlocked)!;
  await sendKept(parts, version, { envelope, targets: places, reservation: id, chartKey });
}

/** What was sealed and is kept, and where it is to go. */
export interface ToSend {
  readonly envelope: Sealed;
  readonly targets: readonly Target[];
  readonly reservation: Id;
  readonly chartKey: Uint8Array;
}

/**
 * Sends all fragments at once, each into an object of its own. What a store has already of an earlier try counts.
 * @throws VaultError `stores-missing`; the signal's reason
 */
export async function sendKept(parts: VaultParts, version: PendingVersion, send: ToSend): Promise<void> {
  const { envelope, targets, reservation, chartKey } = send;
  const failed = new Set<Id>();
  let reason: unknown;
  const places = await Promise.all(
    targets.map(async (target, index): Promise<Place | null> => {
      try {
        await sendFragment(parts, version, { envelope, target, index });
        return { ...target, offset: 0, lengthBytes: envelope.geometry.fragmentBytes };
      } catch (error) {
        failed.add(target.store);
        reason ??= error;
        return null;
      }
    }),
  );
  version.plan.signal?.throwIfAborted();
  if (!isEnough(places.filter((place) => place !== null).length, envelope.geometry)) {
    throw tooFewStored(failed, reason);
  }
  version.stored = { envelope, places, reservation, failed, chartKey };
}

async function sendFragment(
  { stores }: VaultParts,
  version: PendingVersion,
  { envelope, target, index }: { envelope: Sealed; target: Target; index: number },
): Promise<void> {
  const store = stores.get(target.store);
  if (store === undefined) throw new StoreError("unavailable", "The store is not at hand.");
  const { id } = envelope.places[index]!;
  const lengthBytes = envelope.geometry.fragmentBytes;
  const bytes = version.kept!.read(index);
  const { body } = packEntries([{ id, kind: "fragment", lengthBytes, bytes }]);
  const { signal } = version.plan;
  try {
    await store.put(target.object, body, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!(await isThere(store, target.object, body.sizeBytes, error))) throw error;
  }
}

/** Whether an earlier try, whose answer was lost, has put just this object: its name is known to nobody else. */
async function isThere(store: Store, object: string, sizeBytes: number, error: unknown): Promise<boolean> {
  if (!(error instanceof StoreError) || error.code !== "exists") return false;
  return (await store.head(object))?.sizeBytes === sizeBytes;
}

/** Fragments on their way into the keep. */
class KeepSink implements FragmentSink {
  readonly #keep: Keep;
  #draft: KeepDraft | undefined;

  constructor(keep: Keep) {
    this.#keep = keep;
  }

  async open(fragments: readonly PlannedFragment[]): Promise<void> {
    this.#draft = await this.#keep.begin(fragments.map(({ sizeBytes }) => sizeBytes));
  }

  write(index: number, bytes: Uint8Array): Promise<void> {
    return this.#draft!.write(index, bytes);
  }

  finish(document: Uint8Array): Promise<Kept> {
    return this.#draft!.finish(document);
  }

  async abort(): Promise<void> {
    await this.#draft?.abort();
  }
}

import type { Engine } from "@chirograph/engine/interface";
import type { EpochSecrets } from "../chart/secrets.ts";
import { type ChartState, currentEpoch } from "../chart/state.ts";
import type { UnlockedChart } from "../chart/unlock.ts";
import { toHex } from "../encoding/bytes.ts";
import { notForYou } from "../error.ts";
import type { Identity, Signer } from "../identity/identity.ts";
import { MEMBER_ID_BYTES } from "../identity/recipient.ts";
import { newId, NO_ID } from "../ids.ts";
import { bindingOf } from "./binding.ts";

/** Who signs a version: somebody with an identity, or a one-time key. */
export type Author = Identity | Signer;

/** All of a chart that its new versions are sealed with: plain bytes, which can be taken where the chart is not open. */
export interface ChartPlace {
  readonly chart: Uint8Array;
  /** Number of the current epoch. */
  readonly epoch: number;
  /** Of that epoch. */
  readonly secrets: Pick<EpochSecrets, "chartKey" | "chartSecret">;
  /** n: the characters of the chart's word. */
  readonly total: number;
  readonly binding: Uint8Array;
  /** The author's member id; see `authorMember`. */
  readonly member: Uint8Array;
}

/** Where a new version goes: its chart, its record, and the version before. */
export interface VersionPlace extends ChartPlace {
  readonly record: Uint8Array;
  /** The record's last version; `NO_ID` for a new record. */
  readonly parent: Uint8Array;
}

/** @throws ChirographError `not-for-you` where the current epoch is not this reader's */
export async function chartPlace(
  engine: Engine,
  { chart: { state }, epochs, wordLength }: UnlockedChart,
  author: Author,
): Promise<ChartPlace> {
  const epoch = currentEpoch(state)?.number ?? 0;
  const secrets = epochs.get(epoch);
  if (secrets === undefined) throw notForYou();
  const binding = await bindingOf(engine, state);
  const member = authorMember(state, author);
  return { chart: state.chart, epoch, secrets, total: wordLength, binding, member };
}

/** The same for one record of the chart. */
export async function versionPlace(
  engine: Engine,
  unlocked: UnlockedChart,
  { author, record }: { readonly author: Author; readonly record?: Uint8Array },
): Promise<VersionPlace> {
  const chart = await chartPlace(engine, unlocked, author);
  const id = record ?? newId(engine);
  return { ...chart, record: id, parent: parentOf(unlocked.chart.state, id) };
}

/** The author's member id, or zeros for whoever has none in this chart: a one-time key, an owner who is no member. */
export function authorMember({ everMembers }: ChartState, author: Author): Uint8Array {
  const named = "recipient" in author && everMembers.has(toHex(author.recipient.member));
  return named ? author.recipient.member : new Uint8Array(MEMBER_ID_BYTES);
}

/** The record's last version, erased or not; `NO_ID` for a new record. */
export function parentOf({ records }: ChartState, record: Uint8Array): Uint8Array {
  return records.get(toHex(record))?.versions.at(-1)?.version ?? NO_ID;
}

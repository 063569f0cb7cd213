import type { Engine } from "@chirograph/engine/interface";
import { toHex } from "../encoding/bytes.ts";
import { ChirographError } from "../error.ts";
import type { Identity } from "../identity/identity.ts";
import { LONGEST_WORD, SHORTEST_WORD } from "../word/rules.ts";
import { type EpochSecrets, secretCheck } from "./secrets.ts";
import type { ChartState, Epoch } from "./state.ts";
import { unwrap } from "./wrap.ts";

const KEY_BYTES = 32;

/** What a reader's private key alone opens of an epoch. */
export type EpochKeys = Omit<EpochSecrets, "chartSecret">;

/** The keys of an epoch that are wrapped to `identity`; `null` when none are, or not with this private key. */
export async function unwrapEpoch(
  engine: Engine,
  state: ChartState,
  epoch: Epoch,
  identity: Identity,
): Promise<EpochKeys | null> {
  const { member } = identity.recipient;
  const wrap = epoch.wraps.get(toHex(member));
  if (wrap === undefined) return null;
  const place = {
    chart: state.chart,
    purpose: { of: "epoch", epoch: epoch.number },
    member,
    signer: wrap.signer,
  } as const;
  const keys = await unwrap(engine, identity.kemSeed, place, wrap);
  if (keys === null) return null;
  const chartKey = keys.slice(0, KEY_BYTES);
  const guardKey = keys.slice(KEY_BYTES);
  await requireCheck(engine, state, epoch, "chart-key", chartKey);
  await requireCheck(engine, state, epoch, "guard-key", guardKey);
  return { chartKey, guardKey };
}

/** Refuses a secret that is not the one that the epoch announces. */
export async function requireCheck(
  engine: Engine,
  state: ChartState,
  epoch: Epoch,
  of: "chart-key" | "guard-key" | "chart-secret",
  secret: Uint8Array,
): Promise<void> {
  const announced = {
    "chart-key": epoch.chartKeyCheck,
    "guard-key": epoch.guardKeyCheck,
    "chart-secret": epoch.chartSecretCheck,
  };
  const found = await secretCheck(engine, of, { chart: state.chart, epoch: epoch.number }, secret);
  if (!engine.constantTimeEqual(found, announced[of])) {
    throw new ChirographError(
      "inconsistent-author",
      `Epoch ${epoch.number} announces one ${of} and gives this reader another: its author made it so.`,
    );
  }
}

/** The word's length as it travels with a chart secret that is given out without the word. */
export function requireWordLength(length: number | undefined, epoch: Epoch): number {
  if (length === undefined || length < SHORTEST_WORD || length > LONGEST_WORD) {
    throw new ChirographError(
      "inconsistent-author",
      `Epoch ${epoch.number} is given with a word of no length.`,
    );
  }
  return length;
}

/** What `attempt` gives, or `undefined` after it threw what speaks against epoch `number`. */
export async function orRefuse<Result>(
  refused: Map<number, ChirographError>,
  number: number,
  attempt: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof ChirographError)) throw error;
    refused.set(number, error);
    return undefined;
  }
}

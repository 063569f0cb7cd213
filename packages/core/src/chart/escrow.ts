import type { Engine } from "@chirograph/engine/interface";
import { SECRET_BYTES, shareSecret } from "../cut/shamir.ts";
import { compareBytes, concat, wipe } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { ChirographError } from "../error.ts";
import { epochBytes } from "../ids.ts";
import { openBox, sealBox } from "../layer1/box.ts";
import type { EscrowChange, EscrowOfficer } from "./change.ts";
import { FEWEST_OFFICERS, MOST_OFFICERS } from "./change-format.ts";
import { requireCheck, requireWordLength } from "./epoch-keys.ts";
import type { EpochSecrets } from "./secrets.ts";
import type { ChartState, Epoch, Escrow, EscrowPlan } from "./state.ts";
import { type Step, takeStep } from "./step.ts";
import type { UnlockedChart } from "./unlock.ts";
import { wrapFor, type WrapPurpose } from "./wrap.ts";

const KEY_BYTES = 32;

/**
 * Puts every epoch that is unlocked here into the hands of officers, any `threshold` of whom can have it opened
 * together (`releaseShare`, `openByEscrow`); fewer can do nothing. Whoever begins an epoch carries it on.
 */
export async function setEscrow(
  engine: Engine,
  unlocked: UnlockedChart,
  plan: EscrowPlan,
  step: Step,
): Promise<UnlockedChart> {
  const changes = await Promise.all(
    [...unlocked.epochs].map(([epoch, secrets]) =>
      sealEscrow(engine, { ...plan, unlocked, epoch, secrets, step }),
    ),
  );
  return takeStep(engine, unlocked, step, changes);
}

/** The same officers for an epoch that begins; none when none hold the chart. */
export async function renewEscrow(
  engine: Engine,
  unlocked: UnlockedChart,
  begun: { epoch: number; secrets: EpochSecrets },
  step: Step,
): Promise<EscrowChange[]> {
  const plan = unlocked.chart.state.escrowPlan;
  return plan === undefined ? [] : [await sealEscrow(engine, { ...plan, unlocked, ...begun, step })];
}

async function sealEscrow(
  engine: Engine,
  plan: EscrowPlan & { unlocked: UnlockedChart; epoch: number; secrets: EpochSecrets; step: Step },
): Promise<EscrowChange> {
  const { threshold, unlocked, epoch, secrets, step } = plan;
  const { chart } = unlocked.chart.state;
  const recipients = plan.officers.toSorted((left, right) => compareBytes(left.member, right.member));
  checkOfficers(threshold, recipients.length);

  const escrowKey = engine.randomBytes(SECRET_BYTES);
  const message = concat(
    secrets.chartKey,
    secrets.guardKey,
    secrets.chartSecret,
    Uint8Array.of(unlocked.wordLength),
  );
  const box = await sealBox(engine, await boxAt(engine, { chart, epoch }, escrowKey, { message }));
  const purpose = escrowPurpose(epoch, threshold, recipients);
  const shares = shareSecret(engine, escrowKey, { total: recipients.length, needed: threshold });
  const officers = await Promise.all(
    recipients.map(async (recipient, index): Promise<EscrowOfficer> => {
      const share = shares[index]!;
      const place = { chart, purpose, signer: step.signer.signing };
      const { encapsulated, ciphertext } = await wrapFor(engine, recipient, place, share);
      const shareCheck = await shareCheckOf(engine, { chart, epoch }, share);
      return { recipient, shareCheck, encapsulated, ciphertext };
    }),
  );
  wipe(escrowKey, message, ...shares);
  return { type: "escrow", epoch, threshold, officers, box };
}

/** An epoch's secrets, and the length of its word, from the joined key of its escrow. */
export async function openEscrow(
  engine: Engine,
  state: ChartState,
  epoch: Epoch,
  escrow: Escrow,
  escrowKey: Uint8Array,
): Promise<{ secrets: EpochSecrets; wordLength: number }> {
  const place = { chart: state.chart, epoch: epoch.number };
  const message = await openBox(engine, await boxAt(engine, place, escrowKey, { sealed: escrow.box }));
  if (message === null) {
    throw new ChirographError(
      "inconsistent-author",
      `The escrow of epoch ${epoch.number} does not open with its officers' shares: whoever set it made it so.`,
    );
  }
  const [chartKey, guardKey, chartSecret] = [0, 1, 2].map((index) =>
    message.slice(KEY_BYTES * index, KEY_BYTES * (index + 1)),
  ) as [Uint8Array, Uint8Array, Uint8Array];
  await requireCheck(engine, state, epoch, "chart-key", chartKey);
  await requireCheck(engine, state, epoch, "guard-key", guardKey);
  await requireCheck(engine, state, epoch, "chart-secret", chartSecret);
  const wordLength = requireWordLength(message[3 * KEY_BYTES], epoch);
  return { secrets: { chartKey, guardKey, chartSecret }, wordLength };
}

/** Hash of a share, which is as random as a key: it shows a wrong one, and helps nobody to find the right one. */
export function shareCheckOf(
  engine: Engine,
  place: { chart: Uint8Array; epoch: number },
  share: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return engine.sha256([labelled("check/escrow-share", place.chart, epochBytes(place.epoch), share)]);
}

export function escrowPurpose(
  epoch: number,
  threshold: number,
  officers: readonly { readonly member: Uint8Array }[],
): WrapPurpose {
  return { of: "escrow", epoch, threshold, officers: officers.map(({ member }) => member) };
}

function checkOfficers(threshold: number, count: number): void {
  if (count > MOST_OFFICERS || threshold < FEWEST_OFFICERS || threshold > count) {
    throw new ChirographError(
      "out-of-limits",
      `An escrow of ${threshold} of ${count} officers is refused: from ${FEWEST_OFFICERS} to all of at most ${MOST_OFFICERS}.`,
    );
  }
}

async function boxAt<Content>(
  engine: Engine,
  { chart, epoch }: { chart: Uint8Array; epoch: number },
  escrowKey: Uint8Array,
  content: Content,
): Promise<Content & { key: Uint8Array; context: Uint8Array }> {
  const info = labelled("escrow-key", chart, epochBytes(epoch));
  const key = await engine.hkdfSha512({ inputKey: escrowKey, info, lengthBytes: KEY_BYTES });
  return { ...content, key, context: labelled("escrow", chart, epochBytes(epoch)) };
}

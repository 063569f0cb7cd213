// Ways to an epoch's secrets beside the word: standing unlocks and escrow; and the label they open (section 11).
import { ascending, equal, hex, integer, isZero, join, label, Reader, u32 } from "./bytes.ts";
import { epochKeys, keyCheck, openWrap } from "./chart.ts";
import type { Chart } from "./chart-state.ts";
import { padme } from "./envelope.ts";
import { interpolate } from "./field.ts";
import type { Identity } from "./identity.ts";
import { hkdf, hpkeOpen, labelled, openBox, sha256, verifySignature } from "./primitives.ts";

export interface EpochSecrets {
  readonly chartKey: Uint8Array;
  readonly guardKey: Uint8Array;
  readonly chartSecret: Uint8Array;
  /** Length of the word. */
  readonly n: number;
}

/** What a standing unlock that has not ended by `now` opens of an epoch. */
export async function openStanding(
  chart: Chart,
  number: number,
  identity: Identity,
  now: number,
): Promise<EpochSecrets> {
  const epoch = chart.epochs.get(number);
  const standing = chart.standing.get(`${hex(identity.recipient.memberId)}/${number}`);
  const keys = epoch && (await epochKeys(chart, epoch, identity));
  if (standing === undefined || standing.until <= now || keys === undefined)
    throw new Error(`no standing unlock of epoch ${number}`);
  const subject = labelled("standing", integer(standing.until, 8));
  const message = await openWrap(chart, identity, 4, number, standing, subject);
  return checked(chart, number, { ...keys, chartSecret: message.slice(0, 32), n: message[32] ?? 0 });
}

/** What the shares that officers released to `opener` open of an epoch. */
export async function openEscrow(
  chart: Chart,
  number: number,
  opener: Identity,
  releases: readonly Uint8Array[],
): Promise<EpochSecrets> {
  const escrow = chart.escrows.get(number);
  if (escrow === undefined) throw new Error(`epoch ${number} is in nobody's escrow`);
  const points = new Map<number, { x: number; y: Uint8Array }>();
  for (const bytes of releases) {
    const share = await readRelease(chart, number, opener, bytes);
    if (share !== undefined) points.set(share.x, share);
  }
  if (points.size < escrow.threshold) throw new Error(`${points.size} of ${escrow.threshold} shares`);
  const escrowKey = interpolate([...points.values()].slice(0, escrow.threshold), 0);
  const at = join(chart.id, u32(number));
  const key = hkdf(escrowKey, join(label("escrow-key"), at), 32);
  const message = openBox(key, join(label("escrow"), at), escrow.box, "escrow");
  const part = (i: number): Uint8Array => message.slice(32 * i, 32 * i + 32);
  return checked(chart, number, {
    chartKey: part(0),
    guardKey: part(1),
    chartSecret: part(2),
    n: message[96] ?? 0,
  });
}

/** The share of one epoch in a release; undefined when it is of an escrow that was replaced. */
async function readRelease(
  chart: Chart,
  number: number,
  opener: Identity,
  bytes: Uint8Array,
): Promise<{ x: number; y: Uint8Array } | undefined> {
  const reader = new Reader(bytes, "release");
  reader.expect("CHGSHARE");
  if (!equal(reader.take(16), chart.id)) throw new Error("release: is for another chart");
  const officerId = reader.take(32);
  if (!equal(reader.take(32), opener.recipient.memberId)) throw new Error("release: is to somebody else");
  reader.text();
  const shares = reader.list(reader.u16(), () => ({
    epoch: reader.u32(),
    escrow: reader.take(32),
    encapsulated: reader.take(1120),
    ciphertext: reader.take(49),
  }));
  ascending(
    shares.map(({ epoch }) => u32(epoch)),
    "release",
  );
  const signed = reader.before();
  const signature = reader.take(64);
  reader.end();

  const escrow = chart.escrows.get(number);
  const place = escrow?.officers.findIndex(({ recipient }) => equal(recipient.memberId, officerId)) ?? -1;
  const officer = escrow?.officers[place];
  if (escrow === undefined || officer === undefined) throw new Error("release: its signer is no officer");
  verifySignature(officer.recipient.signing, join(label("escrow-share"), signed), signature, "release");
  const released = shares.find(({ epoch }) => epoch === number);
  if (released === undefined || !equal(released.escrow, sha256(escrow.box))) return undefined;
  const info = join(
    label("escrow-release"),
    chart.id,
    u32(number),
    released.escrow,
    officerId,
    opener.recipient.memberId,
  );
  const share = await hpkeOpen(opener.kemSeed, released.encapsulated, info, released.ciphertext);
  if (share === undefined) throw new Error(`release: the share of ${hex(officerId)} does not open`);
  const check = labelled("check/escrow-share", chart.id, u32(number), share);
  if (!equal(check, officer.check) || share[0] !== place + 1)
    throw new Error(`release: the share of ${hex(officerId)} is wrong`);
  return { x: place + 1, y: share.slice(1) };
}

/** The chart's label, which must be of the epoch of these secrets. */
export function readLabel(chart: Chart, { chartKey, chartSecret }: EpochSecrets): string {
  if (chart.label === undefined) throw new Error("the chart has no label");
  const at = join(chart.id, u32(chart.label.epoch));
  const key = hkdf(join(chartKey, chartSecret), join(label("chart-label-key"), at), 32);
  const padded = openBox(key, join(label("chart-label"), at), chart.label.box, "label");
  const reader = new Reader(padded, "label");
  const bytes = reader.take(reader.u32());
  if (
    padded.length !== padme(Math.max(256, reader.at)) ||
    !isZero(padded.subarray(reader.at)) ||
    bytes.length > 1024
  )
    throw new Error("label: is not padded as it should be");
  // As a text<u16>, to be judged by the same rules.
  return new Reader(join(integer(bytes.length, 2), bytes), "label").text();
}

function checked(chart: Chart, number: number, secrets: EpochSecrets): EpochSecrets {
  const epoch = chart.epochs.get(number);
  const wrong =
    epoch === undefined ||
    !equal(keyCheck("chart-key", chart, epoch, secrets.chartKey), epoch.chartKeyCheck) ||
    !equal(keyCheck("guard-key", chart, epoch, secrets.guardKey), epoch.guardKeyCheck) ||
    !equal(keyCheck("chart-secret", chart, epoch, secrets.chartSecret), epoch.chartSecretCheck);
  if (wrong || secrets.n < 8 || secrets.n > 64) throw new Error(`the secrets of epoch ${number} are wrong`);
  return secrets;
}

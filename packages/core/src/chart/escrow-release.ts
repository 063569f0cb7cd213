import type { Engine } from "@chirograph/engine/interface";
import { SHARE_BYTES } from "../cut/geometry.ts";
import { joinShares } from "../cut/shamir.ts";
import { equalBytes, toHex, wipe } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { Reader } from "../encoding/reader.ts";
import { utf8 } from "../encoding/text.ts";
import { Writer } from "../encoding/writer.ts";
import { ChirographError } from "../error.ts";
import type { Identity } from "../identity/identity.ts";
import { fingerprint, MEMBER_ID_BYTES, type Recipient, SIGNATURE_BYTES } from "../identity/recipient.ts";
import { epochBytes, ID_BYTES } from "../ids.ts";
import type { Chart } from "./document.ts";
import { orRefuse } from "./epoch-keys.ts";
import { escrowPurpose, openEscrow, shareCheckOf } from "./escrow.ts";
import type { EpochSecrets } from "./secrets.ts";
import { type ChartState, epochNumbered, type Escrow } from "./state.ts";
import type { UnlockedChart } from "./unlock.ts";
import { unwrap } from "./wrap.ts";

const MAGIC = "CHGSHARE";
const ENCAPSULATED_BYTES = 1120;
const ESCROW_ID_BYTES = 32;
const HPKE_TAG_BYTES = 16;
const LONGEST_REASON_BYTES = 1024;

/** An officer's shares, wrapped to the one who is to open the chart, and why; signed by the officer. */
export interface Release {
  readonly chart: Uint8Array;
  /** Member ids. */
  readonly officer: Uint8Array;
  readonly opener: Uint8Array;
  /** The officer's words, for whoever looks back. */
  readonly reason: string;
  /** Ascending by epoch. */
  readonly shares: readonly ReleasedShare[];
}

interface ReleasedShare {
  readonly epoch: number;
  /** SHA-256 of the escrow's box: a share of one that was replaced since is told apart. */
  readonly escrow: Uint8Array;
  readonly encapsulated: Uint8Array<ArrayBuffer>;
  readonly ciphertext: Uint8Array<ArrayBuffer>;
}

/**
 * An officer's shares of all epochs that he holds in escrow, for `opener` alone (docs/format.md, section 11).
 * @throws ChirographError `not-for-you` when he holds none, `inconsistent-author` when he was given none that is right
 */
export async function releaseShare(
  engine: Engine,
  chart: Chart,
  officer: Identity,
  release: { opener: Recipient; reason: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const { state } = chart;
  const refused = new Map<number, ChirographError>();
  const shares: ReleasedShare[] = [];
  for (const epoch of [...state.escrows.keys()].toSorted((left, right) => left - right)) {
    const escrow = state.escrows.get(epoch)!;
    const share = await orRefuse(refused, epoch, () => ownShare(engine, state, escrow, officer));
    if (share === undefined || share === null) continue;
    shares.push(await wrapShare(engine, state, escrow, officer, release.opener, share));
    wipe(share);
  }
  if (shares.length === 0) {
    throw refused.values().next().value ?? notAnOfficer();
  }
  const writer = new Writer()
    .raw(utf8(MAGIC))
    .fixed(state.chart, ID_BYTES)
    .fixed(officer.recipient.member, MEMBER_ID_BYTES)
    .fixed(release.opener.member, MEMBER_ID_BYTES)
    .text16(checkReason(release.reason))
    .u16(shares.length);
  for (const { epoch, escrow, encapsulated, ciphertext } of shares)
    writer.u32(epoch).raw(escrow).raw(encapsulated).raw(ciphertext);
  const unsigned = writer.finish();
  const message = labelled("escrow-share", unsigned);
  const signature = await engine.ed25519Sign({ seed: officer.signSeed, message });
  return new Writer().raw(unsigned).fixed(signature, SIGNATURE_BYTES).finish();
}

/**
 * Reads a release and checks that an officer of this chart signed it. Needs no key.
 * @throws ChirographError `mismatch` for another chart or nobody's officer, `bad-signature`, `malformed`
 */
export async function readRelease(engine: Engine, chart: Chart, bytes: Uint8Array): Promise<Release> {
  const { state } = chart;
  const reader = new Reader(bytes, "release of a share");
  reader.magic(MAGIC);
  const release = {
    chart: reader.fixed(ID_BYTES),
    officer: reader.fixed(MEMBER_ID_BYTES),
    opener: reader.fixed(MEMBER_ID_BYTES),
    reason: checkReason(reader.text16()),
    shares: readShares(reader),
  };
  const message = labelled("escrow-share", bytes.subarray(0, reader.offset));
  const signature = reader.fixed(SIGNATURE_BYTES);
  reader.end();
  if (!equalBytes(release.chart, state.chart))
    throw new ChirographError("mismatch", "The share was released for another chart.");
  const officer = [...state.escrows.values()]
    .flatMap(({ officers }) => officers)
    .find(({ recipient }) => equalBytes(recipient.member, release.officer));
  if (officer === undefined) throw new ChirographError("mismatch", "Its signer is no officer of this chart.");
  const publicKey = officer.recipient.signing;
  if (!(await engine.ed25519Verify({ publicKey, message, signature })))
    throw new ChirographError("bad-signature", "The release of a share is damaged or forged.");
  return release;
}

/**
 * Opens the epochs of which enough officers released their shares to `opener`, without any word.
 * @throws ChirographError `too-few-shares` otherwise, saying how many more are needed and which were wrong;
 *   `inconsistent-author` when the right shares open nothing
 */
export async function openByEscrow(
  engine: Engine,
  chart: Chart,
  opener: Identity,
  releases: readonly Uint8Array[],
): Promise<UnlockedChart> {
  const { state } = chart;
  if (state.escrows.size === 0) throw new ChirographError("mismatch", "The chart is in nobody's escrow.");
  const { shares, problems } = await gatherShares(engine, chart, opener, releases);
  const epochs = new Map<number, EpochSecrets>();
  const refused = new Map<number, ChirographError>();
  let wordLength: number | undefined;
  for (const epoch of state.epochs) {
    const escrow = state.escrows.get(epoch.number);
    const held = [...(shares.get(epoch.number)?.values() ?? [])];
    if (escrow === undefined || held.length < escrow.threshold) continue;
    const escrowKey = joinShares(held.slice(0, escrow.threshold));
    const opened = await orRefuse(refused, epoch.number, () =>
      openEscrow(engine, state, epoch, escrow, escrowKey),
    );
    wipe(escrowKey);
    if (opened === undefined) continue;
    epochs.set(epoch.number, opened.secrets);
    wordLength = opened.wordLength;
  }
  if (wordLength === undefined) throw refused.values().next().value ?? tooFewShares(state, shares, problems);
  return { chart, epochs, granted: new Map(), refused, word: undefined, wordLength };
}

/** Right shares by epoch and officer. */
type Shares = Map<number, Map<string, Uint8Array>>;

async function gatherShares(
  engine: Engine,
  chart: Chart,
  opener: Identity,
  releases: readonly Uint8Array[],
): Promise<{ shares: Shares; problems: string[] }> {
  const shares: Shares = new Map();
  const problems: string[] = [];
  for (const [index, bytes] of releases.entries()) {
    let who = `release ${index + 1}`;
    try {
      const release = await readRelease(engine, chart, bytes);
      who = `officer ${fingerprint(release.officer)}`;
      for (const released of release.shares) {
        const share = await openShare(engine, chart.state, release, released, opener);
        if (share === undefined) continue;
        const held = shares.get(released.epoch) ?? new Map<string, Uint8Array>();
        shares.set(released.epoch, held.set(toHex(release.officer), share));
      }
    } catch (error) {
      if (!(error instanceof ChirographError)) throw error;
      problems.push(`${who}: ${error.message}`);
    }
  }
  return { shares, problems };
}

/** The share that `officer` holds of an escrow; `null` when he holds none. */
async function ownShare(
  engine: Engine,
  state: ChartState,
  escrow: Escrow,
  { recipient, kemSeed }: Identity,
): Promise<Uint8Array | null> {
  const held = escrow.officers.find((officer) => equalBytes(officer.recipient.member, recipient.member));
  if (held === undefined) return null;
  const { epoch, threshold, officers, signer } = escrow;
  const members = officers.map((officer) => officer.recipient);
  const purpose = escrowPurpose(epoch, threshold, members);
  const place = { chart: state.chart, purpose, member: recipient.member, signer };
  const share = await unwrap(engine, kemSeed, place, held);
  if (share === null) return null;
  if (!(await isShareOf(engine, state, escrow, recipient.member, share))) {
    throw new ChirographError(
      "inconsistent-author",
      `The escrow of epoch ${epoch} announces one share and gives this officer another: its author made it so.`,
    );
  }
  return share;
}

async function wrapShare(
  engine: Engine,
  state: ChartState,
  escrow: Escrow,
  officer: Identity,
  opener: Recipient,
  share: Uint8Array,
): Promise<ReleasedShare> {
  const { epoch } = escrow;
  const escrowId = await engine.sha256([escrow.box]);
  const info = shareInfo(state, { epoch, escrow: escrowId }, officer.recipient.member, opener.member);
  const wrapped = await engine.hpkeSeal({ publicKey: opener.kem, info, plaintext: share });
  if (wrapped === null) throw new ChirographError("malformed", "The opener's public key is not a valid one.");
  return { epoch, escrow: escrowId, ...wrapped };
}

/** A released share, if it is of the escrow that the chart has now. */
async function openShare(
  engine: Engine,
  state: ChartState,
  release: Release,
  released: ReleasedShare,
  opener: Identity,
): Promise<Uint8Array | undefined> {
  const escrow = state.escrows.get(released.epoch);
  if (escrow === undefined || !equalBytes(released.escrow, await engine.sha256([escrow.box])))
    return undefined;
  const info = shareInfo(state, released, release.officer, opener.recipient.member);
  const { encapsulated, ciphertext } = released;
  const share = await engine.hpkeOpen({ seed: opener.kemSeed, info, encapsulated, ciphertext });
  if (share === null)
    throw new ChirographError("not-for-you", "The share was released to somebody else, or wrapped wrongly.");
  if (!(await isShareOf(engine, state, escrow, release.officer, share)))
    throw new ChirographError("inconsistent-author", "The share is not the one that the chart announces.");
  return share;
}

/** Whether a share is what the escrow announces for this officer, and at his place. */
async function isShareOf(
  engine: Engine,
  state: ChartState,
  escrow: Escrow,
  officer: Uint8Array,
  share: Uint8Array,
): Promise<boolean> {
  const index = escrow.officers.findIndex(({ recipient }) => equalBytes(recipient.member, officer));
  const announced = escrow.officers[index]?.shareCheck;
  if (announced === undefined || share[0] !== index + 1) return false;
  const check = await shareCheckOf(engine, { chart: state.chart, epoch: escrow.epoch }, share);
  return engine.constantTimeEqual(check, announced);
}

function shareInfo(
  { chart }: ChartState,
  { epoch, escrow }: Pick<ReleasedShare, "epoch" | "escrow">,
  officer: Uint8Array,
  opener: Uint8Array,
): Uint8Array {
  return labelled("escrow-release", chart, epochBytes(epoch), escrow, officer, opener);
}

function readShares(reader: Reader): ReleasedShare[] {
  const shares = Array.from({ length: reader.u16() }, () => ({
    epoch: reader.u32(),
    escrow: reader.fixed(ESCROW_ID_BYTES),
    encapsulated: reader.fixed(ENCAPSULATED_BYTES),
    ciphertext: reader.fixed(SHARE_BYTES + HPKE_TAG_BYTES),
  }));
  if (shares.length === 0) reader.fail("has no share");
  reader.ascending(
    shares.map(({ epoch }) => epochBytes(epoch)),
    "epochs",
  );
  return shares;
}

function checkReason(reason: string): string {
  if (utf8(reason).length > LONGEST_REASON_BYTES)
    throw new ChirographError(
      "out-of-limits",
      `A reason of more than ${LONGEST_REASON_BYTES} bytes is refused.`,
    );
  return reason;
}

function notAnOfficer(): ChirographError {
  return new ChirographError("not-for-you", "This identity holds no share of this chart's escrow.");
}

function tooFewShares(state: ChartState, shares: Shares, problems: readonly string[]): ChirographError {
  const lacking = [...state.escrows.values()]
    .filter(({ epoch }) => epochNumbered(state, epoch) !== undefined)
    .map(({ epoch, threshold }) => threshold - (shares.get(epoch)?.size ?? 0));
  const text = `${Math.min(...lacking)} more shares are needed to open the escrow.`;
  return new ChirographError("too-few-shares", [text, ...problems].join(" Wrong is "));
}

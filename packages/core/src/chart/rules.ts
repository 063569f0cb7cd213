import { checkCounts } from "../cut/geometry.ts";
import { equalBytes, isZero, toHex } from "../encoding/bytes.ts";
import { ChirographError } from "../error.ts";
import { suiteNumbered } from "../suite.ts";
import {
  type Change,
  type ClassicKeyChange,
  type EpochChange,
  type GenesisChange,
  type GrantChange,
  type LabelChange,
  type MemberChange,
  RIGHT_MANAGE,
  RIGHT_READ,
  RIGHT_WRITE,
  type RemoveChange,
  type TombstoneChange,
  type VersionChange,
  type WithdrawChange,
  type WordChange,
  type Wrap,
  type WrapChange,
} from "./change.ts";
import { rightFor } from "./change-format.ts";
import { type ChartDraft, own, ownRecord } from "./draft.ts";
import { applyEscrow } from "./escrow-rules.ts";
import type { Link } from "./link.ts";
import { isReader, type LinkSigner, mayKnowKeys, readersOf, rightsOf } from "./rights.ts";
import type { Require } from "./require.ts";
import { applyStanding, applyStandingEnd } from "./standing-rules.ts";
import { type ChartState, currentEpoch, epochNumbered, findVersion, type SignedWrap } from "./state.ts";

const ALL_RIGHTS = RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE;
const HPKE_TAG_BYTES = 16;
const SECRET_BYTES = 32;
/** As many as the wraps of one change can serve. */
const MOST_MEMBERS = 4096;

/**
 * Applies `link`, whose own signatures were found valid, to `draft`, the joined state of its predecessors, or begins a
 * chart with it. After an error the draft is of no use.
 * @throws ChirographError `not-permitted` for a broken rule (docs/format.md, section 10), `mismatch` for a link of
 *   another chart
 */
export function applyLink(draft: ChartDraft | undefined, link: Link): ChartDraft {
  const rights = draft === undefined ? ALL_RIGHTS : checkSigner(draft, link);
  const state = draft ?? beginChart(link);
  state.generation = link.generation;
  state.lastHash = link.hash;
  const signer = { signing: link.signers[0]!, rights };
  const changes = draft === undefined ? link.changes.slice(1) : link.changes;
  for (const change of changes) applyChange(state, change, signer, link.generation);
  return state;
}

function beginChart(link: Link): ChartDraft {
  const genesis = link.changes[0];
  if (genesis?.type !== "genesis") refuse(link.generation, "does not begin a chart");
  if (link.generation !== 0 || link.previous.length > 0)
    refuse(link.generation, "is not the first of its chart");
  if (isZero(link.chart)) refuse(link.generation, "has a chart id that is zero");
  if (genesis.registrar !== undefined && equalBytes(genesis.registrar, genesis.owner)) {
    refuse(link.generation, "names its owner as its registrar");
  }
  checkGenesisSigners(link, genesis);
  return {
    chart: link.chart,
    generation: 0,
    lastHash: link.hash,
    genesisHash: link.hash,
    owner: genesis.owner,
    registrar: genesis.registrar,
    members: new Map(),
    everMembers: new Map(),
    epochs: [],
    epochPlaces: new Map(),
    stale: false,
    grants: [],
    records: new Map(),
    classicKeys: new Map(),
    recordOf: new Map(),
    standing: new Map(),
    escrows: new Map(),
    escrowPlan: undefined,
    label: undefined,
    own: new Set(),
  };
}

function checkGenesisSigners(link: Link, genesis: GenesisChange): void {
  const expected = genesis.registrar === undefined ? [genesis.owner] : [genesis.owner, genesis.registrar];
  const asExpected =
    link.signers.length === expected.length &&
    link.signers.every((signer, index) => equalBytes(signer, expected[index]!));
  if (!asExpected) refuse(0, "is not signed by its owner, and its registrar if it names one");
}

/** The rights of the one who signed a link that continues the chart. */
function checkSigner(before: ChartState, link: Link): number {
  if (!equalBytes(link.chart, before.chart)) {
    throw new ChirographError(
      "mismatch",
      `Link ${link.generation} of the chart document belongs to another chart.`,
    );
  }
  const merges = link.previous.length > 1;
  if (link.changes.length === 0 && !merges) refuse(link.generation, "changes nothing");
  if (link.signers.length !== 1) refuse(link.generation, "does not have exactly one signature");
  const rights = rightsOf(before, link.signers[0]!);
  if ((rights & (RIGHT_WRITE | RIGHT_MANAGE)) === 0)
    refuse(link.generation, "is signed by somebody who may neither write nor manage");
  for (const change of link.changes) {
    if ((rights & rightFor(change)) === 0) {
      refuse(link.generation, `is signed by somebody without the right for the change "${change.type}"`);
    }
  }
  return rights;
}

function applyChange(draft: ChartDraft, change: Change, signer: LinkSigner, generation: number): void {
  const require: Require = (condition, problem) => {
    if (!condition) refuse(generation, problem);
  };
  switch (change.type) {
    case "genesis":
      return refuse(generation, "begins the chart a second time");
    case "member":
      return applyMember(draft, change, require);
    case "remove":
      return applyRemove(draft, change, require);
    case "epoch":
      return applyEpoch(draft, change, signer.signing, require);
    case "wrap":
      return applyWrap(draft, change, signer.signing, require);
    case "word":
      return applyWord(draft, change, require);
    case "version":
      return applyVersion(draft, change, signer.signing, require);
    case "tombstone":
      return applyTombstone(draft, change, require);
    case "grant":
      return applyGrant(draft, change, signer.signing, require);
    case "withdraw":
      return applyWithdraw(draft, change, require);
    case "classic-key":
      return applyClassicKey(draft, change, signer.signing, require);
    case "standing":
      return applyStanding(draft, change, signer, require);
    case "standing-end":
      return applyStandingEnd(draft, change, require);
    case "escrow":
      return applyEscrow(draft, change, signer, require);
    case "label":
      return applyLabel(draft, change, require);
  }
}

function applyMember(draft: ChartDraft, { recipient, rights }: MemberChange, require: Require): void {
  require(rights >= 1 && rights <= ALL_RIGHTS, "gives rights that do not exist");
  const id = toHex(recipient.member);
  const sameKey = [...draft.members.keys()].find((other) =>
    equalBytes(draft.members.get(other)!.recipient.signing, recipient.signing),
  );
  require(sameKey === undefined || sameKey === id, "gives two members the same signing key");
  if ((rights & RIGHT_READ) === 0) stopReading(draft, recipient.member);
  own(draft, "members").set(id, { recipient, rights });
  if (draft.members.size > MOST_MEMBERS) {
    throw new ChirographError("out-of-limits", `More than ${MOST_MEMBERS} members are refused.`);
  }
  if (draft.everMembers.get(id) === undefined) own(draft, "everMembers").set(id, recipient);
}

function applyRemove(draft: ChartDraft, { member }: RemoveChange, require: Require): void {
  require(draft.members.has(toHex(member)), "removes somebody who is not a member");
  stopReading(draft, member);
  own(draft, "members").delete(toHex(member));
}

/** Whoever reads no more still knows the current epoch's secrets, and his standing unlocks end. */
function stopReading(draft: ChartDraft, member: Uint8Array): void {
  if (!isReader(draft, member)) return;
  draft.stale = true;
  if (draft.standing.has(toHex(member))) own(draft, "standing").delete(toHex(member));
}

function applyEpoch(draft: ChartDraft, change: EpochChange, signer: Uint8Array, require: Require): void {
  require(change.number !== 0 &&
    epochNumbered(draft, change.number) === undefined, "begins an epoch with a number that is zero or taken");
  // Whoever begins an epoch knows its keys, so nobody may who could not read it anyway.
  require(mayKnowKeys(draft, signer), "begins an epoch without being a reader");
  require(wrapsEveryReader(draft, change.wraps), "does not wrap the new keys to exactly the present readers");
  const { type: _, wraps, ...epoch } = change;
  own(draft, "epochPlaces").set(change.number, draft.epochs.length);
  own(draft, "epochs").push({ ...epoch, wraps: signedWraps(wraps, signer), lockedIn: draft.generation });
  draft.stale = false;
}

function applyWrap(
  draft: ChartDraft,
  { epoch: number, wrap }: WrapChange,
  signer: Uint8Array,
  require: Require,
): void {
  const epoch = epochNumbered(draft, number);
  const id = toHex(wrap.member);
  require(epoch !== undefined, "wraps the keys of an epoch that does not exist");
  require(isReader(draft, wrap.member), "wraps keys to somebody who is not a reader");
  const wraps = new Map(epoch!.wraps).set(id, { ...wrap, signer });
  own(draft, "epochs")[draft.epochPlaces.get(number)!] = { ...epoch!, wraps };
}

function applyWord(draft: ChartDraft, { epoch: number, lock }: WordChange, require: Require): void {
  const epoch = epochNumbered(draft, number);
  require(epoch !== undefined, "changes the word of an epoch that does not exist");
  own(draft, "epochs")[draft.epochPlaces.get(number)!] = { ...epoch!, lock, lockedIn: draft.generation };
}

function applyVersion(draft: ChartDraft, change: VersionChange, signer: Uint8Array, require: Require): void {
  const { type: _, ...version } = change;
  require(!isZero(version.record) && !isZero(version.version), "names a record or version that is zero");
  require(!draft.recordOf.has(toHex(version.version)), "uses a version id a second time");
  checkCounts(version.total, version.needed);
  if (suiteNumbered(version.suite).name === "classic") {
    const key = draft.classicKeys.get(toHex(version.version));
    require(version.epoch === 0 &&
      version.needed === version.total, "states a threshold or an epoch for the classic profile");
    require(key !== undefined &&
      equalBytes(key.record, version.record), "has a classic version without its key");
  } else {
    require(version.epoch !== 0 &&
      version.epoch === currentEpoch(draft)?.number, "seals under an epoch that is not the current one");
    require(!draft.classicKeys.has(
      toHex(version.version),
    ), "has a classic key and is not of the classic profile");
    require(!draft.stale, "seals under an epoch that a former reader still knows; a new epoch must begin first");
  }
  const id = toHex(version.record);
  const record = draft.records.get(id);
  const last = record?.versions.at(-1);
  require(record?.erased !== true, "adds a version to a record that was erased");
  require(last === undefined
    ? isZero(version.parent)
    : equalBytes(version.parent, last.version), "adds a version that does not follow the record's last one");
  ownRecord(draft, id, version.record).versions.push({ ...version, signer, erased: false });
  own(draft, "recordOf").set(toHex(version.version), id);
}

function applyTombstone(
  draft: ChartDraft,
  { record: recordId, version }: TombstoneChange,
  require: Require,
): void {
  const id = toHex(recordId);
  const record = draft.records.get(id);
  require(record !== undefined && !record.erased, "erases a record that does not exist or is erased already");
  const whole = isZero(version);
  const place = record!.versions.findIndex((candidate) => equalBytes(candidate.version, version));
  require(whole ||
    record!.versions[place]?.erased === false, "erases a version that does not exist or is erased already");
  const kept = ownRecord(draft, id, recordId);
  kept.erased = whole;
  kept.versions.forEach((candidate, index) => {
    if (whole || index === place) kept.versions[index] = { ...candidate, erased: true };
  });
}

function applyGrant(draft: ChartDraft, change: GrantChange, signer: Uint8Array, require: Require): void {
  const { type: _, ...grant } = change;
  require(!isReader(
    draft,
    grant.recipient.member,
  ), "grants a record to somebody who reads the whole chart already");
  require(epochNumbered(draft, grant.epoch) !== undefined, "grants a record of an epoch that does not exist");
  require(grant.versions.length > 0, "grants no version");
  require(grant.versions.every(
    (version) => findVersion(draft, grant.record, version)?.epoch === grant.epoch,
  ), "grants a version that is not in that record and epoch");
  require(grant.ciphertext.length ===
    SECRET_BYTES * (1 + grant.versions.length) +
      HPKE_TAG_BYTES, "grants with a ciphertext of the wrong length");
  const others = draft.grants.filter((other) => !(isGrantOf(other, grant) && other.epoch === grant.epoch));
  draft.grants = [...others, { ...grant, signer }];
}

function applyWithdraw(draft: ChartDraft, change: WithdrawChange, require: Require): void {
  const wanted = { record: change.record, recipient: { member: change.member } };
  const kept = draft.grants.filter((grant) => !isGrantOf(grant, wanted));
  require(kept.length < draft.grants.length, "withdraws a grant that does not exist");
  draft.grants = kept;
  draft.stale = true;
}

function applyClassicKey(
  draft: ChartDraft,
  change: ClassicKeyChange,
  signer: Uint8Array,
  require: Require,
): void {
  const id = toHex(change.version);
  require(!isZero(change.record) && !isZero(change.version), "names a record or version that is zero");
  require(!draft.classicKeys.has(id) && !draft.recordOf.has(id), "has a classic key a second time");
  require(wrapsEveryReader(
    draft,
    change.wraps,
  ), "does not wrap the classic key to exactly the present readers");
  const { record, keyCheck } = change;
  own(draft, "classicKeys").set(id, { record, keyCheck, wraps: signedWraps(change.wraps, signer) });
}

function applyLabel(draft: ChartDraft, { epoch, box }: LabelChange, require: Require): void {
  require(epochNumbered(draft, epoch) !== undefined, "seals a label under an epoch that does not exist");
  draft.label = { epoch, box, setIn: draft.generation };
}

interface GrantKey {
  readonly record: Uint8Array;
  readonly recipient: { readonly member: Uint8Array };
}

function isGrantOf(grant: GrantKey, wanted: GrantKey): boolean {
  return (
    equalBytes(grant.record, wanted.record) && equalBytes(grant.recipient.member, wanted.recipient.member)
  );
}

function wrapsEveryReader(state: ChartState, wraps: readonly Wrap[]): boolean {
  const readers = readersOf(state);
  return (
    wraps.length === readers.length &&
    readers.every(({ recipient }, index) => equalBytes(recipient.member, wraps[index]!.member))
  );
}

function signedWraps(wraps: readonly Wrap[], signer: Uint8Array): Map<string, SignedWrap> {
  return new Map(wraps.map((wrap) => [toHex(wrap.member), { ...wrap, signer }]));
}

function refuse(generation: number, problem: string): never {
  throw new ChirographError(
    "not-permitted",
    `Link ${generation} of the chart document is refused: it ${problem}.`,
  );
}

// The chart document: signed links, and what they come to (sections 10 and 11).
import { ascending, equal, hex, isZero, join, label, Reader, u32, u8, zeros } from "./bytes.ts";
import { readRecipient, type Identity } from "./identity.ts";
import { joinCharts } from "./join.ts";
import type { Chart, Epoch, Version, Wrap } from "./chart-state.ts";
import { hpkeOpen, labelled, sha256, verifySignature } from "./primitives.ts";

const read = 1;
const write = 2;
const manage = 4;

export const classicSuite = 0x0101;
const suites: readonly number[] = [0x0001, 0x0002, classicSuite];

const lockSize = 72 + 25 + 72 + 32;

/** Reads and checks a whole chart document. */
export function readChart(document: Uint8Array): Chart {
  if (document.length > 256 * 1024 * 1024) throw new Error("chart document: above 256 MiB");
  const reader = new Reader(document, "chart document");
  reader.expect("CHGCHART");
  const count = reader.u32();
  if (count < 1 || count > 1_048_576) throw new Error(`chart document: ${count} links`);
  const links = reader.list(count, () => reader.take(reader.u32()));
  reader.end();

  const places = new Map<string, Place>();
  let before: Place | undefined;
  for (const bytes of links) {
    const place = readPlace(bytes, places, before);
    const chart = place.previous.length === 0 ? emptyChart(bytes) : joinCharts(place.previous.map(chartOf));
    applyLink(chart, bytes, place.previous);
    place.chart = chart;
    places.set(hex(place.hash), place);
    for (const each of place.previous) each.isHead = false;
    before = place;
  }
  const heads = [...places.values()].filter(({ isHead }) => isHead);
  if (heads.length > 64) throw new Error(`chart document: ${heads.length} heads`);
  return joinCharts(heads.toSorted((a, b) => (hex(a.hash) < hex(b.hash) ? -1 : 1)).map(chartOf));
}

/** Where a link stands among the others. */
interface Place {
  readonly hash: Uint8Array;
  readonly generation: number;
  readonly previous: readonly Place[];
  isHead: boolean;
  /** What holds after it. */
  chart?: Chart;
}

const chartOf = ({ chart }: Place): Chart => {
  if (chart === undefined) throw new Error("a link comes before those that it continues");
  return chart;
};

function readPlace(bytes: Uint8Array, places: Map<string, Place>, before: Place | undefined): Place {
  const reader = new Reader(bytes, `link ${places.size}`);
  reader.take(16);
  const generation = reader.u64();
  const count = reader.u8();
  if (count > 64) throw new Error(`${reader.what}: continues ${count} links`);
  const hashes = reader.list(count, () => hex(reader.take(32)));
  if (new Set(hashes).size !== count) throw new Error(`${reader.what}: continues a link twice`);
  const previous = hashes.map((each) => {
    const place = places.get(each);
    if (place === undefined) throw new Error(`${reader.what}: continues a link that is not there`);
    return place;
  });
  if ((count === 0) !== (before === undefined)) throw new Error(`${reader.what}: is not in its place`);
  if (generation !== (count === 0 ? 0 : 1 + Math.max(...previous.map((each) => each.generation)))) {
    throw new Error(`${reader.what}: has another generation`);
  }
  for (const each of count > 1 ? previous : []) {
    const ancestors = ancestorsOf(each);
    if (previous.some((other) => ancestors.has(other)))
      throw new Error(`${reader.what}: continues a link and one that it came from`);
  }
  const hash = labelled("link-hash", bytes);
  const early = before && (before.generation - generation || Buffer.compare(before.hash, hash)) >= 0;
  if (early) throw new Error(`${reader.what}: is out of order`);
  return { hash, generation, previous, isHead: true };
}

function ancestorsOf(place: Place): Set<Place> {
  const found = new Set<Place>();
  const left = [...place.previous];
  for (let each = left.pop(); each !== undefined; each = left.pop()) {
    if (found.has(each)) continue;
    found.add(each);
    left.push(...each.previous);
  }
  return found;
}

function emptyChart(link0: Uint8Array): Chart {
  return {
    id: new Reader(link0, "link 0").id(),
    hashOfLink0: labelled("link-hash", link0),
    owner: zeros(32),
    registrar: undefined,
    members: new Map(),
    everMembers: new Map(),
    epochs: new Map(),
    stale: false,
    versions: new Map(),
    records: new Map(),
    erasedRecords: new Set(),
    grants: new Map(),
    classicKeys: new Map(),
    standing: new Map(),
    escrows: new Map(),
    escrowPlan: undefined,
    label: undefined,
    generation: 0,
  };
}

/** Checks one link against the state before it, which it changes. Its place was checked. */
function applyLink(chart: Chart, bytes: Uint8Array, before: readonly Place[]): void {
  const reader = new Reader(bytes, "link");
  if (!equal(reader.take(16), chart.id)) throw new Error("a link is of another chart");
  const generation = reader.u64();
  const what = `link ${generation}`;
  chart.generation = generation;
  reader.take(32 * reader.u8());
  reader.u64(); // time
  const changes = reader.list(reader.u16(), () => ({ type: reader.u8(), body: reader.take(reader.u32()) }));
  if (changes.length === 0 && before.length < 2) throw new Error(`${what}: has no change`);
  const signed = reader.before();
  const signatures = reader.list(reader.u8(), () => {
    const signer = reader.take(32);
    reader.only(reader.u8(), 1, "signature algorithm");
    return { signer, signature: reader.take(64) };
  });
  reader.end();

  // Who has to sign, and what his rights are.
  const [first] = changes;
  if (generation === 0) {
    if (first?.type !== 1) throw new Error(`${what}: does not begin with genesis`);
    genesis(chart, first.body);
  }
  const [author] = signatures;
  if (author === undefined) throw new Error(`${what}: is not signed`);
  const wanted =
    generation === 0 ? [chart.owner, ...(chart.registrar ? [chart.registrar] : [])] : [author.signer];
  const signers = signatures.map(({ signer }) => signer);
  if (signers.length !== wanted.length || !equal(join(...signers), join(...wanted))) {
    throw new Error(`${what}: is not signed by those who have to`);
  }
  for (const { signer, signature } of signatures) {
    verifySignature(signer, join(label("link"), signed), signature, what);
  }
  const rights = rightsOf(chart, author.signer);
  if ((rights & (write | manage)) === 0) throw new Error(`${what}: its signer may neither write nor manage`);

  changes.forEach(({ type, body }, i) => {
    const change = changeTypes.get(type);
    if (change === undefined) throw new Error(`${what}: change type ${type} is unknown`);
    const here = `${what}, ${change.name}`;
    if (change === genesisType) {
      if (generation !== 0 || i !== 0) throw new Error(`${here}: genesis comes first in link 0 only`);
      return;
    }
    if ((rights & change.right) === 0) throw new Error(`${here}: its signer has no right to it`);
    const bodyReader = new Reader(body, here);
    change.apply(chart, bodyReader, author.signer, rights);
    bodyReader.end();
  });
}

function rightsOf(chart: Chart, signer: Uint8Array): number {
  const member = [...chart.members.values()].find(({ recipient }) => equal(recipient.signing, signer));
  return (member?.rights ?? 0) | (equal(signer, chart.owner) ? write | manage : 0);
}

function isReader(chart: Chart, memberId: Uint8Array): boolean {
  return ((chart.members.get(hex(memberId))?.rights ?? 0) & read) !== 0;
}

// --- The changes ---

interface ChangeType {
  readonly name: string;
  readonly right: number;
  readonly apply: (chart: Chart, body: Reader, signer: Uint8Array, rights: number) => void;
}

const genesisType: ChangeType = { name: "genesis", right: 0, apply: () => undefined };

const changeTypes: ReadonlyMap<number, ChangeType> = new Map([
  [1, genesisType],
  [2, { name: "member", right: manage, apply: setMember }],
  [3, { name: "remove", right: manage, apply: removeMember }],
  [4, { name: "epoch", right: write, apply: beginEpoch }],
  [5, { name: "wrap", right: manage, apply: addWrap }],
  [6, { name: "word", right: manage, apply: changeWord }],
  [7, { name: "version", right: write, apply: addVersion }],
  [8, { name: "tombstone", right: manage, apply: erase }],
  [9, { name: "grant", right: manage, apply: addGrant }],
  [10, { name: "withdraw", right: manage, apply: withdraw }],
  [11, { name: "classic key", right: write, apply: addClassicKey }],
  [12, { name: "standing", right: manage | write, apply: addStanding }],
  [13, { name: "standing end", right: manage, apply: endStanding }],
  [14, { name: "escrow", right: manage | write, apply: addEscrow }],
  [15, { name: "label", right: manage, apply: setLabel }],
]);

function genesis(chart: Chart, body: Uint8Array): void {
  const reader = new Reader(body, "link 0, genesis");
  chart.owner = reader.take(32);
  const present = reader.u8();
  if (present > 1) throw new Error(`genesis: registrarPresent ${present}`);
  if (present === 1) chart.registrar = reader.take(32);
  if (chart.registrar && equal(chart.registrar, chart.owner))
    throw new Error("genesis: the owner is the registrar");
  reader.end();
}

function setMember(chart: Chart, body: Reader): void {
  const recipient = readRecipient(body);
  const rights = body.u8();
  if (rights < 1 || rights > 7) throw new Error(`${body.what}: rights ${rights}`);
  const id = hex(recipient.memberId);
  for (const [other, { recipient: theirs }] of chart.members) {
    if (other !== id && equal(theirs.signing, recipient.signing)) {
      throw new Error(`${body.what}: two members share a signing key`);
    }
  }
  if ((rights & read) === 0) stopReading(chart, recipient.memberId);
  chart.members.set(id, { recipient, rights });
  chart.everMembers.set(id, recipient.signing);
  if (chart.members.size > 4096) throw new Error(`${body.what}: more than 4,096 members`);
}

function removeMember(chart: Chart, body: Reader): void {
  const memberId = body.take(32);
  stopReading(chart, memberId);
  if (!chart.members.delete(hex(memberId))) throw new Error(`${body.what}: nobody of that id is a member`);
}

function stopReading(chart: Chart, memberId: Uint8Array): void {
  if (!isReader(chart, memberId)) return;
  chart.stale = true;
  for (const [key, { member }] of chart.standing) if (equal(member, memberId)) chart.standing.delete(key);
}

/** Epoch keys are known to the owner and to readers. */
function requireKeys(chart: Chart, body: Reader, signer: Uint8Array): void {
  if (!equal(signer, chart.owner) && (rightsOf(chart, signer) & read) === 0) {
    throw new Error(`${body.what}: its signer is neither the owner nor a reader`);
  }
}

function beginEpoch(chart: Chart, body: Reader, signer: Uint8Array): void {
  const number = body.u32();
  if (number === 0 || chart.epochs.has(number)) throw new Error(`${body.what}: epoch ${number} is taken`);
  requireKeys(chart, body, signer);
  const chartKeyCheck = body.take(32);
  const guardKeyCheck = body.take(32);
  const chartSecretCheck = body.take(32);
  const lock = body.take(lockSize);
  const wraps = wrapForEveryReader(chart, body, 80, signer);
  const lockedIn = chart.generation;
  chart.epochs.set(number, { number, chartKeyCheck, guardKeyCheck, chartSecretCheck, lock, lockedIn, wraps });
  chart.stale = false;
}

function addWrap(chart: Chart, body: Reader, signer: Uint8Array): void {
  const epoch = existingEpoch(chart, body);
  const wrap = readWrap(body, 80, signer);
  if (!isReader(chart, wrap.member)) throw new Error(`${body.what}: is not for a reader`);
  const wraps = new Map(epoch.wraps).set(hex(wrap.member), wrap);
  chart.epochs.set(epoch.number, { ...epoch, wraps });
}

function changeWord(chart: Chart, body: Reader): void {
  const epoch = existingEpoch(chart, body);
  chart.epochs.set(epoch.number, { ...epoch, lock: body.take(lockSize), lockedIn: chart.generation });
}

function addVersion(chart: Chart, body: Reader, signer: Uint8Array): void {
  const record = body.id();
  const version = body.id();
  const parent = body.take(16);
  const epoch = body.u32();
  const suite = body.u16();
  const n = body.u8();
  const k = body.u8();
  const envelopeHash = body.take(32);
  if (chart.versions.has(hex(version))) throw new Error(`${body.what}: the version is there already`);
  const versions = chart.records.get(hex(record)) ?? [];
  if (!equal(parent, versions.at(-1) ?? zeros(16))) {
    throw new Error(`${body.what}: its parent is not the record's last version`);
  }
  if (chart.erasedRecords.has(hex(record))) throw new Error(`${body.what}: the record is erased`);
  if (!suites.includes(suite)) throw new Error(`${body.what}: suite ${suite} is unknown`);
  if (n < 8 || n > 64 || k < 2 || k > n) throw new Error(`${body.what}: n ${n}, k ${k}`);
  if (suite === classicSuite) {
    const key = chart.classicKeys.get(hex(version));
    if (epoch !== 0 || k !== n)
      throw new Error(`${body.what}: a classic version with an epoch, or k below n`);
    if (key === undefined || !equal(key.record, record)) throw new Error(`${body.what}: has no classic key`);
  } else if (epoch === 0 || epoch !== [...chart.epochs.keys()].at(-1) || chart.stale) {
    throw new Error(`${body.what}: epoch ${epoch} is not the current one, or is stale`);
  } else if (chart.classicKeys.has(hex(version))) {
    throw new Error(`${body.what}: has a classic key and is not classic`);
  }
  const erased = false;
  chart.versions.set(hex(version), {
    record,
    version,
    parent,
    epoch,
    suite,
    n,
    k,
    envelopeHash,
    signer,
    erased,
  });
  chart.records.set(hex(record), [...versions, version]);
}

function erase(chart: Chart, body: Reader): void {
  const record = body.id();
  const version = body.take(16);
  const gone = chart.erasedRecords.has(hex(record));
  if (gone || !chart.records.has(hex(record))) throw new Error(`${body.what}: no such record`);
  if (isZero(version)) {
    chart.erasedRecords.add(hex(record));
    for (const each of chart.versions.values()) if (equal(each.record, record)) setErased(chart, each);
  } else {
    const one = chart.versions.get(hex(version));
    if (one === undefined || !equal(one.record, record) || one.erased) {
      throw new Error(`${body.what}: no such version`);
    }
    setErased(chart, one);
  }
}

function setErased(chart: Chart, version: Version): void {
  chart.versions.set(hex(version.version), { ...version, erased: true });
}

const grantKey = (record: Uint8Array, member: Uint8Array, epoch: number): string =>
  `${hex(record)}/${hex(member)}/${epoch}`;

function addGrant(chart: Chart, body: Reader, signer: Uint8Array): void {
  const { memberId } = readRecipient(body);
  const record = body.id();
  const epoch = existingEpoch(chart, body).number;
  const versions = body.list(body.u16(), () => body.id());
  const encapsulated = body.take(1120);
  const ciphertext = body.take(body.u32());
  if (isReader(chart, memberId)) throw new Error(`${body.what}: is to a reader`);
  if (versions.length === 0) throw new Error(`${body.what}: of no version`);
  ascending(versions, body.what);
  for (const each of versions) {
    const version = chart.versions.get(hex(each));
    if (version === undefined || !equal(version.record, record) || version.epoch !== epoch) {
      throw new Error(`${body.what}: no such version in that record and epoch`);
    }
  }
  if (ciphertext.length !== 32 + 32 * versions.length + 16) throw new Error(`${body.what}: of a wrong size`);
  const wrap = { member: memberId, encapsulated, ciphertext, signer };
  chart.grants.set(grantKey(record, memberId, epoch), { record, epoch, versions, wrap });
}

function withdraw(chart: Chart, body: Reader): void {
  const record = body.id();
  const member = body.take(32);
  const withdrawn = [...chart.epochs.keys()].filter((epoch) =>
    chart.grants.delete(grantKey(record, member, epoch)),
  );
  if (withdrawn.length === 0) throw new Error(`${body.what}: no such grant`);
  chart.stale = true;
}

function addClassicKey(chart: Chart, body: Reader, signer: Uint8Array): void {
  const record = body.id();
  const version = body.id();
  if (chart.versions.has(hex(version)) || chart.classicKeys.has(hex(version))) {
    throw new Error(`${body.what}: the version is there already`);
  }
  const check = body.take(32);
  const wraps = wrapForEveryReader(chart, body, 64, signer);
  chart.classicKeys.set(hex(version), { record, check, wraps });
}

const standingKey = (member: Uint8Array, epoch: number): string => `${hex(member)}/${epoch}`;

function addStanding(chart: Chart, body: Reader, signer: Uint8Array, rights: number): void {
  const member = body.take(32);
  const epoch = existingEpoch(chart, body).number;
  const until = body.u64();
  const encapsulated = body.take(1120);
  const ciphertext = body.take(49);
  if (!isReader(chart, member)) throw new Error(`${body.what}: is not for a reader`);
  requireKeys(chart, body, signer);
  const order = [...chart.epochs.keys()];
  const earlier = order.slice(0, order.indexOf(epoch));
  const renews =
    !chart.standing.has(standingKey(member, epoch)) &&
    earlier.some((each) => chart.standing.get(standingKey(member, each))?.until === until);
  if ((rights & manage) === 0 && !renews) throw new Error(`${body.what}: nobody who may manage allowed it`);
  chart.standing.set(standingKey(member, epoch), { member, encapsulated, ciphertext, signer, epoch, until });
}

function endStanding(chart: Chart, body: Reader): void {
  const memberId = body.take(32);
  const keys = [...chart.standing].filter(([, { member }]) => equal(member, memberId)).map(([key]) => key);
  if (keys.length === 0) throw new Error(`${body.what}: there is none`);
  for (const key of keys) chart.standing.delete(key);
  chart.stale = true;
}

function addEscrow(chart: Chart, body: Reader, signer: Uint8Array, rights: number): void {
  const epoch = existingEpoch(chart, body).number;
  const threshold = body.u8();
  const officers = body.list(body.u8(), () => {
    const recipient = readRecipient(body);
    const check = body.take(32);
    const wrap = {
      member: recipient.memberId,
      encapsulated: body.take(1120),
      ciphertext: body.take(49),
      signer,
    };
    return { recipient, check, wrap };
  });
  const box = body.take(72 + 97);
  const members = officers.map(({ recipient }) => recipient.memberId);
  ascending(members, `${body.what}: officers`);
  if (threshold < 2 || threshold > officers.length || officers.length > 32)
    throw new Error(`${body.what}: ${threshold} of ${officers.length} officers`);
  requireKeys(chart, body, signer);
  const plan = `${threshold} of ${members.map(hex).join()}`;
  const renews = plan === chart.escrowPlan && !chart.escrows.has(epoch);
  if ((rights & manage) === 0 && !renews) throw new Error(`${body.what}: nobody who may manage named them`);
  if ((rights & manage) !== 0) chart.escrowPlan = plan;
  chart.escrows.set(epoch, { threshold, officers, box });
}

function setLabel(chart: Chart, body: Reader): void {
  const epoch = existingEpoch(chart, body).number;
  const box = body.take(body.u32());
  if (box.length < 328 || box.length > 1160) throw new Error(`${body.what}: a label of ${box.length} bytes`);
  chart.label = { epoch, box, setIn: chart.generation };
}

function existingEpoch(chart: Chart, body: Reader): Epoch {
  const number = body.u32();
  const epoch = chart.epochs.get(number);
  if (epoch === undefined) throw new Error(`${body.what}: there is no epoch ${number}`);
  return epoch;
}

// --- Wraps ---

function readWrap(reader: Reader, size: number, signer: Uint8Array): Wrap {
  return { member: reader.take(32), encapsulated: reader.take(1120), ciphertext: reader.take(size), signer };
}

function wrapForEveryReader(chart: Chart, body: Reader, size: number, signer: Uint8Array): Map<string, Wrap> {
  const wraps = body.list(body.u16(), () => readWrap(body, size, signer));
  if (wraps.length > 4096) throw new Error(`${body.what}: more than 4,096 wraps`);
  ascending(
    wraps.map(({ member }) => member),
    `${body.what}: wraps`,
  );
  const readers = [...chart.members].filter(([, { rights }]) => rights & read);
  if (wraps.length !== readers.length || wraps.some(({ member }) => !isReader(chart, member))) {
    throw new Error(`${body.what}: there is not one wrap for every reader`);
  }
  return new Map(wraps.map((wrap) => [hex(wrap.member), wrap]));
}

type Purpose = 1 | 2 | 3 | 4 | 5;

export async function openWrap(
  chart: Chart,
  identity: Identity,
  purpose: Purpose,
  epoch: number,
  wrap: Wrap,
  subject: Uint8Array,
): Promise<Uint8Array> {
  const info = join(label("wrap"), u8(purpose), chart.id, u32(epoch), wrap.member, wrap.signer, subject);
  const message = await hpkeOpen(identity.kemSeed, wrap.encapsulated, info, wrap.ciphertext);
  if (message === undefined) throw new Error(`the wrap signed by ${hex(wrap.signer)} does not open`);
  return message;
}

/** What a reader's private key alone opens of an epoch; undefined when it is not wrapped to him. */
export async function epochKeys(
  chart: Chart,
  epoch: Epoch,
  identity: Identity,
): Promise<{ chartKey: Uint8Array; guardKey: Uint8Array } | undefined> {
  const wrap = epoch.wraps.get(hex(identity.recipient.memberId));
  if (wrap === undefined) return undefined;
  const message = await openWrap(chart, identity, 1, epoch.number, wrap, zeros(32));
  const chartKey = message.slice(0, 32);
  const guardKey = message.slice(32);
  if (!equal(keyCheck("chart-key", chart, epoch, chartKey), epoch.chartKeyCheck)) {
    throw new Error(`${hex(wrap.signer)} wrapped a wrong chart key`);
  }
  if (!equal(keyCheck("guard-key", chart, epoch, guardKey), epoch.guardKeyCheck)) {
    throw new Error(`${hex(wrap.signer)} wrapped a wrong guard key`);
  }
  return { chartKey, guardKey };
}

export interface ReaderKeys {
  readonly readerSecret: Uint8Array;
  /** Not in the classic profile. */
  readonly guardKey?: Uint8Array;
  /** In the classic profile only. */
  readonly classicKey?: Uint8Array;
}

/** What the identity's wraps hold for one version. */
export async function readerKeys(
  chart: Chart,
  version: Version,
  identity: Identity,
  deriveReaderSecret: (chartKey: Uint8Array) => Uint8Array,
): Promise<ReaderKeys> {
  const { memberId } = identity.recipient;
  if (version.suite === classicSuite) {
    const key = chart.classicKeys.get(hex(version.version));
    const wrap = key?.wraps.get(hex(memberId));
    if (key === undefined || wrap === undefined)
      throw new Error("the identity is not a reader of this record");
    const subject = labelled("classic", version.record, version.version);
    const message = await openWrap(chart, identity, 3, 0, wrap, subject);
    const found = labelled("check/classic-key", chart.id, version.record, version.version, message);
    if (!equal(found, key.check)) throw new Error(`${hex(wrap.signer)} wrapped a wrong classic key`);
    return { classicKey: message.slice(0, 16), readerSecret: message.slice(16) };
  }

  const epoch = chart.epochs.get(version.epoch);
  const keys = epoch && (await epochKeys(chart, epoch, identity));
  if (keys !== undefined) return { guardKey: keys.guardKey, readerSecret: deriveReaderSecret(keys.chartKey) };

  const grant = chart.grants.get(grantKey(version.record, memberId, version.epoch));
  const place = grant?.versions.findIndex((each) => equal(each, version.version)) ?? -1;
  if (epoch === undefined || grant === undefined || place < 0) {
    throw new Error("the identity is not a reader of this record");
  }
  const subject = sha256(label("grant"), grant.record, ...grant.versions);
  const message = await openWrap(chart, identity, 2, epoch.number, grant.wrap, subject);
  const guardKey = message.slice(0, 32);
  if (!equal(keyCheck("guard-key", chart, epoch, guardKey), epoch.guardKeyCheck)) {
    throw new Error(`${hex(grant.wrap.signer)} granted a wrong guard key`);
  }
  return { guardKey, readerSecret: message.slice(32 + 32 * place, 64 + 32 * place) };
}

/** chartKeyCheck and its siblings. */
export function keyCheck(
  name: "chart-key" | "guard-key" | "chart-secret",
  chart: Chart,
  epoch: Epoch,
  key: Uint8Array,
): Uint8Array {
  return labelled(`check/${name}`, chart.id, u32(epoch.number), key);
}

import { equalBytes, toHex } from "../encoding/bytes.ts";
import { ChirographError } from "../error.ts";
import type { ChartDraft } from "./draft.ts";
import { samePlan } from "./escrow-rules.ts";
import { compareLinks } from "./link.ts";
import { isReader, readersOf } from "./rights.ts";
import type {
  ChartState,
  Epoch,
  Grant,
  Member,
  RecordState,
  SealedLabel,
  Standing,
  Version,
} from "./state.ts";

type Branches = readonly [ChartState, ...ChartState[]];

/**
 * What holds where branches of one chart come together (docs/format.md, section 10, "Forks"): all that any of them
 * wrote, and the rights that all of them give. Nobody gains by a branch of his own.
 * @throws ChirographError `not-permitted` for branches that use one id or number for two things
 */
export function joinBranches(branches: Branches): ChartDraft {
  const [first] = branches;
  const last = branches.reduce((latest, branch) => (order(branch, latest) > 0 ? branch : latest));
  const members = joinMembers(branches);
  const epochs = joinEpochs(branches);
  const grants = joinGrants(branches);
  const standing = joinStanding(branches, members);
  return {
    chart: first.chart,
    generation: last.generation,
    lastHash: last.lastHash,
    genesisHash: first.genesisHash,
    owner: first.owner,
    registrar: first.registrar,
    members,
    everMembers: unite(branches.map(({ everMembers }) => everMembers)),
    epochs,
    epochPlaces: new Map(epochs.map(({ number }, place) => [number, place])),
    stale:
      branches.some((branch) => branch.stale) ||
      !sameReaders(branches) ||
      !branches.some((branch) => branch.epochs.length === epochs.length) ||
      branches.some((branch) => branch.grants.length > grants.length) ||
      branches.some((branch) => unlocksIn(branch.standing) > unlocksIn(standing)),
    grants,
    records: joinRecords(branches),
    classicKeys: unite(
      branches.map(({ classicKeys }) => classicKeys),
      sameClassicKey,
    ),
    recordOf: unite(
      branches.map(({ recordOf }) => recordOf),
      (one, other) => one === other,
    ),
    standing,
    escrows: unite(branches.map(({ escrows }) => escrows)),
    escrowPlan: branches.every((branch) => samePlan(branch.escrowPlan, first.escrowPlan))
      ? first.escrowPlan
      : undefined,
    label: joinLabels(branches),
    own: new Set(),
  };
}

/** Members of all branches, with the rights that all of them give. */
function joinMembers([first, ...others]: Branches): Map<string, Member> {
  const joined = new Map<string, Member>();
  for (const [id, { recipient, rights }] of first.members) {
    const common = others.reduce((kept, branch) => kept & (branch.members.get(id)?.rights ?? 0), rights);
    if (common !== 0) joined.set(id, { recipient, rights: common });
  }
  return joined;
}

function sameReaders(branches: Branches): boolean {
  const [first, ...others] = branches.map((branch) =>
    readersOf(branch)
      .map(({ recipient }) => toHex(recipient.member))
      .join(),
  );
  return others.every((readers) => readers === first);
}

function joinEpochs(branches: Branches): Epoch[] {
  return inOrder(
    branches.map(({ epochs }) => epochs),
    ({ number }) => number,
    joinEpoch,
  );
}

/** One epoch in several branches: all wraps, and the newest lock, so that a change of the word is not lost. */
function joinEpoch(one: Epoch, other: Epoch): Epoch {
  if (one === other) return one;
  for (const check of ["chartKeyCheck", "guardKeyCheck", "chartSecretCheck"] as const)
    if (!equalBytes(one[check], other[check])) refuse(`epoch ${one.number}`);
  const { lock, lockedIn } = other.lockedIn > one.lockedIn ? other : one;
  return { ...one, lock, lockedIn, wraps: new Map([...other.wraps, ...one.wraps]) };
}

function joinRecords(branches: Branches): Map<string, RecordState> {
  const joined = new Map(branches[0].records);
  for (const { records } of branches.slice(1))
    for (const id of records.keys()) {
      if (!joined.has(id)) joined.set(id, records.get(id)!);
    }
  for (const [id, record] of joined) {
    const found = branches.map(({ records }) => records.get(id));
    if (found.some((other) => other !== undefined && other !== record)) joined.set(id, joinRecord(found));
  }
  return joined;
}

/** Every branch's versions; what any of them erased is erased. */
function joinRecord(found: readonly (RecordState | undefined)[]): RecordState {
  const { record } = found.find((each) => each !== undefined)!;
  const erased = found.some((each) => each?.erased === true);
  const versions = inOrder(
    found.map((each) => each?.versions ?? []),
    ({ version }) => toHex(version),
    joinVersion,
  );
  return {
    record,
    versions: erased ? versions.map((version) => ({ ...version, erased })) : versions,
    erased,
  };
}

function joinVersion(one: Version, other: Version): Version {
  if (one === other) return one;
  const same =
    equalBytes(one.record, other.record) &&
    equalBytes(one.parent, other.parent) &&
    equalBytes(one.envelopeHash, other.envelopeHash) &&
    equalBytes(one.signer, other.signer) &&
    one.epoch === other.epoch &&
    one.suite === other.suite &&
    one.total === other.total &&
    one.needed === other.needed;
  if (!same) refuse(`version id ${toHex(one.version)}`);
  return other.erased ? { ...one, erased: true } : one;
}

function joinGrants([first, ...others]: Branches): readonly Grant[] {
  if (others.every(({ grants }) => grants === first.grants)) return first.grants;
  const held = others.map(({ grants }) => new Set(grants.map(grantKey)));
  return first.grants.filter((grant) => held.every((keys) => keys.has(grantKey(grant))));
}

function grantKey({ record, recipient, epoch, ciphertext }: Grant): string {
  return [toHex(record), toHex(recipient.member), epoch, toHex(ciphertext)].join();
}

/** The standing unlocks of all branches, of those who read in all of them. */
function joinStanding(
  [first, ...others]: Branches,
  members: ChartState["members"],
): Map<string, Map<number, Standing>> {
  const joined = new Map<string, Map<number, Standing>>();
  for (const [member, unlocks] of first.standing) {
    const inAll = [...unlocks].filter(([epoch, unlock]) =>
      others.every((branch) => {
        const other = branch.standing.get(member)?.get(epoch);
        return (
          other === unlock ||
          (other?.until === unlock.until && equalBytes(other.ciphertext, unlock.ciphertext))
        );
      }),
    );
    const [one] = inAll;
    if (one !== undefined && isReader({ members }, one[1].member)) joined.set(member, new Map(inAll));
  }
  return joined;
}

function unlocksIn(standing: ChartState["standing"]): number {
  return [...standing.values()].reduce((count, unlocks) => count + unlocks.size, 0);
}

/** The newest of the labels that the branches have. */
function joinLabels(branches: Branches): SealedLabel | undefined {
  return branches
    .map(({ label }) => label)
    .reduce((newest, label) => ((label?.setIn ?? -1) > (newest?.setIn ?? -1) ? label : newest));
}

/** What is in all branches, then what the first one adds, then each of the others in turn. */
function inOrder<Item>(
  branches: readonly (readonly Item[])[],
  keyOf: (item: Item) => string | number,
  join: (one: Item, other: Item) => Item,
): Item[] {
  const found = new Map<string | number, { item: Item; count: number }>();
  for (const items of branches) {
    for (const item of items) {
      const known = found.get(keyOf(item));
      const joined = known === undefined ? item : join(known.item, item);
      found.set(keyOf(item), { item: joined, count: 1 + (known?.count ?? 0) });
    }
  }
  const everywhere = [...found.values()].filter(({ count }) => count === branches.length);
  const elsewhere = [...found.values()].filter(({ count }) => count < branches.length);
  return [...everywhere, ...elsewhere].map(({ item }) => item);
}

/** What any branch has; where several have something, that of the first, unless they must be the same. */
function unite<Key, Value>(
  maps: readonly ReadonlyMap<Key, Value>[],
  same: (one: Value, other: Value) => boolean = () => true,
): Map<Key, Value> {
  const united = new Map(maps[0]);
  for (const map of maps.slice(1)) {
    for (const [key, value] of map) {
      const known = united.get(key);
      if (known === undefined) united.set(key, value);
      else if (known !== value && !same(known, value)) refuse(`version id ${String(key)}`);
    }
  }
  return united;
}

function sameClassicKey(
  one: { record: Uint8Array; keyCheck: Uint8Array },
  other: { record: Uint8Array; keyCheck: Uint8Array },
): boolean {
  return equalBytes(one.record, other.record) && equalBytes(one.keyCheck, other.keyCheck);
}

function order(left: ChartState, right: ChartState): number {
  return compareLinks(
    { generation: left.generation, hash: left.lastHash },
    { generation: right.generation, hash: right.lastHash },
  );
}

function refuse(what: string): never {
  throw new ChirographError(
    "not-permitted",
    `The chart document is refused: two of its branches use ${what} for different things.`,
  );
}

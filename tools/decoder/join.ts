// What holds where branches of a chart come together (section 10, "Forks"). The branches are left as they are.
import type { Chart, Epoch, Version } from "./chart-state.ts";
import { equal, hex } from "./bytes.ts";

/** The right to read. */
const read = 1;

export function joinCharts(branches: readonly Chart[]): Chart {
  const [first] = branches;
  if (first === undefined) throw new Error("there is no branch to join");
  const members = joinMembers(first, branches);
  const epochs = joinEpochs(branches);
  const erasedRecords = new Set(branches.flatMap((branch) => [...branch.erasedRecords]));
  const grants = inAll(
    branches,
    ({ grants: each }) => each,
    (a, b) => equal(a.wrap.ciphertext, b.wrap.ciphertext),
  );
  const standing = inAll(
    branches,
    ({ standing: each }) => each,
    (a, b) => a.until === b.until && equal(a.ciphertext, b.ciphertext),
  );
  for (const [key, { member }] of standing)
    if (((members.get(hex(member))?.rights ?? 0) & read) === 0) standing.delete(key);
  const readers = branches.map(readersOf);

  return {
    id: first.id,
    hashOfLink0: first.hashOfLink0,
    owner: first.owner,
    registrar: first.registrar,
    members,
    everMembers: union(branches, ({ everMembers }) => everMembers),
    epochs,
    stale:
      branches.some(({ stale }) => stale) ||
      readers.some((each) => each !== readers[0]) ||
      branches.every((branch) => branch.epochs.size < epochs.size) ||
      branches.some((branch) => branch.grants.size > grants.size || branch.standing.size > standing.size),
    versions: joinVersions(branches, erasedRecords),
    records: joinRecords(branches),
    erasedRecords,
    grants,
    classicKeys: union(
      branches,
      ({ classicKeys }) => classicKeys,
      (a, b, version) => {
        if (!equal(a.record, b.record) || !equal(a.check, b.check))
          throw new Error(`two branches have different classic keys for ${version}`);
        return a;
      },
    ),
    standing,
    escrows: union(branches, ({ escrows }) => escrows),
    escrowPlan: branches.every(({ escrowPlan }) => escrowPlan === first.escrowPlan)
      ? first.escrowPlan
      : undefined,
    label: newestLabel(branches),
    generation: Math.max(...branches.map(({ generation }) => generation)),
  };
}

function joinMembers(first: Chart, branches: readonly Chart[]): Chart["members"] {
  const joined: Chart["members"] = new Map();
  for (const [id, { recipient }] of first.members) {
    const rights = branches.reduce((common, { members }) => common & (members.get(id)?.rights ?? 0), 7);
    if (rights !== 0) joined.set(id, { recipient, rights });
  }
  return joined;
}

const readersOf = ({ members }: Chart): string =>
  [...members]
    .filter(([, { rights }]) => rights & read)
    .map(([id]) => id)
    .toSorted()
    .join();

function joinEpochs(branches: readonly Chart[]): Chart["epochs"] {
  const all = union(branches, ({ epochs }) => epochs, joinEpoch);
  const order = inOrder(branches.map(({ epochs }) => [...epochs.keys()]));
  return new Map(order.flatMap((number) => [...all].filter(([each]) => each === number)));
}

function joinEpoch(a: Epoch, b: Epoch): Epoch {
  const same =
    equal(a.chartKeyCheck, b.chartKeyCheck) &&
    equal(a.guardKeyCheck, b.guardKeyCheck) &&
    equal(a.chartSecretCheck, b.chartSecretCheck);
  if (!same) throw new Error(`two branches have different epochs ${a.number}`);
  const { lock, lockedIn } = b.lockedIn > a.lockedIn ? b : a;
  return { ...a, lock, lockedIn, wraps: new Map([...b.wraps, ...a.wraps]) };
}

function joinVersions(branches: readonly Chart[], erasedRecords: Set<string>): Chart["versions"] {
  const all = union(branches, ({ versions }) => versions, joinVersion);
  for (const [id, version] of all)
    if (erasedRecords.has(hex(version.record))) all.set(id, { ...version, erased: true });
  return all;
}

function joinVersion(a: Version, b: Version): Version {
  const same =
    equal(a.record, b.record) &&
    equal(a.parent, b.parent) &&
    a.epoch === b.epoch &&
    a.suite === b.suite &&
    a.n === b.n &&
    a.k === b.k &&
    equal(a.envelopeHash, b.envelopeHash) &&
    equal(a.signer, b.signer);
  if (!same) throw new Error(`two branches have different versions ${hex(a.version)}`);
  return { ...a, erased: a.erased || b.erased };
}

function joinRecords(branches: readonly Chart[]): Chart["records"] {
  const joined: Chart["records"] = new Map();
  for (const id of new Set(branches.flatMap(({ records }) => [...records.keys()]))) {
    const lists = branches.map(({ records }) => (records.get(id) ?? []).map(hex));
    joined.set(
      id,
      inOrder(lists).map((version) => new Uint8Array(Buffer.from(version, "hex"))),
    );
  }
  return joined;
}

function newestLabel(branches: readonly Chart[]): Chart["label"] {
  const labels = branches.flatMap(({ label }) => label ?? []);
  const newest = Math.max(...labels.map(({ setIn }) => setIn));
  return labels.find(({ setIn }) => setIn === newest);
}

/** What is in all lists, as the first has it, then what the first adds, then each of the others in turn. */
function inOrder<T>(lists: readonly (readonly T[])[]): T[] {
  const all = [...new Set(lists.flat())];
  const everywhere = (item: T): boolean => lists.every((list) => list.includes(item));
  return [...all.filter(everywhere), ...all.filter((item) => !everywhere(item))];
}

/** What any branch has; where several have something, that of the first, or what `both` makes of them. */
function union<K, V>(
  branches: readonly Chart[],
  part: (chart: Chart) => ReadonlyMap<K, V>,
  both: (a: V, b: V, key: K) => V = (a) => a,
): Map<K, V> {
  const all = new Map<K, V>();
  for (const branch of branches) {
    for (const [key, value] of part(branch)) {
      const known = all.get(key);
      all.set(key, known === undefined ? value : both(known, value, key));
    }
  }
  return all;
}

/** What all branches have alike. */
function inAll<V>(
  branches: readonly Chart[],
  part: (chart: Chart) => ReadonlyMap<string, V>,
  alike: (a: V, b: V) => boolean,
): Map<string, V> {
  const [first, ...others] = branches.map(part);
  const kept = [...(first ?? [])].filter(([key, value]) =>
    others.every((other) => {
      const theirs = other.get(key);
      return theirs !== undefined && alike(value, theirs);
    }),
  );
  return new Map(kept);
}

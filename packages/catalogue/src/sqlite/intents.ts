import { type Id, type Intent, type Place, VaultError } from "@chirograph/vault";
import { toBlob } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { requireGeneration } from "./gate.ts";
import { addLink, headsOf } from "./links.ts";
import { addObject, liveFragments, stateOf } from "./objects.ts";
import { unreserve } from "./reservations.ts";
import { addVersion, eraseVersions } from "./versions.ts";

/** The intent that was begun last, as it was given: whoever finishes it next need not read it again. */
const begun = new WeakMap<Connection, Intent>();

/** The compare-and-set of all commits: the charts in the way, or none, and then the intent stands. */
export function beginIntent(db: Connection, intent: Intent): Id[] {
  const batch = toBlob(intent.batch);
  if (db.get("SELECT 1 FROM intent WHERE batch = ?", batch) !== undefined) return [];
  requireGeneration(db, intent.generation);
  const inTheWay = intent.charts.filter(
    ({ chart, expectedHeads }) =>
      isHeld(db, chart) || headsOf(db, chart).join() !== [...expectedHeads].toSorted().join(),
  );
  if (inTheWay.length > 0) return inTheWay.map(({ chart }) => chart);

  takeObjects(db, intent);
  db.run("INSERT INTO intent (batch, body) VALUES (?, ?)", batch, encodeIntent(intent));
  for (const { chart } of intent.charts) {
    db.run("INSERT INTO held (chart, batch) VALUES (?, ?) ON CONFLICT DO NOTHING", toBlob(chart), batch);
  }
  begun.set(db, intent);
  return [];
}

export function intentsBegun(db: Connection): Intent[] {
  return db.all("SELECT body FROM intent ORDER BY key").map(({ body }) => decodeIntent(body as string));
}

export interface Finish {
  readonly batch: Id;
  readonly stored: ReadonlySet<Id>;
  readonly mayHoldEnvelopes: ReadonlySet<Id> | undefined;
}

export function finishIntent(db: Connection, { batch, stored, mayHoldEnvelopes }: Finish): void {
  const intent = takeIntent(db, batch);
  if (intent === undefined) return;
  for (const link of intent.links) addLink(db, { ...link, batch });
  for (const { store, name, sizeBytes } of intent.objects) {
    addObject(db, { ...liveFragments({ store, object: name }), sizeBytes });
  }
  for (const { store, name, envelopes: planned } of intent.statements) {
    const state = stored.has(store) ? "live" : "owed";
    const envelopes = mayHoldEnvelopes?.has(store) ?? planned;
    addObject(db, { store, name, sizeBytes: 0, kind: "statement", state, batch, envelopes });
  }
  for (const version of intent.versions) addVersion(db, { ...version, batch, erased: false });
  eraseVersions(db, intent.erased);
}

/** Whoever deletes the intent finishes it; anybody else finds it gone. */
function takeIntent(db: Connection, batch: Id): Intent | undefined {
  const known = begun.get(db);
  if (known?.batch === batch) {
    begun.delete(db);
    return db.run("DELETE FROM intent WHERE batch = ?", toBlob(batch)) > 0 ? known : undefined;
  }
  const ended = db.get("DELETE FROM intent WHERE batch = ? RETURNING body", toBlob(batch));
  return ended && decodeIntent(ended["body"] as string);
}

function isHeld(db: Connection, chart: Id): boolean {
  return db.get("SELECT 1 FROM held WHERE chart = ?", toBlob(chart)) !== undefined;
}

/** Takes the objects of its places out of their reservations; they must be reserved, live, or awaited by others. */
function takeObjects(db: Connection, intent: Intent): void {
  let awaited: ReadonlyMap<string, unknown> | undefined;
  for (const [key, target] of objectsOf([intent])) {
    const state = stateOf(db, target);
    if (state === "live fragments" || (state === undefined && unreserve(db, target))) continue;
    awaited ??= objectsOf(intentsBegun(db));
    if (state === undefined && awaited.has(key)) continue;
    throw new VaultError("unknown", "A fragment lies in an object that was swept: it is to be put again.");
  }
}

/** The fragment objects of intents, each once. */
function objectsOf(intents: readonly Intent[]): Map<string, Pick<Place, "store" | "object">> {
  const targets = new Map<string, Pick<Place, "store" | "object">>();
  for (const { versions, objects } of intents) {
    for (const { store, name: object } of objects) targets.set(`${store}/${object}`, { store, object });
    for (const place of versions.flatMap(({ places }) => places)) {
      if (place !== null) targets.set(`${place.store}/${place.object}`, place);
    }
  }
  return targets;
}

/** As JSON, its bytes as base64 in place; whoever opens the file with another tool can read it. */
function encodeIntent(intent: Intent): string {
  const links = intent.links.map((link) => ({ ...link, bytes: toBase64(link.bytes) }));
  const versions = intent.versions.map((version) => ({
    ...version,
    envelope: version.envelope === undefined ? undefined : toBase64(version.envelope),
  }));
  return JSON.stringify({ ...intent, links, versions });
}

function decodeIntent(body: string): Intent {
  const intent = JSON.parse(body) as Intent;
  return {
    ...intent,
    links: intent.links.map((link) => ({ ...link, bytes: fromBase64(link.bytes) })),
    versions: intent.versions.map((version) => ({
      ...version,
      envelope: version.envelope === undefined ? undefined : fromBase64(version.envelope),
    })),
  };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function fromBase64(text: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(String(text), "base64"));
}

import { type Id, type Intent, type Place, VaultError } from "@chirograph/vault";
import { CONDEMNED, toBlob } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { addLink, headsOf } from "./links.ts";
import { addObject, liveFragments, objectKey } from "./objects.ts";
import { unreserve } from "./reservations.ts";
import { addVersion, eraseVersions } from "./versions.ts";

/** The compare-and-set of all commits: the charts in the way, or none, and then the intent stands. */
export function beginIntent(db: Connection, intent: Intent): Id[] {
  const batch = toBlob(intent.batch);
  if (db.get("SELECT 1 FROM intent WHERE batch = ?", batch) !== undefined) return [];
  const inTheWay = intent.charts.filter(
    ({ chart, expectedHeads }) =>
      isHeld(db, chart) || headsOf(db, chart).join() !== [...expectedHeads].toSorted().join(),
  );
  if (inTheWay.length > 0) return inTheWay.map(({ chart }) => chart);

  for (const target of objectsOf(intent)) {
    refuseCondemned(db, target);
    unreserve(db, target);
  }
  db.run("INSERT INTO intent (batch, body) VALUES (?, ?)", batch, encodeIntent(intent));
  for (const { chart } of intent.charts) {
    db.run("INSERT INTO held (chart, batch) VALUES (?, ?) ON CONFLICT DO NOTHING", toBlob(chart), batch);
  }
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
  // Whoever deletes the intent finishes it; anybody else finds it gone.
  const ended = db.get("DELETE FROM intent WHERE batch = ? RETURNING body", toBlob(batch));
  if (ended === undefined) return;
  const intent = decodeIntent(ended["body"] as string);
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

function isHeld(db: Connection, chart: Id): boolean {
  return db.get("SELECT 1 FROM held WHERE chart = ?", toBlob(chart)) !== undefined;
}

function objectsOf({ versions, objects }: Intent): Pick<Place, "store" | "object">[] {
  const named = versions.flatMap(({ places }) => places.filter((place) => place !== null));
  return [...named, ...objects.map(({ store, name }) => ({ store, object: name }))];
}

function refuseCondemned(db: Connection, target: Pick<Place, "store" | "object">): void {
  const sql = `SELECT 1 FROM object WHERE key = ? AND state = ${CONDEMNED}`;
  if (db.get(sql, objectKey(db, target) ?? null) === undefined) return;
  throw new VaultError("unknown", "A fragment lies in an object that was swept: it is to be put again.");
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
  return Uint8Array.from(Buffer.from(String(text), "base64"));
}

import { fromHex, toHex } from "@chirograph/core";
import { type EntryToPack, packEntries, type Store } from "@chirograph/stores";
import type { Place } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import { callOptions } from "../fragment-sources.ts";
import type { Keeping } from "../keeping.ts";
import { newId } from "../names.ts";
import { putKept } from "../put-kept.ts";
import type { ContentRow, Replacement, Target } from "../rows.ts";
import { envelopeOf } from "../verify/version-check.ts";
import { reserveObjects } from "./reserved.ts";

/** Rows that are asked for at once. */
const PAGE = 500;

/**
 * Writes what is to be kept of a fragment object under a new name, byte for byte, and condemns the old object, which
 * still has the rest. A fragment that the object is too short to hold loses its place: it cannot be copied, `repair`
 * makes it again. A damaged one is copied as it is.
 * @param kept ascending by offset; at least one
 */
export async function rewriteObject(
  keeping: Keeping,
  at: Store,
  old: Target & { readonly kept: readonly ContentRow[]; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { store, object, kept, signal } = old;
  const options = callOptions(signal);
  const sizeBytes = (await at.head(object, options))?.sizeBytes ?? 0;
  const whole = kept.filter(({ offset, lengthBytes }) => offset + lengthBytes <= sizeBytes);
  const short = kept.filter((row) => !whole.includes(row));
  const moved: Replacement["moved"][number][] = short.map((row) => move(old, row, null));
  if (whole.length === 0) {
    await keeping.rows.replace({ added: [], moved, replaced: [{ store, object }], reservations: [] });
    return;
  }
  const ids = await fragmentIds(keeping, whole);
  const name = newId(keeping.engine);
  const reservation = await reserveObjects(keeping, [{ store, object: name }]);
  const packed = packEntries(
    whole.map((row, index): EntryToPack => ({
      id: ids[index]!,
      kind: "fragment",
      lengthBytes: row.lengthBytes,
      bytes: at.get(object, { offset: row.offset, lengthBytes: row.lengthBytes }, options),
    })),
  );
  await putKept(at, name, packed.body, options);
  for (const [index, row] of whole.entries()) {
    const { offset, lengthBytes } = packed.entries[index]!;
    moved.push(move(old, row, { store, object: name, offset, lengthBytes }));
  }
  await keeping.rows.replace({
    added: [
      { store, name, sizeBytes: packed.body.sizeBytes, kind: "fragment", batch: undefined, envelopes: false },
    ],
    moved,
    replaced: [{ store, object }],
    reservations: [reservation],
  });
}

function move(old: Target, row: ContentRow, to: Place | null): Replacement["moved"][number] {
  const { store, object } = old;
  const { version, index, offset, lengthBytes } = row;
  return { version, index, from: { store, object, offset, lengthBytes }, to };
}

/** The signed ids of fragments: what the old table says may be wrong. */
async function fragmentIds(
  { engine, rows }: Keeping,
  contents: readonly ContentRow[],
): Promise<Uint8Array[]> {
  const ids = new Map<string, readonly string[]>();
  const wanted = [...new Set(contents.map(({ version }) => version))];
  for (let first = 0; first < wanted.length; first += PAGE) {
    for (const row of await rows.versions(wanted.slice(first, first + PAGE))) {
      const envelope = await envelopeOf(engine, row);
      if (envelope !== undefined)
        ids.set(
          row.version,
          envelope.places.map(({ id }) => toHex(id)),
        );
    }
  }
  return contents.map(({ version, index }) => {
    const id = ids.get(version)?.[index];
    if (id === undefined) throw new VaultError("malformed", "The catalogue has no envelope for a version.");
    return fromHex(id)!;
  });
}

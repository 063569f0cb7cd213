import { surveyFragments, toHex, verifyBlocks } from "@chirograph/core";
import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { inParallel } from "../in-parallel.ts";
import type { ReadCommit, ReadVersion } from "./commit-read.ts";
import { StoredFragment } from "./fragment-sources.ts";
import type { Keeping } from "./keeping.ts";

/** Fragments that are read at the same time. */
const WIDTH = 8;

/**
 * Reads every fragment that a commit says is stored, and holds each byte against the root that its envelope signs: for
 * a keeper whose clients are not trusted to have stored what they sealed, or whose way to the stores may damage it.
 * @throws VaultError `malformed` for a fragment that is something else, `stores-missing` where one cannot be read
 */
export async function checkFragments(keeping: Keeping, { versions }: ReadCommit): Promise<void> {
  const stored = [...versions.values()].flatMap((version) =>
    version.places.flatMap((place, index) => (place === null ? [] : [{ version, index, place }])),
  );
  await inParallel(stored, WIDTH, (fragment) => checkFragment(keeping, fragment));
}

interface Stored {
  readonly version: ReadVersion;
  readonly index: number;
  readonly place: NonNullable<ReadVersion["places"][number]>;
}

async function checkFragment({ engine, stores }: Keeping, { version, index, place }: Stored): Promise<void> {
  const { envelope } = version;
  const store = stores.get(place.store);
  if (store === undefined) throw unreadable(place.store);
  const source = new StoredFragment(store, place);
  const name = toHex(envelope.places[index]!.id);
  const { known } = await surveyFragments(engine, envelope, [{ name, source }]);
  const { damaged } = await verifyBlocks(engine, envelope, known);
  if (source.failure !== undefined) throw unreadable(place.store, source.failure);
  if (known[0]?.index === index && damaged.size === 0) return;
  throw new VaultError(
    "malformed",
    `The commit is refused: what was stored as fragment ${index + 1} is not what its envelope signs.`,
    { stores: [place.store] },
  );
}

function unreadable(store: Id, cause?: unknown): VaultError {
  return new VaultError("stores-missing", "The commit is refused: a fragment cannot be read back.", {
    stores: [store],
    cause,
  });
}

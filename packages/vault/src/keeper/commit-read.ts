import {
  equalBytes,
  type Link,
  type LockedEnvelope,
  parseEnvelope,
  parseLink,
  toHex,
} from "@chirograph/core";
import type { CommitRequest, Id, NewVersion, Place } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { inParallel } from "../in-parallel.ts";
import { checkPlaces } from "./commit-places.ts";
import type { Keeping } from "./keeping.ts";
import { isId } from "./names.ts";
import { MOST_VERSIONS } from "./reserve.ts";
import { MOST_STATEMENT_BYTES, statementBytes } from "./statement.ts";

const READ_AT_ONCE = 8;
const MOST_LINKS = 1024;
const MOST_RESERVATIONS = 1024;

/** A request of which all is known that can be told without the charts: signatures hold, places make sense. */
export interface ReadCommit {
  /** Of each chart in turn, its links, parents first. */
  readonly charts: ReadonlyMap<Id, readonly Link[]>;
  readonly versions: ReadonlyMap<Id, ReadVersion>;
  /** Bytes it needs in a statement object. */
  readonly sizeBytes: number;
}

export interface ReadVersion {
  readonly envelope: Awaited<ReturnType<typeof parseEnvelope>> & LockedEnvelope;
  readonly places: readonly (Place | null)[];
}

/**
 * Reads a request strictly.
 * @throws VaultError `malformed`, `policy`, `stores-missing`; ChirographError for links and envelopes that are not valid
 */
export async function readCommit(keeping: Keeping, request: CommitRequest): Promise<ReadCommit> {
  const sizeBytes = checkSizes(request);
  const charts = new Map<Id, Link[]>();
  for (const bytes of request.links) {
    const link = await parseLink(keeping.engine, bytes, "new link");
    const id = toHex(link.chart);
    const before = charts.get(id);
    if (before !== undefined && !follows(link, before.at(-1)!))
      refuse("has links of a chart that do not follow each other");
    if (before === undefined) charts.set(id, [link]);
    else before.push(link);
  }
  return { charts, versions: await readVersions(keeping, request.versions), sizeBytes };
}

/** In their order, some at a time: an engine may check signatures beside each other. */
async function readVersions(keeping: Keeping, brought: readonly NewVersion[]): Promise<Map<Id, ReadVersion>> {
  const read: ReadVersion[] = [];
  await inParallel(brought.entries(), READ_AT_ONCE, async ([at, version]) => {
    read[at] = await readVersion(keeping, version);
  });
  const versions = new Map(read.map((version) => [toHex(version.envelope.version), version]));
  if (versions.size < read.length) refuse("brings a version twice");
  return versions;
}

function follows({ previous }: Link, before: Link): boolean {
  return previous.length === 1 && equalBytes(previous[0]!, before.hash);
}

async function readVersion(keeping: Keeping, { envelope: bytes, places }: NewVersion): Promise<ReadVersion> {
  const envelope = await parseEnvelope(keeping.engine, bytes);
  if (envelope.profile !== "locked")
    return refuse("brings a version of the classic profile, which no vault takes");
  checkPlaces(keeping.settings, { places, ...envelope.geometry });
  return { envelope, places };
}

function checkSizes({ links, versions, reservations }: CommitRequest): number {
  if (links.length === 0 || links.length > MOST_LINKS) refuse(`has no link, or more than ${MOST_LINKS}`);
  if (versions.length > MOST_VERSIONS) refuse(`brings more than ${MOST_VERSIONS} versions`);
  if (reservations.length > MOST_RESERVATIONS || !reservations.every(isId))
    refuse("names reservations that are none");
  const sizeBytes = statementBytes({ links, envelopes: versions.map(({ envelope }) => envelope) });
  if (sizeBytes > MOST_STATEMENT_BYTES) {
    refuse(
      `has more than ${MOST_STATEMENT_BYTES} bytes of links and envelopes; send fewer versions at a time`,
    );
  }
  return sizeBytes;
}

function refuse(problem: string): never {
  throw new VaultError("malformed", `The commit is refused: it ${problem}.`);
}

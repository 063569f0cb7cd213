import type { Engine } from "@chirograph/engine/interface";
import { ARGON2_SALT_BYTES, encodeArgon2, LOWEST_COST } from "../argon2.ts";
import { toHex } from "../encoding/bytes.ts";
import { ChirographError, notForYou } from "../error.ts";
import type { Identity } from "../identity/identity.ts";
import type { Word } from "../word/rules.ts";
import type { Chart } from "./document.ts";
import { orRefuse, requireCheck, unwrapEpoch } from "./epoch-keys.ts";
import { type OpenLock, openLock, type StretchedWord, stretchWord } from "./lock.ts";
import { deriveReaderSecret, type EpochSecrets, type VersionSecrets } from "./secrets.ts";
import { type ChartState, type Epoch, epochNumbered, type Grant, type Version } from "./state.ts";
import { unwrap } from "./wrap.ts";

const KEY_BYTES = 32;
/** Argon2id runs at most this often to unlock a chart. */
const MOST_ARGON2_SETTINGS = 8;

/**
 * A chart after one identity and one word: public-key work and Argon2id are paid, every seal and open takes this.
 * Secret as a whole; it is never serialised.
 */
export interface UnlockedChart {
  readonly chart: Chart;
  /** Secrets of each epoch that opens whole, by its number, in the order of the chart's epochs. */
  readonly epochs: ReadonlyMap<number, EpochSecrets>;
  /** Secrets of versions that were shared alone, by version id in hexadecimal. */
  readonly granted: ReadonlyMap<string, VersionSecrets>;
  /** Epochs whose author contradicts himself, by number: their versions stay shut, and no other epoch's do. */
  readonly refused: ReadonlyMap<number, ChirographError>;
  /** The word as the newest opened epoch stretches it; a new epoch uses it again. None where it opened without one. */
  readonly word: StretchedWord | undefined;
  /** Characters of the word, known without it: n of the versions that are sealed here. */
  readonly wordLength: number;
}

/** Keys that one identity unwrapped, before any word. */
interface ReaderKeys {
  readonly epoch: Epoch;
  readonly guardKey: Uint8Array;
  /** Of a reader of the whole chart. */
  readonly chartKey?: Uint8Array;
  /** Of a reader of single versions: readerSecret by version id in hexadecimal. */
  readonly versions?: ReadonlyMap<string, Uint8Array>;
}

/**
 * Opens what `identity` and `word` open of a chart.
 * @throws ChirographError `not-for-you` for a wrong key and for a wrong word, the same after the same work; what
 *   speaks against an epoch (`inconsistent-author`, `out-of-limits`) only if no other opens, since else whoever may
 *   begin an epoch could shut all that came before
 */
export async function unlockChart(
  engine: Engine,
  chart: Chart,
  identity: Identity,
  word: Word,
): Promise<UnlockedChart> {
  const refused = new Map<number, ChirographError>();
  const keys = await readerKeys(engine, chart.state, identity, refused);
  if (keys.length === 0 && refused.size === 0) {
    await payForGuess(engine, word);
    throw notForYou();
  }
  const stretch = rememberStretched(engine, word);
  const epochs = new Map<number, EpochSecrets>();
  const granted = new Map<string, VersionSecrets>();
  let newest: StretchedWord | undefined;
  let wordIsWrong = false;
  // The newest first: the epochs that count most are the last to be refused for what Argon2 would cost.
  for (const reader of newestFirst(chart.state, keys)) {
    const { number } = reader.epoch;
    const opened = await orRefuse(refused, number, () => openEpoch(engine, chart.state, reader, stretch));
    if (opened === undefined) continue;
    if (opened === null) {
      wordIsWrong = true;
      continue;
    }
    const { chartSecret } = opened;
    newest ??= opened.word;
    if (reader.chartKey !== undefined) {
      epochs.set(number, { chartKey: reader.chartKey, guardKey: reader.guardKey, chartSecret });
    }
    for (const [version, readerSecret] of reader.versions ?? [])
      granted.set(version, { readerSecret, chartSecret });
  }
  if (newest === undefined) {
    const [problem] = refused.values();
    throw wordIsWrong || problem === undefined ? notForYou() : problem;
  }
  const inOrder = new Map([...epochs].toReversed());
  return { chart, epochs: inOrder, granted, refused, word: newest, wordLength: newest.length };
}

/**
 * The first two locks of a version, or `null` when they are not this reader's.
 * @throws ChirographError what speaks against the version's epoch
 */
export async function secretsOfVersion(
  engine: Engine,
  unlocked: UnlockedChart,
  version: Pick<Version, "record" | "version" | "epoch">,
): Promise<VersionSecrets | null> {
  const epoch = unlocked.epochs.get(version.epoch);
  if (epoch === undefined) {
    const granted = unlocked.granted.get(toHex(version.version));
    const problem = unlocked.refused.get(version.epoch);
    if (granted === undefined && problem !== undefined) throw problem;
    return granted ?? null;
  }
  const scope = { ...version, chart: unlocked.chart.state.chart };
  return {
    readerSecret: await deriveReaderSecret(engine, epoch.chartKey, scope),
    chartSecret: epoch.chartSecret,
  };
}

/**
 * The word of an unlocked chart, for what cannot be done without it.
 * @throws ChirographError `word-needed`
 */
export function requireWord({ word }: Pick<UnlockedChart, "word">): StretchedWord {
  if (word === undefined)
    throw new ChirographError(
      "word-needed",
      "The chart was opened without its word, and this needs the word.",
    );
  return word;
}

function newestFirst(state: ChartState, keys: readonly ReaderKeys[]): ReaderKeys[] {
  const placeOf = ({ epoch }: ReaderKeys): number => state.epochPlaces.get(epoch.number)!;
  return keys.toSorted((left, right) => placeOf(right) - placeOf(left));
}

/** All keys that this identity unwraps: of whole epochs, and of versions shared alone. */
async function readerKeys(
  engine: Engine,
  state: ChartState,
  identity: Identity,
  refused: Map<number, ChirographError>,
): Promise<ReaderKeys[]> {
  const found: ReaderKeys[] = [];
  for (const epoch of state.epochs) {
    const keys = await orRefuse(refused, epoch.number, () => unwrapEpoch(engine, state, epoch, identity));
    if (keys) found.push({ epoch, ...keys });
  }
  for (const grant of state.grants) {
    if (toHex(grant.recipient.member) !== toHex(identity.recipient.member)) continue;
    const keys = await orRefuse(refused, grant.epoch, () => unwrapGrant(engine, state, grant, identity));
    if (keys) found.push(keys);
  }
  return found;
}

async function unwrapGrant(
  engine: Engine,
  state: ChartState,
  grant: Grant,
  identity: Identity,
): Promise<ReaderKeys | null> {
  const { record, versions, signer } = grant;
  const epoch = epochNumbered(state, grant.epoch)!;
  const place = {
    chart: state.chart,
    purpose: { of: "grant", epoch: grant.epoch, record, versions },
    member: identity.recipient.member,
    signer,
  } as const;
  const keys = await unwrap(engine, identity.kemSeed, place, grant);
  if (keys === null) return null;
  const guardKey = keys.slice(0, KEY_BYTES);
  await requireCheck(engine, state, epoch, "guard-key", guardKey);
  const secrets = versions.map((version, index) => {
    const offset = KEY_BYTES * (index + 1);
    return [toHex(version), keys.slice(offset, offset + KEY_BYTES)] as const;
  });
  return { epoch, guardKey, versions: new Map(secrets) };
}

/** The chart secret of one epoch, or `null` for another word. */
async function openEpoch(
  engine: Engine,
  state: ChartState,
  reader: ReaderKeys,
  stretch: (lock: OpenLock) => Promise<StretchedWord>,
): Promise<{ chartSecret: Uint8Array; word: StretchedWord } | null> {
  const { epoch, guardKey } = reader;
  const lock = await openLock(engine, { chart: state.chart, epoch: epoch.number, guardKey }, epoch.lock);
  if (lock === null) {
    throw new ChirographError(
      "inconsistent-author",
      `The lock of epoch ${epoch.number} is not sealed for its readers.`,
    );
  }
  const word = await stretch(lock);
  const chartSecret = await lock.tryWord(word);
  if (chartSecret === null) return null;
  await requireCheck(engine, state, epoch, "chart-secret", chartSecret);
  return { chartSecret, word };
}

/**
 * Argon2id once for every distinct salt and cost. A change of the word gives all epochs one salt, so honest charts have
 * few; whoever may begin epochs could otherwise make every unlocking cost hours.
 */
function rememberStretched(engine: Engine, word: Word): (lock: OpenLock) => Promise<StretchedWord> {
  const known = new Map<string, Promise<StretchedWord>>();
  return async ({ settings }) => {
    const id = toHex(encodeArgon2(settings));
    if (!known.has(id) && known.size === MOST_ARGON2_SETTINGS) {
      throw new ChirographError(
        "out-of-limits",
        `More than ${MOST_ARGON2_SETTINGS} different salts and costs in one chart are refused.`,
      );
    }
    const stretched = known.get(id) ?? stretchWord(engine, word, settings);
    known.set(id, stretched);
    return stretched;
  };
}

/** Whoever is no reader waits as long as a reader with a wrong word, so that time does not tell one from the other. */
async function payForGuess(engine: Engine, word: Word): Promise<void> {
  await stretchWord(engine, word, { ...LOWEST_COST, salt: engine.randomBytes(ARGON2_SALT_BYTES) });
}

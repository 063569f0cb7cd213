// Opens a sealed folder, step by step as in section 14, holding everything in memory.
import { readFileSync, readdirSync } from "node:fs";
import { join as joinPath } from "node:path";
import { equal, hex, isZero, join, label, Reader, text, u16, u32, u8, zeros } from "./bytes.ts";
import { classicSuite, keyCheck, readChart, readerKeys } from "./chart.ts";
import type { Chart, Version } from "./chart-state.ts";
import {
  checkMarks,
  padme,
  readCard,
  readEnvelope,
  readInside,
  type Card,
  type Envelope,
} from "./envelope.ts";
import { joinFragments, joinPieces } from "./fragments.ts";
import { judgeWord, openIdentity } from "./identity.ts";
import {
  argon2id,
  expand,
  hkdf,
  labelled,
  openAesGcm,
  openBox,
  openCobblestone,
  readArgon2,
  sha256,
} from "./primitives.ts";

export interface Sealed {
  /** The folder with the envelope and the fragments. */
  readonly folder: string;
  /** What an identity file holds. */
  readonly identityText: string;
  readonly passphrase?: string | undefined;
  readonly word: string;
}

export interface Decoded {
  readonly shape: "file" | "folder";
  /** A path that ends in "/" is an empty folder. */
  readonly entries: { path: string; bytes: Uint8Array }[];
  readonly kind: string;
  /** Hexadecimal; `member` is undefined when the signing key is no member's. */
  readonly author: { signing: string; member: string | undefined };
}

export async function decodeFolder({ folder, identityText, passphrase, word }: Sealed): Promise<Decoded> {
  const identity = await openIdentity(identityText, passphrase);
  const points = judgeWord(word);

  // 1 and 2: the chart document and the envelope.
  const reader = new Reader(new Uint8Array(readFileSync(joinPath(folder, "envelope"))), "file envelope");
  reader.expect("CHGSEALD");
  const chart = readChart(reader.take(reader.u32()));
  const envelopeBytes = reader.take(reader.u32());
  reader.end();
  const envelope = readEnvelope(envelopeBytes);
  const version = findVersion(chart, envelope, sha256(envelopeBytes));

  // 3: the files that may be fragments.
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "envelope")
    .map((entry) => new Uint8Array(readFileSync(joinPath(folder, entry.name))));

  // 4: keys.
  const E = u32(envelope.epoch);
  const scope = join(u16(envelope.suite), envelope.chart, envelope.record, envelope.version);
  const keys = await readerKeys(chart, version, identity, (chartKey) =>
    hkdf(chartKey, join(label("reader-secret"), chart.id, E, envelope.record, envelope.version), 32),
  );
  const { readerSecret } = keys;
  // Undefined in the classic profile, which has neither guardKey nor lock.
  const chartSecret = keys.guardKey && unlock(chart, envelope.epoch, keys.guardKey, points.join(""));
  const insideKey = chartSecret
    ? hkdf(join(readerSecret, chartSecret), join(label("inside-key"), scope, E), 32)
    : hkdf(readerSecret, join(label("classic-inside-key"), scope, E), 32);

  // 5: card and inside.
  const cardKey = hkdf(readerSecret, join(label("card-key"), scope, E), 32);
  const card = readCard(openBox(cardKey, join(label("card"), scope, E), envelope.card, "card"));
  const inside = readInside(openBox(insideKey, join(label("inside"), scope, E), envelope.inside, "inside"));
  const binding = labelled("binding", chart.id, chart.hashOfLink0);
  if (!equal(card.binding, binding)) throw new Error("card: bound to another chart");
  if (!equal(inside.binding, binding)) throw new Error("inside: bound to another chart");
  const member = checkAuthor(chart, envelope, card);
  const padded =
    envelope.suite !== classicSuite && envelope.recordBytes === padme(Math.max(1024, inside.contentBytes));
  if (!padded && envelope.recordBytes !== inside.contentBytes)
    throw new Error("inside: the record is neither padded as it should be nor without padding");

  // 6 and 7: fragments and layer 1.
  let record: Uint8Array;
  if (chartSecret !== undefined) {
    const markKey = hkdf(chartSecret, join(label("mark-key"), scope, E), 32);
    checkMarks(envelope, (end, i) => expand(markKey, join(label(`mark/${end}`), u8(i)), 16));
    const { fragmentSecret, sealed } = joinFragments(envelope, files);
    if (!equal(labelled("fragment-check", scope, fragmentSecret), envelope.fragmentCheck)) {
      throw new Error(`the shares give a wrong secret; the author ${hex(envelope.author)} made it so`);
    }
    const secrets = join(readerSecret, chartSecret, fragmentSecret);
    const contentKey = hkdf(secrets, join(label("content-key"), scope, E), envelope.suite === 1 ? 16 : 32);
    const aead = envelope.suite === 1 ? "AEAD_AES_128_GCM" : "AEAD_AES_256_GCM";
    record = openCobblestone(aead, contentKey, join(label("record"), scope, E), sealed, "record");
  } else {
    const sealed = joinPieces(envelope, files, points);
    const opened = openAesGcm(keys.classicKey ?? zeros(16), sealed.subarray(0, 12), sealed.subarray(12));
    if (opened === undefined) throw new Error("record: does not open");
    record = opened;
  }
  if (record.length !== envelope.recordBytes)
    throw new Error("record: of another length than the envelope says");
  if (!isZero(record.subarray(inside.contentBytes))) throw new Error("record: the padding is not zero");

  let at = 0;
  const entries = inside.entries.map(({ path, bytes }) => {
    at += bytes;
    return { path, bytes: record.slice(at - bytes, at) };
  });
  return { shape: inside.shape, entries, kind: card.kind, author: { signing: hex(envelope.author), member } };
}

/** The chart's version that the envelope is, put there by whoever signed the envelope. */
function findVersion(chart: Chart, envelope: Envelope, hash: Uint8Array): Version {
  if (!equal(envelope.chart, chart.id)) throw new Error("envelope: is of another chart");
  const version = chart.versions.get(hex(envelope.version));
  if (version === undefined) throw new Error("envelope: the chart has no such version");
  const same =
    equal(version.record, envelope.record) &&
    equal(version.parent, envelope.parent) &&
    version.epoch === envelope.epoch &&
    version.suite === envelope.suite &&
    version.n === envelope.n &&
    version.k === envelope.k &&
    equal(version.envelopeHash, hash);
  if (!same) throw new Error("envelope: the chart has another one for this version");
  if (version.erased) throw new Error("envelope: the version is erased");
  if (!equal(version.signer, envelope.author))
    throw new Error("envelope: somebody else put it into the chart");
  return version;
}

/** Argon2 and the lock: chartSecret from the word. */
function unlock(chart: Chart, number: number, guardKey: Uint8Array, word: string): Uint8Array {
  const epoch = chart.epochs.get(number);
  if (epoch === undefined) throw new Error(`there is no epoch ${number}`);
  const at = join(chart.id, u32(number));
  const lockKey = hkdf(guardKey, join(label("lock-key"), at), 32);
  const reader = new Reader(openBox(lockKey, join(label("lock"), at), epoch.lock, "lock"), "lock");
  const cost = readArgon2(reader);
  const box = reader.take(104);
  reader.end();
  const wordKey = hkdf(
    join(argon2id(text(word), cost), guardKey),
    join(label("word-key"), at, cost.bytes),
    32,
  );
  const chartSecret = openBox(wordKey, join(label("word-box"), at), box, "the word");
  if (!equal(keyCheck("chart-secret", chart, epoch, chartSecret), epoch.chartSecretCheck)) {
    throw new Error("the lock holds a wrong secret");
  }
  return chartSecret;
}

/** The member id that the card names: nobody's, or that of the one who signed. */
function checkAuthor(chart: Chart, envelope: Envelope, card: Card): string | undefined {
  if (isZero(card.author)) return undefined;
  const signing = chart.everMembers.get(hex(card.author));
  if (signing === undefined || !equal(signing, envelope.author))
    throw new Error("card: names another author than the one who signed");
  return hex(card.author);
}

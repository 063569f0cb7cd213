import type { Engine } from "@chirograph/engine/interface";
import { ARGON2_BYTES, type Argon2Settings, encodeArgon2, readArgon2, stretch } from "../argon2.ts";
import { concat, wipe } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { Reader } from "../encoding/reader.ts";
import { epochBytes } from "../ids.ts";
import { boxSize, openBox, sealBox } from "../layer1/box.ts";
import type { Word } from "../word/rules.ts";

const SECRET_BYTES = 32;
/** docs/format.md, section 7: 201 bytes. */
export const LOCK_BYTES: number = boxSize(ARGON2_BYTES + boxSize(SECRET_BYTES));

/** A word after Argon2id: paid once, used for every epoch under the same word and salt. */
export interface StretchedWord {
  readonly settings: Argon2Settings;
  /** 32 bytes, secret. */
  readonly key: Uint8Array;
  /** Characters of the word: n of the versions that are sealed under it. */
  readonly length: number;
}

/** What a lock belongs to, and the key that only readers have. */
export interface LockPlace {
  readonly chart: Uint8Array;
  readonly epoch: number;
  readonly guardKey: Uint8Array;
}

export async function stretchWord(
  engine: Engine,
  word: Word,
  settings: Argon2Settings,
): Promise<StretchedWord> {
  const bytes = word.bytes();
  const key = await stretch(engine, bytes, settings);
  wipe(bytes);
  return { settings, key, length: word.characters.length };
}

/** `chartSecret` under the word, inside a box for readers: nobody else can even try a word. */
export async function sealLock(
  engine: Engine,
  place: LockPlace,
  word: StretchedWord,
  chartSecret: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const wordBox = await sealBox(engine, {
    key: await wordKey(engine, place, word),
    context: context("word-box", place),
    message: chartSecret,
  });
  return sealBox(engine, {
    key: await lockKey(engine, place),
    context: context("lock", place),
    message: concat(encodeArgon2(word.settings), wordBox),
  });
}

/** A lock whose outer box a reader has opened. */
export interface OpenLock {
  readonly settings: Argon2Settings;
  /** The chart secret, or `null` for another word. */
  tryWord(word: StretchedWord): Promise<Uint8Array<ArrayBuffer> | null>;
}

/** Opens the outer box; `null` when `guardKey` is not the one that it was sealed for. */
export async function openLock(engine: Engine, place: LockPlace, lock: Uint8Array): Promise<OpenLock | null> {
  const message = await openBox(engine, {
    key: await lockKey(engine, place),
    context: context("lock", place),
    sealed: lock,
  });
  if (message === null) return null;
  const reader = new Reader(message, "lock");
  const settings = readArgon2(reader);
  const wordBox = reader.fixed(boxSize(SECRET_BYTES));
  reader.end();
  return {
    settings,
    async tryWord(word) {
      const key = await wordKey(engine, place, word);
      return openBox(engine, { key, context: context("word-box", place), sealed: wordBox });
    },
  };
}

function lockKey(engine: Engine, { chart, epoch, guardKey }: LockPlace): Promise<Uint8Array<ArrayBuffer>> {
  return engine.hkdfSha512({
    inputKey: guardKey,
    info: labelled("lock-key", chart, epochBytes(epoch)),
    lengthBytes: 32,
  });
}

function wordKey(
  engine: Engine,
  { chart, epoch, guardKey }: LockPlace,
  word: StretchedWord,
): Promise<Uint8Array<ArrayBuffer>> {
  return engine.hkdfSha512({
    inputKey: concat(word.key, guardKey),
    info: labelled("word-key", chart, epochBytes(epoch), encodeArgon2(word.settings)),
    lengthBytes: 32,
  });
}

function context(label: "lock" | "word-box", { chart, epoch }: LockPlace): Uint8Array {
  return labelled(label, chart, epochBytes(epoch));
}

import { beforeAll, expect, test } from "vitest";
import { createChart } from "../../src/chart/create.ts";
import { encodeChart, parseChart } from "../../src/chart/document.ts";
import { beginEpoch, removeMember } from "../../src/chart/edit.ts";
import { type UnlockedChart, unlockChart } from "../../src/chart/unlock.ts";
import { sealClassic } from "../../src/classic/seal.ts";
import { toBase64, toBase64Url } from "../../src/encoding/base64.ts";
import { toHex } from "../../src/encoding/bytes.ts";
import { parseEnvelope } from "../../src/envelope/envelope.ts";
import {
  formatIdentityFile,
  formatProtectedIdentityFile,
  parseIdentityFile,
} from "../../src/identity/file.ts";
import { type Identity, identityFromSeeds } from "../../src/identity/identity.ts";
import { formatRecipientLine, parseRecipientLine } from "../../src/identity/recipient.ts";
import { Word } from "../../src/word/rules.ts";
import {
  contentOf,
  flipBit,
  makeChart,
  memorySink,
  openFrom,
  OTHER_WORD,
  pattern,
  people,
  quick,
  type SealedRecord,
  sealInto,
  TIME,
  WORD,
} from "./support.ts";

const PASSPHRASE = "correct horse battery";
const BAD_WORDS = ["Adk 1234", "Adk21224", "Adk12", "q\u0000wertzuiop", "x".repeat(80), ""];

let owner: Identity;
let stranger: Identity;
let record: SealedRecord;

beforeAll(async () => {
  ({ owner, stranger } = await people("owner", "stranger"));
  record = await sealInto(quick, await makeChart(quick, owner), owner, pattern(64));
});

/** One failing attempt for every way in which the core refuses secrets or what they protect. */
async function attempts(): Promise<readonly (() => Promise<unknown>)[]> {
  const { unlocked, envelope, fragments } = record;
  const { chart } = unlocked;
  const clear = await formatIdentityFile(quick, owner);
  const file = await formatProtectedIdentityFile(quick, owner, PASSPHRASE);
  const line = await formatRecipientLine(quick, owner.recipient);
  const step = { signer: stranger, time: TIME };
  const wrongKeys: UnlockedChart = {
    ...unlocked,
    epochs: new Map([[1, { ...unlocked.epochs.get(1)!, chartSecret: pattern(32) }]]),
  };
  const plan = { author: owner, time: TIME, content: contentOf(pattern(9)) };
  const cheap = { memoryKiB: 8, passes: 1, lanes: 1 };
  return [
    ...BAD_WORDS.map((text) => async () => new Word(text)),
    () => unlockChart(quick, chart, owner, OTHER_WORD),
    () => unlockChart(quick, chart, stranger, WORD),
    () => openFrom(quick, unlocked, envelope, fragments.slice(4)),
    () => openFrom(quick, wrongKeys, envelope, fragments),
    () => removeMember(quick, unlocked, owner.recipient.member, step),
    () => beginEpoch(quick, unlocked, step),
    () => sealClassic(quick, unlocked, WORD, plan, memorySink().sink),
    () => createChart(quick, { owner, members: [], time: TIME }, WORD, cheap),
    () => formatProtectedIdentityFile(quick, owner, PASSPHRASE, cheap),
    async () => (await parseIdentityFile(quick, file)).unlock(`${PASSPHRASE} wrong`),
    async () => (await parseIdentityFile(quick, file)).unlock(undefined),
    async () => (await parseIdentityFile(quick, file)).unlock(""),
    () => parseIdentityFile(quick, clear.slice(0, -1)),
    () => parseIdentityFile(quick, clear.replace("A", "B")),
    () => parseIdentityFile(quick, toHex(owner.kemSeed)),
    () => parseRecipientLine(quick, line.slice(0, -1)),
    () => parseEnvelope(quick, flipBit(envelope.bytes, 4000)),
    () => parseChart(quick, flipBit(encodeChart(chart), 4000)),
    () => identityFromSeeds(quick, owner.kemSeed.subarray(1), owner.signSeed),
    () => identityFromSeeds(quick, owner.kemSeed, owner.signSeed.subarray(1)),
    () => sealInto(quick, unlocked, { ...owner, signSeed: owner.signSeed.subarray(2) }, pattern(3)),
  ];
}

/** Everything of an error that a log might show. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = JSON.stringify(error, Object.getOwnPropertyNames(error));
  return [String(error), error.stack, own, textOf(error.cause ?? "")].join("\n");
}

test("no error tells the word, a passphrase, a seed or a key", async () => {
  const { epochs, word } = record.unlocked;
  const keys = [owner, stranger].flatMap(({ kemSeed, signSeed }) => [kemSeed, signSeed]);
  const { chartKey, guardKey, chartSecret } = epochs.get(1)!;
  const bytes = [...keys, chartKey, guardKey, chartSecret, word!.key, WORD.bytes()];
  const secrets = [
    ...[WORD, OTHER_WORD].map(({ characters }) => characters.join("")),
    ...BAD_WORDS.filter((text) => text !== ""),
    PASSPHRASE,
    // The front is enough: a text that is cut off would still tell it.
    ...bytes.flatMap((secret) => [toHex(secret), toBase64(secret), toBase64Url(secret), secret.join(",")]),
  ].map((secret) => secret.slice(0, 12));

  for (const [index, attempt] of (await attempts()).entries()) {
    const error = await attempt().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error, `attempt ${index}`).toBeInstanceOf(Error);
    const text = textOf(error);
    for (const secret of secrets) expect(text.includes(secret), `attempt ${index}`).toBe(false);
  }
});

test("a word does not show where objects are printed or serialised", () => {
  const printed = `${String(WORD)} ${JSON.stringify({ WORD })} ${Object.values(WORD).join("")}`;
  expect(printed).not.toContain("adk");
});

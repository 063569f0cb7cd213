import { beforeAll, describe, expect, test } from "vitest";
import { type Argon2Cost, encodeArgon2 } from "../../src/argon2.ts";
import { changeWord } from "../../src/chart/edit.ts";
import { sealLock, stretchWord } from "../../src/chart/lock.ts";
import { createChart } from "../../src/chart/create.ts";
import { unlockChart } from "../../src/chart/unlock.ts";
import { planGeometry } from "../../src/cut/geometry.ts";
import { fromBase64, toBase64 } from "../../src/encoding/base64.ts";
import { concat, toHex } from "../../src/encoding/bytes.ts";
import { labelled } from "../../src/encoding/label.ts";
import { parseEnvelope } from "../../src/envelope/envelope.ts";
import { formatProtectedIdentityFile, parseIdentityFile } from "../../src/identity/file.ts";
import type { Identity } from "../../src/identity/identity.ts";
import { admitEnvelope } from "../../src/record/admit.ts";
import {
  addLink,
  counting,
  expectRefused,
  makeChart,
  patch,
  pattern,
  people,
  quick,
  type SealedRecord,
  sealInto,
  TIME,
  WORD,
} from "./support.ts";

const costs: readonly [string, Argon2Cost][] = [
  ["memory below the floor", { memoryKiB: 65_535, passes: 3, lanes: 1 }],
  ["memory above the ceiling", { memoryKiB: 1_048_577, passes: 3, lanes: 1 }],
  ["passes below the floor", { memoryKiB: 65_536, passes: 2, lanes: 1 }],
  ["passes above the ceiling", { memoryKiB: 65_536, passes: 11, lanes: 1 }],
  ["no lanes", { memoryKiB: 65_536, passes: 3, lanes: 0 }],
  ["lanes above the ceiling", { memoryKiB: 65_536, passes: 3, lanes: 5 }],
  ["nothing at all", { memoryKiB: 0, passes: 0, lanes: 0 }],
  ["everything at its most", { memoryKiB: 0xffff_ffff, passes: 0xffff_ffff, lanes: 255 }],
];

let owner: Identity;
let record: SealedRecord;

beforeAll(async () => {
  ({ owner } = await people("owner"));
  record = await sealInto(quick, await makeChart(quick, owner), owner, Uint8Array.of(77));
});

describe.each(costs)("Argon2 with %s", (_, cost) => {
  test("in a lock is refused before any work", async () => {
    const { unlocked } = record;
    const { chart } = unlocked.chart.state;
    const { guardKey, chartSecret } = unlocked.epochs.get(1)!;
    const word = await stretchWord(quick, WORD, { ...cost, salt: pattern(16) });
    const lock = await sealLock(quick, { chart, epoch: 1, guardKey }, word, chartSecret);
    const hostile = await addLink(quick, unlocked, owner, { type: "word", epoch: 1, lock });
    const { use, calls } = counting(quick);
    await expectRefused(() => unlockChart(use, hostile.chart, owner, WORD), "out-of-limits");
    expect(calls.get("argon2id")).toBeUndefined();
  });

  test("in an identity file is refused before any work", async () => {
    const text = await formatProtectedIdentityFile(quick, owner, "correct horse");
    const body = fromBase64(text.split("\n").slice(1, -2).join(""))!.subarray(0, -16);
    const argon2At = 2 + owner.recipient.bytes.length;
    const changed = patch(body, argon2At, ...encodeArgon2({ ...cost, salt: pattern(16) }));
    const checksum = (await quick.sha256([labelled("identity-file", changed)])).subarray(0, 16);
    const lines = toBase64(concat(changed, checksum)).match(/.{1,64}/g)!;
    const file = [
      "-----BEGIN CHIROGRAPH IDENTITY-----",
      ...lines,
      "-----END CHIROGRAPH IDENTITY-----",
      "",
    ].join("\n");
    const { use, calls } = counting(quick);
    await expectRefused(() => parseIdentityFile(use, file), "out-of-limits");
    expect(calls.get("argon2id")).toBeUndefined();
  });

  test("is not written either", async () => {
    const { use, calls } = counting(quick);
    const plan = { owner, members: [], time: TIME };
    await expectRefused(() => createChart(use, plan, WORD, cost), "out-of-limits");
    await expectRefused(
      () => formatProtectedIdentityFile(use, owner, "correct horse", cost),
      "out-of-limits",
    );
    await expectRefused(
      () => changeWord(use, record.unlocked, WORD, { signer: owner, time: TIME }, cost),
      "out-of-limits",
    );
    expect(calls.get("argon2id")).toBeUndefined();
  });
});

// Offsets of docs/format.md, section 9.
const SUITE = 8;
const EPOCH = 74;
const TOTAL = 78;
const NEEDED = 79;
const RECORD_BYTES = 80;
const HASH = 88;
const BLOCK_BYTES = 89;
const u32 = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);

describe("an envelope that its author signed with", () => {
  test.each<[string, number, number[]]>([
    ["an unknown suite", SUITE, [0, 3]],
    ["suite 0", SUITE, [0, 0]],
    ["the classic suite", SUITE, [1, 1]],
    ["no epoch", EPOCH, [0, 0, 0, 0]],
    ["seven fragments", TOTAL, [7]],
    ["no fragments", TOTAL, [0]],
    ["65 fragments", TOTAL, [65]],
    ["255 fragments", TOTAL, [255]],
    ["k = 0", NEEDED, [0]],
    ["k = 1", NEEDED, [1]],
    ["k above n", NEEDED, [9]],
    ["a length above 2⁵³ − 1", RECORD_BYTES, [0, 0x20, 0, 0, 0, 0, 0, 0]],
    ["a length of 2⁵³ − 1", RECORD_BYTES, [0, 0x1f, 255, 255, 255, 255, 255, 255]],
    ["more stripes than 1,048,576", RECORD_BYTES, [0, 0, 0x40, 0, 0, 0, 0, 0]],
    ["hash 0", HASH, [0]],
    ["another hash", HASH, [2]],
    ["blocks of nothing", BLOCK_BYTES, u32(0)],
    ["blocks of one byte", BLOCK_BYTES, u32(1)],
    ["blocks below the floor", BLOCK_BYTES, u32(2048)],
    ["blocks above the ceiling", BLOCK_BYTES, u32(2_097_152)],
    ["blocks that are no power of two", BLOCK_BYTES, u32(65_537)],
    ["the largest blocks that a number holds", BLOCK_BYTES, u32(0xffff_ffff)],
  ])("%s is refused", async (_, offset, values) => {
    const bytes = await resigned(patch(record.envelope.bytes, offset, ...values));
    const { use, calls } = counting(quick);
    await expectRefused(() => parseEnvelope(use, bytes), "malformed", "unsupported", "out-of-limits");
    expect(calls.size, "primitives called").toBe(0);
  });

  test("another signature algorithm is refused", async () => {
    const { bytes } = record.envelope;
    for (const number of [0, 2, 255]) {
      const changed = await resigned(patch(bytes, bytes.length - 65, number));
      await expectRefused(() => parseEnvelope(quick, changed), "unsupported");
    }
  });

  test("boxes above their ceilings is refused", async () => {
    const { bytes, card, inside } = record.envelope;
    const cardAt = bytes.length - 97 - inside.length - 4 - card.length - 4;
    const front = bytes.subarray(0, cardAt);
    const rest = bytes.subarray(cardAt + 4 + card.length);
    const large = new Uint8Array(65_537);
    const changed = await resigned(concat(front, Uint8Array.from(u32(large.length)), large, rest));
    await expectRefused(() => parseEnvelope(quick, changed), "out-of-limits");
  });
});

test("n, k, suite or parent in the link that are not the envelope's are refused", async () => {
  const { unlocked, envelope } = record;
  const { state } = unlocked.chart;
  const id = toHex(envelope.record);
  const { versions } = state.records.get(id)!;
  for (const change of [{ needed: 5 }, { total: 9 }, { suite: 2 }, { epoch: 2 }, { parent: pattern(16) }]) {
    const version = { ...versions[0]!, ...change };
    const records = new Map([[id, { record: envelope.record, versions: [version], erased: false }]]);
    await expectRefused(async () => admitEnvelope({ ...state, records }, envelope), "mismatch");
  }
});

test("stripes and lengths that no reader could hold are refused before any work", async () => {
  await expectRefused(
    async () => planGeometry({ total: 8, needed: 2, recordBytes: 2 ** 42 }),
    "out-of-limits",
  );
  await expectRefused(async () => planGeometry({ total: 7, needed: 2, recordBytes: 1 }), "out-of-limits");
  await expectRefused(async () => planGeometry({ total: 8, needed: 1, recordBytes: 1 }), "out-of-limits");
});

async function resigned(bytes: Uint8Array): Promise<Uint8Array> {
  const unsigned = bytes.subarray(0, -64);
  const signature = await quick.ed25519Sign({
    seed: owner.signSeed,
    message: labelled("envelope", unsigned),
  });
  return concat(unsigned, signature);
}

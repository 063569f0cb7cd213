import { beforeAll, describe, expect, test } from "vitest";
import { RIGHT_READ, type Wrap } from "../../src/chart/change.ts";
import { wrapEpoch } from "../../src/chart/create.ts";
import { parseChart, encodeChart } from "../../src/chart/document.ts";
import { beginEpoch } from "../../src/chart/edit.ts";
import type { UnlockedChart } from "../../src/chart/unlock.ts";
import { unwrap, wrapFor, type WrapPlace } from "../../src/chart/wrap.ts";
import { fromBase64, toBase64 } from "../../src/encoding/base64.ts";
import { concat } from "../../src/encoding/bytes.ts";
import { labelled } from "../../src/encoding/label.ts";
import { formatIdentityFile, parseIdentityFile } from "../../src/identity/file.ts";
import type { Identity } from "../../src/identity/identity.ts";
import { makeRecipient, parseRecipient } from "../../src/identity/recipient.ts";
import {
  addLink,
  engine,
  expectRefused,
  makeChart,
  openFrom,
  pattern,
  people,
  quick,
  sealInto,
  TIME,
  unlock,
} from "./support.ts";

let owner: Identity;
let reader: Identity;
let thief: Identity;
let chart: UnlockedChart;

beforeAll(async () => {
  ({ owner, reader, thief } = await people("owner", "reader", "thief"));
  chart = await makeChart(quick, owner, [{ identity: reader, rights: RIGHT_READ }]);
});

describe("swapped recipients", () => {
  test("somebody's signing key joined to another's KEM key is refused", async () => {
    const { bytes } = reader.recipient;
    const kem = thief.recipient.kem;
    const swapped = concat(bytes.subarray(0, 1), kem, bytes.subarray(1 + kem.length));
    await expectRefused(() => parseRecipient(engine, swapped), "bad-signature");
  });

  test("somebody's KEM key joined to one's own signing key is refused without his proof", async () => {
    const { bytes } = thief.recipient;
    const kem = reader.recipient.kem;
    const claimed = concat(bytes.subarray(0, 1), kem, bytes.subarray(1 + kem.length));
    await expectRefused(() => parseRecipient(engine, claimed), "bad-signature");
  });

  test("a KEM key that one cannot use, proven by one's own signature, opens nothing for him", async () => {
    // The thief signs the reader's KEM key as his own: a valid recipient, whose wraps only the reader could open.
    const claimed = await makeRecipient(engine, {
      kem: reader.recipient.kem,
      signing: thief.signing,
      sign: (message) => engine.ed25519Sign({ seed: thief.signSeed, message }),
    });
    const joined = await makeChart(quick, owner, [
      { identity: { ...thief, recipient: claimed }, rights: RIGHT_READ },
    ]);
    await expectRefused(() => unlock(quick, joined, { ...thief, recipient: claimed }), "not-for-you");
    await expectRefused(() => unlock(quick, joined, reader), "not-for-you");
  });

  test("another recipient in a signed member change breaks the link's signature", async () => {
    const bytes = encodeChart(chart.chart);
    const at = indexOf(bytes, reader.recipient.bytes);
    const swapped = Uint8Array.from(bytes);
    swapped.set(thief.recipient.bytes, at);
    await expectRefused(() => parseChart(quick, swapped), "bad-signature", "not-permitted");
  });

  test("a second member with the same signing key is refused", async () => {
    const doubled = await makeRecipient(engine, {
      kem: thief.recipient.kem,
      signing: reader.signing,
      sign: (message) => engine.ed25519Sign({ seed: reader.signSeed, message }),
    });
    const change = { type: "member", recipient: doubled, rights: RIGHT_READ } as const;
    await expectRefused(() => addLink(quick, chart, owner, change), "not-permitted");
  });

  test("a KEM key that is none is refused by whoever would wrap to it", async () => {
    const none = await makeRecipient(engine, {
      kem: new Uint8Array(1216).fill(255),
      signing: thief.signing,
      sign: (message) => engine.ed25519Sign({ seed: thief.signSeed, message }),
    });
    const joined = await addLink(quick, chart, owner, {
      type: "member",
      recipient: none,
      rights: RIGHT_READ,
    });
    await expectRefused(() => beginEpoch(quick, joined, { signer: owner, time: TIME }), "malformed");
  });
});

describe("a wrap moved to another", () => {
  const place: WrapPlace = {
    chart: pattern(16),
    purpose: { of: "epoch", epoch: 1 },
    member: pattern(32, 2),
    signer: pattern(32, 3),
  };
  const record = pattern(16, 4);
  const version = pattern(16, 5);
  const moves: readonly [string, WrapPlace, WrapPlace][] = [
    ["chart", place, { ...place, chart: pattern(16, 9) }],
    ["epoch", place, { ...place, purpose: { of: "epoch", epoch: 2 } }],
    ["recipient", place, { ...place, member: pattern(32, 9) }],
    ["signer", place, { ...place, signer: pattern(32, 9) }],
    ["purpose", place, { ...place, purpose: { of: "grant", epoch: 1, record, versions: [version] } }],
    [
      "record of a grant",
      { ...place, purpose: { of: "grant", epoch: 1, record, versions: [version] } },
      { ...place, purpose: { of: "grant", epoch: 1, record: pattern(16, 9), versions: [version] } },
    ],
    [
      "version of a grant",
      { ...place, purpose: { of: "grant", epoch: 1, record, versions: [version] } },
      { ...place, purpose: { of: "grant", epoch: 1, record, versions: [version, pattern(16, 9)] } },
    ],
    [
      "record of a classic key",
      { ...place, purpose: { of: "classic", record, version } },
      { ...place, purpose: { of: "classic", record: pattern(16, 9), version } },
    ],
    [
      "version of a classic key",
      { ...place, purpose: { of: "classic", record, version } },
      { ...place, purpose: { of: "classic", record, version: pattern(16, 9) } },
    ],
  ];

  test.each(moves)("%s does not open", async (_, from, to) => {
    // One recipient for both, so that only the place differs.
    const recipient = { ...reader.recipient, member: from.member };
    const wrap = await wrapFor(engine, recipient, from, pattern(64));
    expect(await unwrap(engine, reader.kemSeed, from, wrap)).toStrictEqual(pattern(64));
    expect(await unwrap(engine, reader.kemSeed, to, wrap)).toBeNull();
    expect(await unwrap(engine, thief.kemSeed, from, wrap)).toBeNull();
  });

  test("chart, by the owner of both, opens nothing there", async () => {
    const other = await makeChart(quick, owner);
    const joined = await addLink(
      quick,
      other,
      owner,
      { type: "member", recipient: reader.recipient, rights: RIGHT_READ },
      { type: "wrap", epoch: 1, wrap: wrapOf(chart, reader) },
    );
    await expectRefused(() => unlock(quick, joined, reader), "not-for-you");
  });

  test("member opens nothing for him", async () => {
    const wrap = { ...wrapOf(chart, reader), member: thief.recipient.member };
    const joined = await addLink(
      quick,
      chart,
      owner,
      { type: "member", recipient: thief.recipient, rights: RIGHT_READ },
      { type: "wrap", epoch: 1, wrap },
    );
    await expectRefused(() => unlock(quick, joined, thief), "not-for-you");
  });
});

test("an identity file with one's own seeds under somebody else's recipient is refused", async () => {
  const text = await formatIdentityFile(engine, thief);
  const body = fromBase64(text.split("\n").slice(1, -2).join(""))!.slice(0, -16);
  body.set(reader.recipient.bytes, 2);
  const checksum = (await engine.sha256([labelled("identity-file", body)])).subarray(0, 16);
  const lines = toBase64(concat(body, checksum)).match(/.{1,64}/g)!;
  const claimed = [text.split("\n")[0], ...lines, text.split("\n").at(-2), ""].join("\n");
  const file = await parseIdentityFile(engine, claimed);
  expect(file.recipient.member).toStrictEqual(reader.recipient.member);
  await expectRefused(() => file.unlock(undefined), "mismatch");
});

test.each([0, 255])("a wrap whose encapsulation is all %i does not open, and is no defect", async (byte) => {
  const joined = await addLink(
    quick,
    chart,
    owner,
    { type: "member", recipient: thief.recipient, rights: RIGHT_READ },
    {
      type: "wrap",
      epoch: 1,
      wrap: {
        ...wrapOf(chart, reader),
        member: thief.recipient.member,
        encapsulated: new Uint8Array(1120).fill(byte),
      },
    },
  );
  await expectRefused(() => unlock(quick, joined, thief), "not-for-you");
});

test("a wrap with its bytes changed does not open, and others' wraps still do", async () => {
  const content = Uint8Array.of(77);
  const sealed = await sealInto(quick, chart, owner, content);
  const { epochs } = sealed.unlocked;
  const place = { chart: chart.chart.state.chart, epoch: 1 };
  const good = await wrapEpoch(quick, thief.recipient, {
    place,
    signer: owner.signing,
    secrets: epochs.get(1)!,
  });
  const parts: readonly [keyof Wrap & ("encapsulated" | "ciphertext"), number][] = [
    ["encapsulated", 0],
    ["encapsulated", 1100],
    ["ciphertext", 0],
    ["ciphertext", 79],
  ];
  for (const [part, offset] of parts) {
    const bytes = Uint8Array.from(good[part]);
    bytes[offset]! ^= 1;
    const joined = await addLink(
      quick,
      sealed.unlocked,
      owner,
      { type: "member", recipient: thief.recipient, rights: RIGHT_READ },
      { type: "wrap", epoch: 1, wrap: { ...good, [part]: bytes } },
    );
    await expectRefused(() => unlock(quick, joined, thief), "not-for-you");
    const unlocked = await unlock(quick, joined, reader);
    expect(await openFrom(quick, unlocked, sealed.envelope, sealed.fragments)).toStrictEqual(content);
  }
});

function wrapOf(unlocked: UnlockedChart, identity: Identity): Wrap {
  const { wraps } = unlocked.chart.state.epochs[0]!;
  return [...wraps.values()].find(({ member }) =>
    member.every((byte, at) => byte === identity.recipient.member[at]),
  )!;
}

function indexOf(haystack: Uint8Array, needle: Uint8Array): number {
  for (let at = 0; at + needle.length <= haystack.length; at++) {
    if (needle.every((byte, index) => haystack[at + index] === byte)) return at;
  }
  throw new RangeError("not there");
}

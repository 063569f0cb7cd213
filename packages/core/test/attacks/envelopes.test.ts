import { beforeAll, describe, expect, test } from "vitest";
import { RIGHT_WRITE } from "../../src/chart/change.ts";
import { epochChange } from "../../src/chart/create.ts";
import { beginChart } from "../../src/chart/document.ts";
import { eraseRecord } from "../../src/chart/edit.ts";
import { stretchWord } from "../../src/chart/lock.ts";
import { deriveCardKey, deriveInsideKey } from "../../src/chart/secrets.ts";
import { secretsOfVersion, type UnlockedChart } from "../../src/chart/unlock.ts";
import { type Card, sealCard } from "../../src/envelope/card.ts";
import { signEnvelope } from "../../src/envelope/envelope.ts";
import { type Inside, sealInside } from "../../src/envelope/inside.ts";
import { encodeEnvelopeFile, parseEnvelopeFile } from "../../src/folder/envelope-file.ts";
import { createOneTimeSigner, type Identity, type Signer } from "../../src/identity/identity.ts";
import { admitEnvelope, requireAuthor } from "../../src/record/admit.ts";
import { describeVersion } from "../../src/record/open.ts";
import { versionChange } from "../../src/record/seal.ts";
import {
  addLink,
  ALL_RIGHTS,
  engine,
  expectRefused,
  type LockedVersion,
  makeChart,
  openFrom,
  pattern,
  people,
  quick,
  type SealedRecord,
  sealInto,
  TIME,
  unlock,
  WORD,
} from "./support.ts";

const content = Uint8Array.of(77);
let owner: Identity;
let writer: Identity;
let base: UnlockedChart;
let record: SealedRecord;

beforeAll(async () => {
  ({ owner, writer } = await people("owner", "writer"));
  base = await makeChart(quick, owner, [{ identity: writer, rights: ALL_RIGHTS }]);
  record = await sealInto(quick, base, owner, content);
});

/** The envelope with other statements, signed and made part of `chart` by `author`. */
async function stated(
  changes: Partial<LockedVersion>,
  author: Signer = owner,
  chart = base,
): Promise<{ unlocked: UnlockedChart; envelope: LockedVersion }> {
  const envelope = (await signEnvelope(quick, { ...record.envelope, ...changes }, author)) as LockedVersion;
  return { envelope, unlocked: await addLink(quick, chart, author, versionChange(envelope)) };
}

describe("another patient's envelope", () => {
  test("in this chart is refused", async () => {
    const other = await sealInto(quick, await makeChart(quick, owner), owner, content);
    await expectRefused(() => describeVersion(quick, base, other.envelope), "mismatch");
    await expectRefused(() => openFrom(quick, record.unlocked, other.envelope, other.fragments), "mismatch");
  });

  test("in an envelope file beside this chart document is refused", async () => {
    const other = await sealInto(quick, await makeChart(quick, owner), owner, content);
    const file = encodeEnvelopeFile({ chart: record.unlocked.chart, envelope: other.envelope });
    await expectRefused(() => parseEnvelopeFile(quick, file), "mismatch");
  });

  test("made part of this chart by somebody who writes in both does not open", async () => {
    const other = await makeChart(quick, owner);
    const { unlocked, envelope } = await stated({ chart: other.chart.state.chart }, owner, other);
    await expectRefused(() => describeVersion(quick, unlocked, envelope), "inconsistent-author");
  });
});

describe("a chart whose first link is replaced, under the same id and keys", () => {
  let replaced: UnlockedChart;

  beforeAll(async () => {
    // The writer knows every secret of the chart, and begins it again as its owner.
    const { chart } = base.chart.state;
    const secrets = base.epochs.get(1)!;
    const word = await stretchWord(quick, WORD, base.word!.settings);
    const readers = [owner.recipient, writer.recipient];
    const epoch = await epochChange(quick, {
      chart,
      number: 1,
      readers,
      signer: writer.signing,
      secrets,
      word,
    });
    const begun = await beginChart(quick, chart, {
      signers: [writer],
      time: TIME,
      changes: [
        { type: "genesis", owner: writer.signing, registrar: undefined },
        { type: "member", recipient: owner.recipient, rights: ALL_RIGHTS },
        { type: "member", recipient: writer.recipient, rights: ALL_RIGHTS },
        epoch,
      ],
    });
    replaced = { ...base, chart: begun };
  });

  test("has none of its records", async () => {
    await expectRefused(async () => admitEnvelope(replaced.chart.state, record.envelope), "mismatch");
  });

  test("does not take them over: the binding is to the first link", async () => {
    const { unlocked, envelope } = await stated({}, writer, replaced);
    const opened = await unlock(quick, unlocked, owner);
    await expectRefused(() => describeVersion(quick, opened, envelope), "mismatch");
  });

  test("is noticed by whoever asks for its owner", async () => {
    const { unlocked, envelope } = await stated({}, writer, replaced);
    await expectRefused(
      async () => requireAuthor(unlocked.chart.state, envelope, owner.signing),
      "wrong-author",
    );
  });
});

describe("a re-signed envelope", () => {
  test("is refused beside the link that names the first one", async () => {
    const resigned = (await signEnvelope(quick, record.envelope, writer)) as LockedVersion;
    await expectRefused(() => describeVersion(quick, record.unlocked, resigned), "mismatch");
    const oneTime = await createOneTimeSigner(engine);
    const again = (await signEnvelope(quick, record.envelope, oneTime)) as LockedVersion;
    await expectRefused(() => describeVersion(quick, record.unlocked, again), "mismatch");
  });

  test("by another writer, added before the author's own link, names the author it was taken from", async () => {
    const { unlocked, envelope } = await stated({}, writer);
    await expectRefused(() => describeVersion(quick, unlocked, envelope), "mismatch");
  });

  test("in a link by somebody else than its signer is refused", async () => {
    const unlocked = await addLink(quick, base, writer, versionChange(record.envelope));
    await expectRefused(() => describeVersion(quick, unlocked, record.envelope), "mismatch");
  });

  test("for another author than the one asked for is refused", async () => {
    const { unlocked, envelope } = await stated({}, writer);
    await expectRefused(
      async () => requireAuthor(unlocked.chart.state, envelope, owner.signing),
      "wrong-author",
    );
    await expectRefused(
      async () => requireAuthor(unlocked.chart.state, envelope, writer.signing),
      "wrong-author",
    );
  });
});

test.each([
  ["record", { record: pattern(16, 3) }],
  ["version", { version: pattern(16, 3) }],
  ["suite", { suite: 2 }],
] as const)("a record under another %s id than it was sealed for does not open", async (_, changes) => {
  const { unlocked, envelope } = await stated(changes);
  await expectRefused(() => describeVersion(quick, unlocked, envelope), "inconsistent-author");
});

describe("a card or inside that its author made otherwise", () => {
  test("naming another author is refused", async () => {
    await expectRefused(await withBoxes({ author: writer.recipient.member }), "mismatch");
  });

  test("naming an author who was never a member is refused", async () => {
    await expectRefused(await withBoxes({ author: pattern(32) }), "mismatch");
  });

  test.each(["card", "inside"] as const)(
    "with the binding of another patient in its %s is refused",
    async (only) => {
      await expectRefused(await withBoxes({ binding: pattern(32) }, only), "mismatch");
    },
  );

  test("telling another length is refused", async () => {
    for (const bytes of [0, 2, 1024]) {
      await expectRefused(await withBoxes({ entries: [{ path: "scan.dcm", bytes }] }), "inconsistent-author");
    }
  });
});

test("an erased version is refused, be its fragments still there", async () => {
  const erased = await eraseRecord(
    quick,
    record.unlocked,
    { record: record.envelope.record },
    { signer: owner, time: TIME },
  );
  await expectRefused(() => openFrom(quick, erased, record.envelope, record.fragments), "erased");
});

test("an author who lost the right to write keeps what he wrote, and adds nothing", async () => {
  const byWriter = await sealInto(quick, base, writer, content);
  const demoted = await addLink(quick, byWriter.unlocked, owner, {
    type: "member",
    recipient: writer.recipient,
    rights: ALL_RIGHTS - RIGHT_WRITE,
  });
  expect(await openFrom(quick, demoted, byWriter.envelope, byWriter.fragments)).toStrictEqual(content);
  await expectRefused(() => sealInto(quick, demoted, writer, content), "not-permitted");
});

async function withBoxes(
  change: Partial<Card & Inside>,
  only?: "card" | "inside",
): Promise<() => Promise<unknown>> {
  const { unlocked, envelope } = record;
  const { card, inside } = await describeVersion(quick, unlocked, envelope);
  const secrets = (await secretsOfVersion(quick, unlocked, envelope))!;
  const cardKey = await deriveCardKey(quick, secrets.readerSecret, envelope);
  const insideKey = await deriveInsideKey(quick, secrets, envelope);
  const changed = await stated({
    ...(only !== "inside" && { card: await sealCard(quick, cardKey, envelope, { ...card, ...change }) }),
    ...(only !== "card" && {
      inside: await sealInside(quick, insideKey, envelope, { ...inside, ...change }),
    }),
  });
  return () => describeVersion(quick, changed.unlocked, changed.envelope);
}

import { beforeAll, describe, expect, test } from "vitest";
import { type Change, RIGHT_READ, RIGHT_WRITE, type VersionChange, type Wrap } from "../src/chart/change.ts";
import { createWordlessChart } from "../src/chart/create.ts";
import { appendLink, beginChart, type Chart, encodeChart, parseChart } from "../src/chart/document.ts";
import { type Link, type LinkBody, parseLink, signLink } from "../src/chart/link.ts";
import { applyLink } from "../src/chart/rules.ts";
import { compareBytes } from "../src/encoding/bytes.ts";
import { labelled } from "../src/encoding/label.ts";
import { Writer } from "../src/encoding/writer.ts";
import type { ErrorCode } from "../src/error.ts";
import type { Signer } from "../src/identity/identity.ts";
import { NO_ID } from "../src/ids.ts";
import {
  concat,
  engine,
  flipped,
  id,
  makePeople,
  pattern,
  type People,
  refusal,
  TIME,
  utf8,
} from "./fixtures.ts";

const malformed = refusal("malformed");

let people: People;
let chart: Chart;
beforeAll(async () => {
  people = await makePeople();
  const { ada, ben, cleo } = people;
  chart = await beginChart(engine, id(7), {
    signers: [ada, cleo],
    time: TIME,
    changes: [
      {
        type: "genesis",
        owner: ada.signing,
        registrar: cleo.signing,
      },
      {
        type: "member",
        recipient: ben.recipient,
        rights: RIGHT_READ | RIGHT_WRITE,
      },
    ],
  });
  for (const { change } of Object.values(samples())) chart = await add(chart, ada, change);
});

function add(to: Chart, signer: Signer, ...changes: Change[]): Promise<Chart> {
  return appendLink(engine, to, { signer, time: TIME + 1, changes });
}

const wrapOf = (member: Uint8Array, ciphertextBytes: number): Wrap => ({
  member,
  encapsulated: pattern(1120, 3),
  ciphertext: pattern(ciphertextBytes, 4),
});
const writeWrap = (writer: Writer, wrap: Wrap): Writer =>
  writer.raw(wrap.member).raw(wrap.encapsulated).raw(wrap.ciphertext);

/** One change of every kind, such that they may follow one another, and its bytes by docs/format.md, section 10. */
function samples(): Record<string, { change: Change; number: number; body: Uint8Array }> {
  const { ben, cleo, dora } = people;
  const [lock, checks] = [pattern(201, 9), [pattern(32, 1), pattern(32, 2), pattern(32, 3)] as const];
  const [toBen, toCleo, classicToBen] = [
    wrapOf(ben.recipient.member, 80),
    wrapOf(cleo.recipient.member, 80),
    wrapOf(ben.recipient.member, 64),
  ];
  const [record, old] = [id(1), id(2)];
  const officers = [cleo, dora]
    .map(({ recipient }) => ({
      recipient,
      shareCheck: pattern(32, 1),
      encapsulated: pattern(1120, 2),
      ciphertext: pattern(49, 3),
    }))
    .toSorted((left, right) => compareBytes(left.recipient.member, right.recipient.member));
  return {
    epoch: {
      change: {
        type: "epoch",
        number: 1,
        lock,
        wraps: [toBen],
        chartKeyCheck: checks[0],
        guardKeyCheck: checks[1],
        chartSecretCheck: checks[2],
      },
      number: 4,
      body: writeWrap(
        new Writer().u32(1).raw(checks[0]).raw(checks[1]).raw(checks[2]).raw(lock).u16(1),
        toBen,
      ).finish(),
    },
    version: {
      change: {
        type: "version",
        record,
        version: id(11),
        parent: NO_ID,
        epoch: 1,
        suite: 2,
        total: 9,
        needed: 5,
        envelopeHash: pattern(32),
      },
      number: 7,
      body: new Writer()
        .raw(record)
        .raw(id(11))
        .raw(NO_ID)
        .u32(1)
        .u16(2)
        .u8(9)
        .u8(5)
        .raw(pattern(32))
        .finish(),
    },
    member: {
      change: { type: "member", recipient: cleo.recipient, rights: 5 },
      number: 2,
      body: new Writer().raw(cleo.recipient.bytes).u8(5).finish(),
    },
    wrap: {
      change: { type: "wrap", epoch: 1, wrap: toCleo },
      number: 5,
      body: writeWrap(new Writer().u32(1), toCleo).finish(),
    },
    word: {
      change: { type: "word", epoch: 1, lock: pattern(201, 8) },
      number: 6,
      body: new Writer().u32(1).raw(pattern(201, 8)).finish(),
    },
    grant: {
      change: {
        type: "grant",
        recipient: dora.recipient,
        record,
        epoch: 1,
        versions: [id(11)],
        encapsulated: pattern(1120, 5),
        ciphertext: pattern(80, 6),
      },
      number: 9,
      body: new Writer()
        .raw(dora.recipient.bytes)
        .raw(record)
        .u32(1)
        .u16(1)
        .raw(id(11))
        .raw(pattern(1120, 5))
        .bytes32(pattern(80, 6))
        .finish(),
    },
    withdraw: {
      change: { type: "withdraw", record, member: dora.recipient.member },
      number: 10,
      body: new Writer().raw(record).raw(dora.recipient.member).finish(),
    },
    tombstone: {
      change: { type: "tombstone", record, version: id(11) },
      number: 8,
      body: new Writer().raw(record).raw(id(11)).finish(),
    },
    remove: {
      change: { type: "remove", member: cleo.recipient.member },
      number: 3,
      body: new Writer().raw(cleo.recipient.member).finish(),
    },
    "classic-key": {
      change: {
        type: "classic-key",
        record: old,
        version: id(12),
        keyCheck: pattern(32, 7),
        wraps: [classicToBen],
      },
      number: 11,
      body: writeWrap(new Writer().raw(old).raw(id(12)).raw(pattern(32, 7)).u16(1), classicToBen).finish(),
    },
    standing: {
      change: {
        type: "standing",
        member: ben.recipient.member,
        epoch: 1,
        until: TIME,
        encapsulated: pattern(1120, 8),
        ciphertext: pattern(49, 9),
      },
      number: 12,
      body: new Writer()
        .raw(ben.recipient.member)
        .u32(1)
        .u64(TIME)
        .raw(pattern(1120, 8))
        .raw(pattern(49, 9))
        .finish(),
    },
    "standing-end": {
      change: { type: "standing-end", member: ben.recipient.member },
      number: 13,
      body: ben.recipient.member,
    },
    escrow: {
      change: { type: "escrow", epoch: 1, threshold: 2, officers, box: pattern(169, 3) },
      number: 14,
      body: officers
        .reduce(
          (writer, { recipient, shareCheck, encapsulated, ciphertext }) =>
            writer.raw(recipient.bytes).raw(shareCheck).raw(encapsulated).raw(ciphertext),
          new Writer().u32(1).u8(2).u8(2),
        )
        .raw(pattern(169, 3))
        .finish(),
    },
    label: {
      change: { type: "label", epoch: 1, box: pattern(328, 4) },
      number: 15,
      body: new Writer().u32(1).u32(328).raw(pattern(328, 4)).finish(),
    },
  };
}

/** A document of these links, whether or not they belong together. */
function documentOf(links: readonly Uint8Array[], count: number = links.length): Uint8Array {
  const writer = new Writer().raw(utf8("CHGCHART")).u32(count);
  for (const link of links) writer.bytes32(link);
  return writer.finish();
}

async function expectRefusal(links: readonly Uint8Array[], code: ErrorCode): Promise<void> {
  await expect(parseChart(engine, documentOf(links))).rejects.toThrow(refusal(code));
}

/** A version id of its own for each number. */
const versionId = (of: number): Uint8Array => new Writer().u64(7).u64(of).finish();

describe("a chart document", () => {
  test("parses to the same state and encodes to the same bytes", async () => {
    const bytes = encodeChart(chart);
    expect(bytes).toEqual(documentOf(chart.links));
    const parsed = await parseChart(engine, bytes);
    expect(parsed).toEqual(chart);
    expect(encodeChart(parsed)).toEqual(bytes);
  });

  test("holds every kind of change", () => {
    const { state } = chart;
    expect(state).toMatchObject({
      generation: 14,
      stale: true,
      owner: people.ada.signing,
      registrar: people.cleo.signing,
    });
    expect([state.members.size, state.everMembers.size, state.epochs.length]).toEqual([1, 2, 1]);
    expect([state.grants.length, state.records.size, state.classicKeys.size]).toEqual([0, 1, 1]);
    expect([state.standing.size, state.escrows.size, state.label?.epoch]).toEqual([0, 1, 1]);
  });

  test("begins like every one that it grew from: an older document is a valid one", async () => {
    // A chain shows no freshness by itself (docs/format.md, section 14).
    for (let count = 1; count <= chart.links.length; count++) {
      const { state } = await parseChart(engine, documentOf(chart.links.slice(0, count)));
      expect(state.generation).toBe(count - 1);
    }
  });

  test("is refused cut at any byte of its last link, and with a byte more", async () => {
    const bytes = encodeChart(chart);
    const lastLink = chart.links.at(-1)!.length;
    for (let length = bytes.length - lastLink - 6; length < bytes.length; length += 7) {
      await expect(parseChart(engine, bytes.slice(0, length)), `${length} bytes`).rejects.toThrow(malformed);
    }
    await expect(parseChart(engine, concat(bytes, Uint8Array.of(0)))).rejects.toThrow(malformed);
  });

  test("begins with its magic and has from 1 to 1,048,576 links and at most 256 MiB", async () => {
    const bytes = documentOf(chart.links);
    await expect(parseChart(engine, flipped(bytes, 3))).rejects.toThrow(malformed);
    await expect(parseChart(engine, documentOf([]))).rejects.toThrow(malformed);
    await expect(parseChart(engine, documentOf([], 1_048_577))).rejects.toThrow(refusal("out-of-limits"));
    await expect(parseChart(engine, documentOf([], 1_048_576))).rejects.toThrow(malformed);
    const huge = { length: 256 * 1_048_576 + 1 } as Uint8Array;
    await expect(parseChart(engine, huge)).rejects.toThrow(refusal("out-of-limits"));
  });

  test("is refused with links left out, repeated, exchanged or taken from another chart", async () => {
    const { links } = chart;
    await expectRefusal(links.toSpliced(3, 1), "mismatch");
    await expectRefusal(links.toSpliced(3, 0, links[3]!), "mismatch");
    await expectRefusal(links.with(3, links[4]!).with(4, links[3]!), "mismatch");
    await expectRefusal([...links.slice(0, 2), links[0]!], "mismatch");
    await expectRefusal(links.slice(1), "not-permitted");
    const other = await add(
      await createWordlessChart(engine, { owner: people.ada, members: [], time: TIME }),
      people.ada,
      {
        type: "member",
        recipient: people.ben.recipient,
        rights: 1,
      },
    );
    await expectRefusal([links[0]!, other.links[1]!], "mismatch");
    await expectRefusal([other.links[0]!, links[1]!], "mismatch");
  });

  test("of one record with 2,000 versions reads as it was written", async () => {
    const versions = Array.from({ length: 2000 }, (_, index): VersionChange => {
      return {
        type: "version",
        record: id(1),
        version: versionId(index + 1),
        epoch: 0,
        suite: 257,
        total: 8,
        needed: 8,
        parent: index === 0 ? NO_ID : versionId(index),
        envelopeHash: pattern(32, index),
      };
    });
    const keyed = versions.flatMap((version): Change[] => {
      return [
        { type: "classic-key", record: id(1), version: version.version, keyCheck: pattern(32), wraps: [] },
        version,
      ];
    });
    let long = await createWordlessChart(engine, { owner: people.ada, members: [], time: TIME });
    for (let first = 0; first < 10; first++)
      long = await add(long, people.ada, ...keyed.slice(2 * first, 2 * first + 2));
    long = await add(long, people.ada, ...keyed.slice(20));
    const parsed = await parseChart(engine, encodeChart(long));
    expect(parsed.state.recordOf.size).toBe(2000);
    const [record] = parsed.state.records.values();
    expect(record!.versions.map(({ version }) => version)).toEqual(versions.map(({ version }) => version));
  });

  test("has links of as many changes as fit", async () => {
    const changes = Array.from({ length: 65_535 }, (): Change => ({ type: "remove", member: pattern(32) }));
    const body = { chart: id(7), generation: 1, previous: [pattern(32)], time: TIME, changes };
    const { bytes } = await signLink(engine, body, [people.ada]);
    expect((await parseLink(engine, bytes, "link")).changes).toHaveLength(65_535);
    const tooMany = { ...body, changes: [...changes, changes[0]!] };
    await expect(signLink(engine, tooMany, [people.ada])).rejects.toThrow(RangeError);
  });
});

/** What would follow the last link. */
const body = (changes: Partial<LinkBody> = {}): LinkBody => ({
  chart: chart.state.chart,
  generation: 15,
  previous: chart.heads,
  time: TIME,
  changes: [
    {
      type: "member",
      recipient: people.dora.recipient,
      rights: 1,
    },
  ],
  ...changes,
});

const joined = async (link: Promise<Link>): Promise<Uint8Array[]> => [...chart.links, (await link).bytes];

/** A link of one change with this number and body, signed by the owner. */
async function linkWith(number: number, changeBody: Uint8Array, previousCount = 1): Promise<Uint8Array> {
  const writer = new Writer().raw(id(7)).u64(15).u8(previousCount);
  for (let count = 0; count < previousCount; count++) writer.raw(chart.state.lastHash);
  const unsigned = writer.u64(TIME).u16(1).u8(number).bytes32(changeBody).finish();
  const { signSeed, signing } = people.ada;
  const signature = await engine.ed25519Sign({ seed: signSeed, message: labelled("link", unsigned) });
  return new Writer().raw(unsigned).u8(1).raw(signing).u8(1).raw(signature).finish();
}

const wrapsAt = (count: number): Uint8Array =>
  concat(id(1), id(2), pattern(32), new Writer().u16(count).finish());

describe("a link", () => {
  test("has the bytes of the format, and a hash over all of them", async () => {
    const link = await signLink(engine, body(), [people.ada, people.ben]);
    const recipient = new Writer()
      .u8(2)
      .bytes32(concat(people.dora.recipient.bytes, Uint8Array.of(1)))
      .finish();
    const unsigned = new Writer()
      .raw(id(7))
      .u64(15)
      .u8(1)
      .raw(chart.state.lastHash)
      .u64(TIME)
      .u16(1)
      .raw(recipient)
      .finish();
    const message = concat(utf8("chirograph/v1/link\0"), unsigned);
    const writer = new Writer().raw(unsigned).u8(2);
    for (const { signSeed, signing } of [people.ada, people.ben]) {
      writer
        .raw(signing)
        .u8(1)
        .raw(await engine.ed25519Sign({ seed: signSeed, message }));
    }
    expect(link.bytes).toEqual(writer.finish());
    expect(link.hash).toEqual(await engine.sha256([utf8("chirograph/v1/link-hash\0"), link.bytes]));
    expect(await parseLink(engine, link.bytes, "link")).toEqual(link);
    const first = await signLink(engine, body({ previous: [], changes: [] }), []);
    expect(first.bytes).toEqual(new Writer().raw(id(7)).u64(15).u8(0).u64(TIME).u16(0).u8(0).finish());
  });

  test("has every change as the format says", async () => {
    for (const { change, number, body: bytes } of Object.values(samples())) {
      const link = await signLink(engine, body({ changes: [change] }), []);
      const expected = concat(Uint8Array.of(number), new Writer().bytes32(bytes).finish());
      const changeAt = 16 + 8 + 33 + 8 + 2;
      expect(link.bytes.slice(changeAt, -1), `a ${change.type}`).toEqual(expected);
      expect((await parseLink(engine, link.bytes, "link")).changes).toEqual([change]);
    }
    for (const registrar of [undefined, people.cleo.signing]) {
      const change: Change = { type: "genesis", owner: people.ada.signing, registrar };
      const { bytes } = await signLink(engine, body({ previous: [], changes: [change] }), []);
      const present = registrar === undefined ? [Uint8Array.of(0)] : [Uint8Array.of(1), registrar];
      expect(bytes.slice(16 + 8 + 1 + 8 + 2, -1)).toEqual(
        concat(Uint8Array.of(1), new Writer().bytes32(concat(people.ada.signing, ...present)).finish()),
      );
      expect((await parseLink(engine, bytes, "link")).changes).toEqual([change]);
    }
  });

  test("continues the one before it", async () => {
    expect(
      (await parseChart(engine, documentOf(await joined(signLink(engine, body(), [people.ada]))))).state
        .generation,
    ).toBe(15);
    for (const changes of [
      { generation: 14 },
      { generation: 16 },
      { previous: [flipped(chart.state.lastHash, 0)] },
      { previous: [] },
      { chart: id(8) },
    ]) {
      await expectRefusal(await joined(signLink(engine, body(changes), [people.ada])), "mismatch");
    }
  });

  test("that begins a chart has generation 0 and nothing before it", async () => {
    const changes: Change[] = [{ type: "genesis", owner: people.ada.signing, registrar: undefined }];
    const begin = (other: Partial<LinkBody>) =>
      signLink(engine, body({ generation: 0, previous: [], changes, ...other }), [people.ada]);
    expect((await parseChart(engine, documentOf([(await begin({})).bytes]))).state.generation).toBe(0);
    await expectRefusal([(await begin({ generation: 1 })).bytes], "not-permitted");
    await expectRefusal([(await begin({ previous: [pattern(32)] })).bytes], "not-permitted");
  });

  test("carries exactly one signature, of somebody with the right", async () => {
    const { ada, ben } = people;
    for (const signers of [[], [ada, ada], [ada, ben], [ben]]) {
      await expectRefusal(await joined(signLink(engine, body(), signers)), "not-permitted");
    }
  });

  test("is refused when its signature is another's or of another algorithm", async () => {
    const { bytes } = await signLink(engine, body(), [people.ada]);
    const signedAt = bytes.length - 97;
    for (const index of [3, 22, 30, signedAt + 3, signedAt + 40, bytes.length - 1]) {
      await expectRefusal([...chart.links, flipped(bytes, index)], "bad-signature");
    }
    const another = bytes.slice();
    another[signedAt + 32] = 2;
    await expectRefusal([...chart.links, another], "unsupported");
    const impostor = { signSeed: people.ben.signSeed, signing: people.ada.signing };
    await expectRefusal(await joined(signLink(engine, body(), [impostor])), "bad-signature");
    await expect(add(chart, impostor, ...body().changes)).rejects.toThrow(refusal("bad-signature"));
  });

  test("is refused cut at any byte, and with a byte more", async () => {
    const changes: Change[] = [{ type: "tombstone", record: id(1), version: NO_ID }];
    const { bytes } = await signLink(engine, body({ changes }), [people.ada]);
    for (let length = 0; length < bytes.length; length++) {
      await expect(parseLink(engine, bytes.slice(0, length), "link"), `${length} bytes`).rejects.toThrow(
        malformed,
      );
    }
    await expect(parseLink(engine, concat(bytes, Uint8Array.of(0)), "link")).rejects.toThrow(malformed);
  });

  test("continues each link once, and at most 64", async () => {
    const change = concat(id(1), NO_ID);
    await expectRefusal([...chart.links, await linkWith(8, change, 2)], "malformed");
    await expectRefusal([...chart.links, await linkWith(8, change, 64)], "malformed");
    await expectRefusal([...chart.links, await linkWith(8, change, 65)], "out-of-limits");
  });

  test.each([0, 16, 255])("with a change of type %d is refused", async (number) => {
    await expectRefusal([...chart.links, await linkWith(number, new Uint8Array())], "unsupported");
  });

  test("is refused when a change's body is cut short or has bytes left over", async () => {
    for (const { change, number, body: bytes } of Object.values(samples())) {
      for (const wrong of [bytes.slice(0, -1), concat(bytes, Uint8Array.of(0)), new Uint8Array()]) {
        await expect(
          parseLink(engine, await linkWith(number, wrong), "link"),
          `a ${change.type}`,
        ).rejects.toThrow(malformed);
      }
    }
  });

  test("is refused when a genesis is unclear about its registrar", async () => {
    for (const wrong of [
      Uint8Array.of(2),
      concat(Uint8Array.of(2), pattern(32)),
      Uint8Array.of(1),
      concat(Uint8Array.of(0), pattern(32)),
    ]) {
      const link = await linkWith(1, concat(people.ada.signing, wrong));
      await expect(parseLink(engine, link, "link")).rejects.toThrow(malformed);
    }
  });

  test("is refused when a member's or a grantee's keys do not belong together", async () => {
    const { member, grant } = samples();
    for (const { number, body: bytes } of [member!, grant!]) {
      const link = await linkWith(number, flipped(bytes, 1300));
      await expect(parseLink(engine, link, "link")).rejects.toThrow(refusal("bad-signature"));
    }
  });

  test("is refused with more than 4,096 wraps in one change", async () => {
    await expect(parseLink(engine, await linkWith(11, wrapsAt(4097)), "link")).rejects.toThrow(
      refusal("out-of-limits"),
    );
    await expect(parseLink(engine, await linkWith(11, wrapsAt(4096)), "link")).rejects.toThrow(malformed);
  });

  test("is refused when it makes more than 4,096 members", () => {
    const signer = people.ada.signing;
    const stub = (changes: Change[], generation: number): Link => ({
      chart: id(7),
      generation,
      previous: generation === 0 ? [] : [pattern(32)],
      time: TIME,
      changes,
      signers: [signer],
      hash: pattern(32),
      bytes: new Uint8Array(),
    });
    const join = (number: number): Change => {
      const unique = new Writer().u32(number).raw(new Uint8Array(28)).finish();
      return {
        type: "member",
        recipient: { ...people.ben.recipient, signing: unique, member: unique },
        rights: 1,
      };
    };
    const draft = applyLink(undefined, stub([{ type: "genesis", owner: signer, registrar: undefined }], 0));
    applyLink(
      draft,
      stub(
        Array.from({ length: 4096 }, (_, number) => join(number)),
        1,
      ),
    );
    expect(applyLink(draft, stub([join(7)], 2)).members.size).toBe(4096);
    expect(() => applyLink(draft, stub([join(4096)], 3))).toThrow(refusal("out-of-limits"));
  });
});

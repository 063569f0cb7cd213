import { beforeAll, describe, expect, test } from "vitest";
import { type Change, RIGHT_MANAGE, RIGHT_READ, RIGHT_WRITE, type Wrap } from "../../src/chart/change.ts";
import { beginChart, encodeChart, parseChart } from "../../src/chart/document.ts";
import { shareRecord } from "../../src/chart/edit.ts";
import { signLink } from "../../src/chart/link.ts";
import { allowStanding } from "../../src/chart/standing.ts";
import type { UnlockedChart } from "../../src/chart/unlock.ts";
import { compareBytes, concat } from "../../src/encoding/bytes.ts";
import { parseEnvelopeFile, encodeEnvelopeFile } from "../../src/folder/envelope-file.ts";
import type { Identity, Signer } from "../../src/identity/identity.ts";
import {
  addLink,
  expectRefused,
  makeChart,
  pattern,
  people,
  quick,
  refusal,
  type SealedRecord,
  sealInto,
  TIME,
  unlock,
} from "./support.ts";

let persons: Record<
  "owner" | "reader" | "writer" | "manager" | "readerWriter" | "guest" | "newcomer" | "registrar",
  Identity
>;
let chart: UnlockedChart;
let record: SealedRecord;

const rights = {
  reader: RIGHT_READ,
  writer: RIGHT_WRITE,
  manager: RIGHT_MANAGE,
  readerWriter: RIGHT_READ | RIGHT_WRITE,
} as const;

beforeAll(async () => {
  persons = await people(
    "owner",
    "reader",
    "writer",
    "manager",
    "readerWriter",
    "guest",
    "newcomer",
    "registrar",
  );
  const members = Object.entries(rights).map(([name, held]) => ({
    identity: persons[name as keyof typeof rights],
    rights: held,
  }));
  record = await sealInto(
    quick,
    await makeChart(quick, persons.owner, members),
    persons.owner,
    Uint8Array.of(77),
  );
  const share = { recipient: persons.guest.recipient, record: record.envelope.record, epoch: 1 };
  const shared = await shareRecord(quick, record.unlocked, share, { signer: persons.owner, time: TIME });
  const standing = { recipient: persons.readerWriter.recipient, until: TIME + 1 };
  chart = await allowStanding(quick, shared, standing, { signer: persons.owner, time: TIME });
});

function wrapTo(identity: Identity, ciphertextBytes: number): Wrap {
  const { member } = identity.recipient;
  return { member, encapsulated: pattern(1120), ciphertext: pattern(ciphertextBytes) };
}

function wrapsToReaders(ciphertextBytes: number): Wrap[] {
  return [persons.owner, persons.reader, persons.readerWriter]
    .map((identity) => wrapTo(identity, ciphertextBytes))
    .toSorted((left, right) => compareBytes(left.member, right.member));
}

/** One change of each type, each in order but for the right of whoever signs it. */
function changesOf(type: Change["type"]): Change[] {
  const id = record.envelope.record;
  const version = record.envelope.version;
  const checks = { chartKeyCheck: pattern(32), guardKeyCheck: pattern(32), chartSecretCheck: pattern(32) };
  const { newcomer, guest, reader } = persons;
  switch (type) {
    case "genesis":
      return [{ type, owner: newcomer.signing, registrar: undefined }];
    case "member":
      return [{ type, recipient: newcomer.recipient, rights: RIGHT_READ }];
    case "remove":
      return [{ type, member: reader.recipient.member }];
    case "epoch":
      return [{ type, number: 2, ...checks, lock: pattern(201), wraps: wrapsToReaders(80) }];
    case "wrap":
      return [
        { type: "member", recipient: newcomer.recipient, rights: RIGHT_READ },
        { type, epoch: 1, wrap: wrapTo(newcomer, 80) },
      ];
    case "word":
      return [{ type, epoch: 1, lock: pattern(201) }];
    case "version":
      return [
        {
          type,
          record: pattern(16, 5),
          version: pattern(16, 6),
          parent: new Uint8Array(16),
          epoch: 1,
          suite: 1,
          total: 8,
          needed: 6,
          envelopeHash: pattern(32),
        },
      ];
    case "tombstone":
      return [{ type, record: id, version }];
    case "grant":
      return [
        {
          type,
          recipient: newcomer.recipient,
          record: id,
          epoch: 1,
          versions: [version],
          encapsulated: pattern(1120),
          ciphertext: pattern(80),
        },
      ];
    case "withdraw":
      return [{ type, record: id, member: guest.recipient.member }];
    case "classic-key":
      return [
        {
          type,
          record: pattern(16, 5),
          version: pattern(16, 6),
          keyCheck: pattern(32),
          wraps: wrapsToReaders(64),
        },
      ];
    case "standing":
      return [
        {
          type,
          member: reader.recipient.member,
          epoch: 1,
          until: TIME,
          encapsulated: pattern(1120),
          ciphertext: pattern(49),
        },
      ];
    case "standing-end":
      return [{ type, member: persons.readerWriter.recipient.member }];
    case "escrow":
      return [
        {
          type,
          epoch: 1,
          threshold: 2,
          officers: [newcomer, guest]
            .map(({ recipient }) => ({
              recipient,
              shareCheck: pattern(32),
              encapsulated: pattern(1120),
              ciphertext: pattern(49),
            }))
            .toSorted((left, right) => compareBytes(left.recipient.member, right.recipient.member)),
          box: pattern(169),
        },
      ];
    case "label":
      return [{ type, epoch: 1, box: pattern(328) }];
  }
}

describe.each<[Change["type"], readonly string[]]>([
  ["genesis", []],
  ["member", ["owner", "manager"]],
  ["remove", ["owner", "manager"]],
  ["epoch", ["owner", "readerWriter"]],
  ["wrap", ["owner", "manager"]],
  ["word", ["owner", "manager"]],
  ["version", ["owner", "writer", "readerWriter"]],
  ["tombstone", ["owner", "manager"]],
  ["grant", ["owner", "manager"]],
  ["withdraw", ["owner", "manager"]],
  ["classic-key", ["owner", "writer", "readerWriter"]],
  // A manager who is no reader knows no keys to give away.
  ["standing", ["owner"]],
  ["standing-end", ["owner", "manager"]],
  ["escrow", ["owner"]],
  ["label", ["owner", "manager"]],
])("a link with the change %s", (type, permitted) => {
  test.each(["owner", "reader", "writer", "manager", "readerWriter", "guest", "newcomer"] as const)(
    "by the %s is taken only if he has the right",
    async (name) => {
      const error = await refusal(() => addLink(quick, chart, persons[name], ...changesOf(type)));
      expect(error?.code).toBe(permitted.includes(name) ? undefined : "not-permitted");
    },
  );
});

describe("a member escalating", () => {
  test.each(["reader", "writer", "readerWriter"] as const)(
    "the %s cannot give himself more rights",
    async (name) => {
      const change = { type: "member", recipient: persons[name].recipient, rights: 7 } as const;
      await expectRefused(() => addLink(quick, chart, persons[name], change), "not-permitted");
    },
  );

  test("rights given in a link do not count in the same link", async () => {
    const { manager } = persons;
    const promoted = { type: "member", recipient: manager.recipient, rights: 7 } as const;
    await expectRefused(
      () => addLink(quick, chart, manager, promoted, ...changesOf("version")),
      "not-permitted",
    );
  });

  test("a manager who makes himself a reader still has no key", async () => {
    const { manager } = persons;
    const joined = await addLink(quick, chart, manager, {
      type: "member",
      recipient: manager.recipient,
      rights: 7,
    });
    await expectRefused(() => unlock(quick, joined, manager), "not-for-you");
  });

  test("a former member signs nothing", async () => {
    const { owner, manager } = persons;
    const removed = await addLink(quick, chart, owner, { type: "remove", member: manager.recipient.member });
    for (const type of ["member", "word", "tombstone"] as const) {
      await expectRefused(() => addLink(quick, removed, manager, ...changesOf(type)), "not-permitted");
    }
  });

  test("the registrar has no rights in the chart", async () => {
    const { owner, registrar } = persons;
    const begun = await beginChart(quick, pattern(16), {
      signers: [owner, registrar],
      time: TIME,
      changes: [{ type: "genesis", owner: owner.signing, registrar: registrar.signing }],
    });
    const unlocked = { ...chart, chart: begun };
    for (const type of ["member", "epoch", "version", "classic-key"] as const) {
      await expectRefused(() => addLink(quick, unlocked, registrar, ...changesOf(type)), "not-permitted");
    }
  });

  test("whoever began an epoch without being a reader is refused, owner apart", async () => {
    const { writer, manager } = persons;
    const both = await addLink(quick, chart, persons.owner, {
      type: "member",
      recipient: manager.recipient,
      rights: RIGHT_WRITE | RIGHT_MANAGE,
    });
    for (const signer of [writer, manager]) {
      await expectRefused(() => addLink(quick, both, signer, ...changesOf("epoch")), "not-permitted");
    }
  });
});

describe("the signatures of a link", () => {
  test("none, two, or twice the same are refused", async () => {
    const { owner, manager } = persons;
    await parseChart(quick, await signed([owner]));
    for (const signers of [[], [owner, manager], [owner, owner]]) {
      await expectRefused(
        async () => parseChart(quick, await signed(signers)),
        "not-permitted",
        "bad-signature",
      );
    }
  });

  test("in the name of somebody else are refused", async () => {
    const { owner, newcomer } = persons;
    const forged = { signSeed: newcomer.signSeed, signing: owner.signing };
    await expectRefused(async () => parseChart(quick, await signed([forged])), "bad-signature");
  });

  test("under a key of small order, which would hold for any message, are refused", async () => {
    const { state, links } = chart.chart;
    const bytes = await signed([persons.owner]);
    const link = bytes.subarray(bytes.length - (97 + 1));
    const one = new Uint8Array(32);
    one[0] = 1;
    const forged = concat(bytes.subarray(0, -97), one, Uint8Array.of(1), one, new Uint8Array(32));
    expect(link[0]).toBe(1);
    expect(state.generation).toBe(links.length - 1);
    await expectRefused(() => parseChart(quick, forged), "bad-signature");
  });

  test("of the first link by anybody but its owner, or without the registrar it names, are refused", async () => {
    const { owner, registrar, newcomer } = persons;
    const genesis = { type: "genesis", owner: owner.signing, registrar: registrar.signing } as const;
    for (const signers of [[owner], [registrar, owner], [newcomer, registrar], [owner, newcomer]]) {
      const step = { signers, time: TIME, changes: [genesis] };
      await expectRefused(() => beginChart(quick, pattern(16), step), "not-permitted");
    }
  });
});

describe("a withheld link", () => {
  test("in the middle is noticed", async () => {
    const { links } = chart.chart;
    const withheld = encodeChart({ links: [links[0]!, links[2]!] });
    await expectRefused(() => parseChart(quick, withheld), "mismatch");
  });

  test("at the end is not noticed from the document alone (a documented limit)", async () => {
    const { links } = chart.chart;
    const older = await parseChart(quick, encodeChart({ links: links.slice(0, 2) }));
    expect(older.state.generation).toBe(1);
    expect(older.state.grants).toStrictEqual([]);
  });

  test("at the end shows to whoever remembers the generation, and to whoever has a later version", async () => {
    const { links, state } = chart.chart;
    const older = await parseChart(quick, encodeChart({ links: links.slice(0, 1) }));
    expect(older.state.generation).toBeLessThan(state.generation);
    const file = encodeEnvelopeFile({ chart: older, envelope: record.envelope });
    await expectRefused(() => parseEnvelopeFile(quick, file), "mismatch");
  });

  test("replaced by another successor shows only in its hash (a documented limit)", async () => {
    const before = await parseChart(quick, encodeChart({ links: chart.chart.links.slice(0, -1) }));
    const fork = await addLink(quick, { ...chart, chart: before }, persons.owner, ...changesOf("member"));
    expect(fork.chart.state.generation).toBe(chart.chart.state.generation);
    expect(fork.chart.state.lastHash).not.toStrictEqual(chart.chart.state.lastHash);
    await parseChart(quick, encodeChart(fork.chart));
  });
});

async function signed(signers: readonly Signer[], changes = changesOf("member")): Promise<Uint8Array> {
  const { state, links } = chart.chart;
  const body = {
    chart: state.chart,
    generation: state.generation + 1,
    previous: [state.lastHash],
    time: TIME,
    changes,
  };
  const { bytes } = await signLink(quick, body, signers);
  return encodeChart({ links: [...links, bytes] });
}

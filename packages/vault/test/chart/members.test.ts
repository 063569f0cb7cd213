import {
  appendLink,
  beginEpoch,
  describeVersion,
  openVersion,
  parseEnvelope,
  parseLink,
  RIGHT_MANAGE,
  RIGHT_READ,
  RIGHT_WRITE,
  surveyFragments,
  toHex,
  unlockChart,
  Word,
} from "@chirograph/core";
import { readAll } from "@chirograph/stores";
import { describe, expect, it } from "vitest";
import {
  engine,
  gather,
  idOf,
  makeWorld,
  newChart,
  pattern,
  people,
  putAll,
  putOne,
  read,
  refusal,
  sourceOf,
  TIME,
  word,
} from "./fixtures.ts";

const DAY_MS = 86_400_000;

describe("a new chart", () => {
  it("is read by its owner, has a label for readers, and is listed", async () => {
    const world = makeWorld();
    const vault = world.client();
    const charts = [await newChart(vault, "Müller, Ada"), await newChart(vault)];
    expect(charts.map(({ label }) => label)).toEqual(["Müller, Ada", undefined]);
    const found: string[] = [];
    for await (const id of world.client().charts()) found.push(id);
    expect(found).toEqual(charts.map(({ id }) => id).toSorted());
    const ben = await world.client().unlock(charts[0]!.id, people.ben, word);
    expect(ben.label).toBe("Müller, Ada");
    await charts[0]!.setLabel("Meier, Ada");
    await ben.refresh();
    expect([charts[0]!.label, ben.label]).toEqual(["Meier, Ada", "Meier, Ada"]);
  });

  it("opens for nobody else, and for nobody with another word", async () => {
    const world = makeWorld();
    const { id } = await newChart(world.client());
    const vault = world.client();
    await expect(vault.unlock(id, people.cleo, word)).rejects.toEqual(refusal("not-for-you"));
    await expect(vault.unlock(id, people.ben, new Word("zyxwvuts"))).rejects.toEqual(refusal("not-for-you"));
    await expect(vault.unlock(idOf(9), people.ben, word)).rejects.toEqual(refusal("unknown"));
    expect((await vault.chart(id)).state.members.size).toBe(2);
  });

  it("proves by a record's id which chart it is in, and tells its sizes without a key", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const { record, version } = await putOne(chart, pattern(5000));
    const stranger = world.client();
    expect(await stranger.chartOf(record)).toBe(chart.id);
    const sizes = await stranger.sizes(chart.id, [version, idOf(3)]);
    expect([...sizes.keys()]).toEqual([version]);
    expect(sizes.get(version)).toBeGreaterThanOrEqual(5000);
  });

  it("gives every reader the same journal key, whatever epochs begin", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const key = await chart.journalKey();
    await chart.beginEpoch();
    expect(await chart.journalKey()).toEqual(key);
    const ben = await world.client().unlock(chart.id, people.ben, word);
    expect(await ben.journalKey()).toEqual(key);
    expect(await (await newChart(world.client())).journalKey()).not.toEqual(key);
  });
});

describe("sharing and revoking", () => {
  it("lets a reader in, and not write", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const { record } = await putOne(chart, pattern(100));
    await chart.share(people.cleo.recipient, RIGHT_READ);
    const cleo = await world.client().unlock(chart.id, people.cleo, word);
    expect(await read(cleo, record)).toEqual(pattern(100));
    await expect(putOne(cleo, pattern(10))).rejects.toEqual(refusal("not-permitted"));
    await expect(cleo.share(people.dora.recipient, RIGHT_READ)).rejects.toEqual(refusal("not-permitted"));
    expect(await read(chart, record)).toEqual(pattern(100));
  });

  it("closes new versions to a former reader who kept all he had", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const old = await putOne(chart, pattern(100));
    const ben = await world.client().unlock(chart.id, people.ben, word);
    const kept = await unlockChart(engine, ben.chart, people.ben, word);
    expect(await chart.revoke(people.ben.recipient.member)).toEqual({ epochBegun: true });
    const { record, version } = await putOne(chart, pattern(200));
    expect(await read(chart, record)).toEqual(pattern(200));
    expect(await read(chart, old.record)).toEqual(pattern(100));

    await expect(ben.open(record)).rejects.toEqual(refusal("not-for-you"));
    // Behind the catalogue's back, with the chart, the envelope, all fragments and the secrets that he kept.
    const found = await world.keeper.find({ versions: [version], charts: [{ chart: chart.id }] });
    const envelope = await parseEnvelope(engine, found.versions[0]!.envelope!);
    if (envelope.profile !== "locked") throw new Error("not locked");
    const files = await Promise.all(
      found.versions[0]!.places.map(async (place) => {
        const bytes = await readAll(world.stores.get(place!.store)!, place!.object, place!);
        const source = {
          sizeBytes: bytes.length,
          read: async (offset: number, length: number) => bytes.slice(offset, offset + length),
        };
        return { name: "", source };
      }),
    );
    const { known } = await surveyFragments(engine, envelope, files);
    expect(known).toHaveLength(8);
    const now = { ...kept, chart: chart.chart };
    await expect(describeVersion(engine, now, envelope)).rejects.toEqual(refusal("not-for-you"));
    await expect(openVersion(engine, now, envelope, known)).rejects.toEqual(refusal("not-for-you"));
    // What the test takes from him is what he lacks: a reader who stayed opens just this.
    const stayed = await unlockChart(engine, chart.chart, people.ada, word);
    expect(await gather((await openVersion(engine, stayed, envelope, known)).content())).toEqual(
      pattern(200),
    );
  });

  it("stays closed to a former writer whose branch from before his removal somebody stores", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const ben = await world.client().unlock(chart.id, people.ben, word);
    const kept = await unlockChart(engine, ben.chart, people.ben, word);
    await chart.revoke(people.ben.recipient.member);
    await putOne(chart, pattern(100));

    const branch = await beginEpoch(engine, kept, { signer: people.ben, time: TIME });
    const link = await parseLink(engine, branch.chart.links.at(-1)!);
    const previous = link.previous.map(toHex);
    const row = { chart: chart.id, hash: toHex(link.hash), generation: link.generation, previous };
    await world.keeping.rows.restore({
      links: [{ ...row, bytes: link.bytes, batch: idOf(8) }],
      versions: [],
      erased: [],
      objects: [],
    });

    await chart.refresh();
    expect(chart.chart.heads).toHaveLength(2);
    const { record, version } = await putOne(chart, pattern(200));
    expect(await read(chart, record)).toEqual(pattern(200));
    const { epochs, recordOf } = (await unlockChart(engine, chart.chart, people.ben, word)).chart.state;
    expect(recordOf.get(version)).toBe(record);
    expect(epochs.at(-1)!.wraps.has(toHex(people.ben.recipient.member))).toBe(false);
    const again = await world.client().unlock(chart.id, people.ben, word);
    await expect(again.describe(record)).rejects.toEqual(refusal("not-for-you"));
  });

  it("leaves the epoch to the next writer when whoever revokes cannot begin one", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    await chart.share(people.cleo.recipient, RIGHT_READ | RIGHT_MANAGE);
    const cleo = await world.client().unlock(chart.id, people.cleo, word);
    const epochs = chart.chart.state.epochs.length;
    expect(await cleo.revoke(people.ben.recipient.member)).toEqual({ epochBegun: false });
    expect(cleo.chart.state.stale).toBe(true);
    for (const size of [10, 2_000_000]) {
      const { record } = await putOne(chart, pattern(size));
      expect(await read(chart, record)).toEqual(pattern(size));
    }
    expect(chart.chart.state.epochs).toHaveLength(epochs + 1);
    expect(chart.chart.state.stale).toBe(false);
  });

  it("shares one record alone, all its epochs, and takes it back", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const { record, version } = await putOne(chart, pattern(100));
    const { record: secret } = await putOne(chart, pattern(101));
    await chart.beginEpoch();
    await putOne(chart, pattern(200), record);
    await chart.shareRecord(people.dora.recipient, record);
    const dora = await world.client().unlock(chart.id, people.dora, word);
    expect(await read(dora, record)).toEqual(pattern(200));
    expect(await read(dora, record, version)).toEqual(pattern(100));
    await expect(dora.open(secret)).rejects.toEqual(refusal("not-for-you"));
    await putOne(chart, pattern(300), record);
    await expect(dora.open(record)).rejects.toEqual(refusal("not-for-you"));
    expect(await chart.revokeRecord(people.dora.recipient.member, record)).toEqual({ epochBegun: true });
    await expect(world.client().unlock(chart.id, people.dora, word)).rejects.toEqual(refusal("not-for-you"));
  });
});

describe("the word", () => {
  it("changes for everybody; another length counts from the next version on", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const { record } = await putOne(chart, pattern(100));
    const longer = new Word("0123456789ab");
    await chart.changeWord(longer);
    await expect(world.client().unlock(chart.id, people.ben, word)).rejects.toEqual(refusal("not-for-you"));
    const ben = await world.client().unlock(chart.id, people.ben, longer);
    expect(await read(ben, record)).toEqual(pattern(100));
    await putOne(ben, pattern(200), record);
    expect(chart.history(record).versions.map(({ total }) => total)).toEqual([8]);
    await chart.refresh();
    expect(chart.history(record).versions.map(({ total }) => total)).toEqual([8, 12]);
    expect(await read(chart, record)).toEqual(pattern(200));
    await ben.beginEpoch().catch(() => undefined);
    await chart.beginEpoch();
    expect(await read(chart, record)).toEqual(pattern(200));
  });
});

describe("a standing unlock", () => {
  it("opens without the word until its end; then the next writer begins an epoch", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const { record } = await putOne(chart, pattern(100));
    await chart.allowStanding(people.ben.recipient, TIME + DAY_MS);
    const ben = await world.client().unlockStanding(chart.id, people.ben);
    expect(await read(ben, record)).toEqual(pattern(100));
    const written = await putOne(ben, pattern(50));
    expect(await read(chart, written.record)).toEqual(pattern(50));
    await expect(ben.beginEpoch()).rejects.toEqual(refusal("word-needed"));
    await expect(world.client().unlockStanding(chart.id, people.cleo)).rejects.toEqual(
      refusal("not-for-you"),
    );

    world.clock.now = TIME + DAY_MS;
    await expect(world.client().unlockStanding(chart.id, people.ben)).rejects.toEqual(refusal("not-for-you"));
    await expect(ben.open(record)).rejects.toEqual(refusal("not-for-you"));
    await expect(putOne(ben, pattern(10))).rejects.toEqual(refusal("word-needed"));
    const epochs = chart.chart.state.epochs.length;
    await putAll(chart, [sourceOf(pattern(10)), sourceOf(pattern(20))]);
    expect(chart.chart.state.epochs).toHaveLength(epochs + 1);
  });

  it("can be ended before", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    await chart.allowStanding(people.ben.recipient, TIME + DAY_MS);
    expect(await chart.endStanding(people.ben.recipient.member)).toEqual({ epochBegun: true });
    await expect(world.client().unlockStanding(chart.id, people.ben)).rejects.toEqual(refusal("not-for-you"));
  });
});

describe("the escrow", () => {
  it("opens with enough officers and with no fewer", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const { ben, cleo, dora, ada } = people;
    await chart.setEscrow({ officers: [ben.recipient, cleo.recipient, dora.recipient], threshold: 2 });
    const { record } = await putOne(chart, pattern(100));
    const vault = world.client();
    const release = { opener: dora.recipient, reason: "unconscious, 3 a.m." };
    const shares = [
      await vault.releaseShare(chart.id, cleo, release),
      await vault.releaseShare(chart.id, ben, release),
    ];
    const opened = await vault.unlockByEscrow(chart.id, dora, shares);
    expect(await read(opened, record)).toEqual(pattern(100));
    await expect(vault.unlockByEscrow(chart.id, dora, shares.slice(1))).rejects.toEqual(
      refusal("too-few-shares"),
    );
    await expect(vault.releaseShare(chart.id, ada, release)).rejects.toEqual(refusal("not-for-you"));
  });
});

describe("several who change a chart at once", () => {
  it("loses no change", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    await chart.share(people.ben.recipient, RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE);
    const ben = await world.client().unlock(chart.id, people.ben, word);
    const { record } = await putOne(chart, pattern(10));
    await ben.refresh();
    await Promise.all([
      chart.share(people.cleo.recipient, RIGHT_READ),
      ben.share(people.dora.recipient, RIGHT_READ),
      chart.setLabel("one"),
      ben.erase(record),
      putOne(chart, pattern(20)),
      putOne(ben, pattern(30)),
    ]);
    await chart.refresh();
    expect(chart.chart.state.members.size).toBe(4);
    expect(chart.label).toBe("one");
    expect(chart.records()).toHaveLength(3);
    expect(chart.records().filter(({ erased }) => erased)).toHaveLength(1);
  });

  it("changes what another client brought since it was open, without being asked to look again", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    await chart.share(people.ben.recipient, RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE);
    const ben = await world.client().unlock(chart.id, people.ben, word);
    const one = await putOne(chart, pattern(10));
    const other = await putOne(chart, pattern(20));
    await ben.erase(one.record, one.version);
    await putOne(chart, pattern(30));
    await chart.erase(one.record);
    await ben.share(people.cleo.recipient, RIGHT_READ);
    await chart.revoke(people.cleo.recipient.member);
    await putOne(chart, pattern(40));
    const last = await putOne(chart, pattern(50));
    await ben.shareRecord(people.dora.recipient, last.record);
    await chart.revokeRecord(people.dora.recipient.member, last.record);
    await chart.refresh();
    expect(chart.history(one.record).erased).toBe(true);
    expect(chart.history(other.record).erased).toBe(false);
    expect(chart.chart.state.members.size).toBe(2);
    expect(chart.chart.state.grants).toEqual([]);

    await expect(ben.erase(idOf(1))).rejects.toEqual(refusal("unknown"));
    await expect(ben.erase(last.record, idOf(1))).rejects.toEqual(refusal("unknown"));
    await expect(ben.revoke(people.dora.recipient.member)).rejects.toEqual(refusal("not-permitted"));
  });

  it("erases once what two erase at the same time, and again what is erased already", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const { record, version } = await putOne(chart, pattern(10));
    const whole = await putOne(chart, pattern(20));
    await chart.share(people.ben.recipient, RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE);
    const ben = await world.client().unlock(chart.id, people.ben, word);
    await Promise.all([
      chart.erase(record, version),
      chart.erase(record, version),
      ben.erase(record, version),
      ben.erase(whole.record),
      chart.erase(whole.record),
    ]);
    await chart.refresh();
    const { length } = chart.chart.links;
    await chart.erase(record, version);
    await ben.erase(whole.record, whole.version);
    await chart.refresh();
    expect(chart.chart.links).toHaveLength(length);
    expect(chart.history(record)).toMatchObject({ erased: false, versions: [{ erased: true }] });
    expect(chart.history(whole.record)).toMatchObject({ erased: true, versions: [{ erased: true }] });
  });

  it("removes once whom two remove at the same time, and says to both that fresh keys are in force", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    await chart.share(people.ben.recipient, RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE);
    await chart.share(people.cleo.recipient, RIGHT_READ);
    const ben = await world.client().unlock(chart.id, people.ben, word);
    const { member } = people.cleo.recipient;
    expect(await Promise.all([chart.revoke(member), ben.revoke(member), chart.revoke(member)])).toEqual(
      Array.from({ length: 3 }, () => ({ epochBegun: true })),
    );
    await chart.refresh();
    expect(chart.chart.state).toMatchObject({ stale: false, epochs: { length: 2 } });
    await expect(chart.revoke(member)).rejects.toEqual(refusal("not-permitted"));
  });

  it("takes up what another client merges or forks, by its links alone", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const step = { signer: people.ada, time: TIME, changes: [] };
    await expect(appendLink(engine, chart.chart, step)).rejects.toEqual(refusal("not-permitted"));
    expect(await chart.merge()).toBe(false);
  });
});

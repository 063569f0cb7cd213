import { randomBytes } from "node:crypto";
import {
  type ChartPlace,
  chartPlace,
  createChart,
  createIdentity,
  describeSealed,
  type Identity,
  type Lot,
  parseEnvelope,
  signSmall,
  type UnlockedChart,
  Word,
} from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { createSealing, type SealingThreads } from "../src/sealing/sealing.ts";

const engine = createEngine({ threads: 0 });
let author: Identity;
let chart: UnlockedChart;
let place: ChartPlace;
beforeAll(async () => {
  author = await createIdentity(engine);
  chart = await createChart(engine, { owner: author, members: [], time: 1 }, new Word("adk21937"));
  place = await chartPlace(engine, chart, author);
});

const open: SealingThreads[] = [];
afterEach(async () => {
  for (const sealing of open.splice(0)) await sealing.close();
});

function create(threads?: number, program?: URL): SealingThreads {
  const sealing = createSealing(threads, program)!;
  open.push(sealing);
  return sealing;
}

function lotOf(count: number): Lot {
  const versions = Array.from({ length: count }, (_, index) => ({
    record: new Uint8Array(randomBytes(16)),
    parent: new Uint8Array(16),
    suite: "aes-128" as const,
    time: index,
    padded: true,
    content: {
      shape: "file" as const,
      entries: [{ path: `${index}.txt`, bytes: 8192 }],
      kind: "text/plain",
      metadata: new Map([["number", `${index}`]]),
    },
    data: new Uint8Array(randomBytes(8192)),
  }));
  return { place, author, tolerate: 2, versions };
}

async function atHand(sealing: SealingThreads): Promise<void> {
  await vi.waitFor(() => expect(sealing.isAtHand()).toBe(true), { timeout: 60_000 });
}

test("threads seal what opens here, and take nothing but the contents", async () => {
  const sealing = create(2);
  await atHand(sealing);
  const lots = Array.from({ length: 6 }, () => lotOf(16));
  const contents = lots.map(({ versions }) => versions.map(({ data }) => data.buffer));
  const sealed = await Promise.all(lots.map((lot) => sealing.seal(lot)));
  expect(contents.flat().every(({ detached }) => detached)).toBe(true);
  expect(author.signSeed.length + place.secrets.chartKey.length + place.secrets.chartSecret.length).toBe(96);
  for (const [at, versions] of sealed.entries()) {
    for (const [index, unsigned] of versions.entries()) {
      const { envelope } = await signSmall(engine, unsigned!, author);
      await parseEnvelope(engine, envelope.bytes);
      expect(envelope.record).toEqual(lots[at]!.versions[index]!.record);
      const { card, inside } = await describeSealed(engine, chart, envelope);
      expect(card).toMatchObject({ time: index, kind: "text/plain" });
      expect(inside.metadata.get("number")).toBe(`${index}`);
    }
  }
});

test("one version that cannot be sealed leaves the others", async () => {
  const sealing = create(1);
  await atHand(sealing);
  const { versions, ...lot } = lotOf(3);
  const wrong = {
    ...versions[1]!,
    content: { ...versions[1]!.content, entries: [{ path: "..", bytes: 8192 }] },
  };
  const sealed = await sealing.seal({ ...lot, versions: [versions[0]!, wrong, versions[2]!] });
  expect(sealed.map((version) => version !== undefined)).toEqual([true, false, true]);
});

test("no threads are none", () => {
  expect(createSealing(0)).toBeUndefined();
});

const dies = new URL(
  'data:text/javascript,import{parentPort}from"node:worker_threads";parentPort.on("message",(lot)=>{if(lot)process.exit(3);parentPort.postMessage([])})',
);
const neverLoads = new URL('data:text/javascript,throw new Error("no")');

test("where a thread dies, nobody waits for it or is sent to another", async () => {
  const sealing = create(2, dies);
  await atHand(sealing);
  const lots = Array.from({ length: 40 }, () => sealing.seal(lotOf(1)));
  const ends = await Promise.allSettled(lots);
  expect(ends.every(({ status }) => status === "rejected")).toBe(true);
  expect(sealing.isAtHand()).toBe(false);
  await expect(sealing.seal(lotOf(1))).rejects.toThrow();
});

test("threads that never begin are never at hand", async () => {
  const sealing = create(2, neverLoads);
  for (let look = 0; look < 20; look++) {
    expect(sealing.isAtHand()).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});

test("what is closed seals no more", async () => {
  const sealing = create(2);
  await atHand(sealing);
  const given = sealing.seal(lotOf(16)).then(
    () => "sealed",
    () => "given back",
  );
  await sealing.close();
  expect(["sealed", "given back"]).toContain(await given);
  expect(sealing.isAtHand()).toBe(false);
  await expect(sealing.seal(lotOf(1))).rejects.toThrow();
});

// One vault over eight stores of five kinds, on real servers, any two of which may be lost.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Identity, parseIdentityFile, Word } from "@chirograph/core";
import { type EmbeddedVault, openEmbedded } from "@chirograph/embedded";
import { createEngine } from "@chirograph/engine";
import { type OpenChart, openVault } from "@chirograph/vault";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type Cloud, type Clouds, startClouds } from "../../../../test-support/clouds.ts";
import { missing } from "../../../../test-support/servers/installed.ts";
import { type Ended, lastLine, opening, WORD } from "../chirograph.ts";
import { openSeen } from "../../src/vault/seen.ts";
import { VaultBench } from "./vault-bench.ts";

const isMissing = Object.values(missing).some((reason) => reason !== undefined);
const engine = createEngine();
/** After each so many pairs something is put while the pair is away; then it is repaired and checked. */
const PAIRS_TO_A_PUT = 7;
/** Whoever asks for too much waits for a store no longer than this: the longest time-outs of a request, and some. */
const LONGEST_REFUSAL_MS = 60_000;

describe.skipIf(isMissing)("a vault of eight stores of five kinds", () => {
  const bench = new VaultBench();
  /** Hash of each record that was put, by its id. */
  const originals = new Map<string, string>();
  let clouds: Clouds;
  let chart: string;
  let me: Identity;

  const run = (line: string | readonly string[]): Promise<Ended> =>
    bench.run(line, { env: { CHIROGRAPH_CREDENTIALS: clouds.credentialsFile } });
  const succeed = async (line: string | readonly string[]): Promise<Ended> => {
    const end = await run(line);
    expect(end.code, `${String(line)}: ${end.stderr}`).toBe(0);
    return end;
  };

  beforeAll(async () => {
    clouds = await startClouds(bench.folder);
    process.env["CHIROGRAPH_CREDENTIALS"] = clouds.credentialsFile;
    process.env["CHIROGRAPH_STATE"] = bench.path("state");
    await bench.identity("me");
    me = await (await parseIdentityFile(engine, bench.read("me.key").toString())).unlock(undefined);
    const locations = clouds.all.map(({ location }) => location);
    await succeed(["init", "vault", "--identity", "me.key", "--store", ...locations]);
    chart = lastLine((await succeed(`chart new ${opening}`)).stdout);
    await putEverySample();
  });
  afterAll(() => clouds?.stop());

  async function putEverySample(): Promise<void> {
    const folders = inject("samples").missing === undefined ? ["dicom", "fhir", "png", "text"] : [];
    const sources = folders.map((name) => join(inject("samples").path, name));
    sources.push(
      bench.write(
        "large",
        Uint8Array.from({ length: 3e6 }, (_, index) => index ^ (index >> 9)),
      ),
    );
    const { stdout } = await succeed(["put", ...sources, "--chart", chart, ...opening.split(" ")]);
    for (const record of stdout.trimEnd().split("\n")) originals.set(record, "");
    for (const [record, hash] of await readEveryRecord([])) originals.set(record, hash);
    const files = sources.flatMap(filesIn).map((path) => sha256(readFileSync(path)));
    expect([...originals.values()].toSorted()).toEqual(files.toSorted());
  }

  /** In this process: the command line once for each record and pair would take too long. */
  async function readEveryRecord(away: readonly Cloud[]): Promise<Map<string, string>> {
    const vault = await openEmbedded(engine, bench.path("vault"), "look");
    try {
      const missed = vault.away.map(({ id }) => vault.locate(id));
      expect(missed.toSorted()).toEqual(away.map(locationOf).toSorted());
      const opened = await unlock(vault);
      const hashes = new Map<string, string>();
      for (const record of originals.keys()) {
        hashes.set(record, await hashOf((await opened.open(record)).content()));
      }
      return hashes;
    } finally {
      await vault.close();
    }
  }

  function unlock({ keeping, keeper, config }: EmbeddedVault): Promise<OpenChart> {
    const { stores, now } = keeping;
    const parts = { engine, catalogue: keeper, stores, seen: openSeen(), settings: config.settings, now };
    return openVault(parts).unlock(chart, me, new Word(WORD));
  }

  test("any two are taken away: every record opens; puts go on with a warning while one fragment is to spare; repair makes it whole", async () => {
    let away: readonly Cloud[] = [];
    const bringBack = async (kept: readonly Cloud[]): Promise<void> => {
      await Promise.all(away.filter((cloud) => !kept.includes(cloud)).map((cloud) => cloud.bringBack()));
      away = away.filter((cloud) => kept.includes(cloud));
    };
    const pairs = pairsOf(clouds.all);
    expect(pairs).toHaveLength(28);
    for (const [index, pair] of pairs.entries()) {
      await bringBack(pair);
      await Promise.all(pair.filter((cloud) => !away.includes(cloud)).map((cloud) => cloud.takeAway()));
      away = pair;
      expect(await readEveryRecord(away)).toEqual(originals);
      if (index % PAIRS_TO_A_PUT > 0) continue;
      await refuseToPut();
      await bringBack(pair.slice(0, 1));
      await putWithout(away, `late-${index}`);
      await bringBack([]);
      await succeed("repair");
      await succeed("verify");
    }
    await bringBack([]);
    await succeed("verify");
    expect(await readEveryRecord([])).toEqual(originals);
  }, 900_000);

  /** Nothing would be left to spare: what is put has to bear one loss more. */
  async function refuseToPut(): Promise<void> {
    bench.write("refused", "refused");
    const { code, stderr } = await run(`put refused --chart ${chart} ${opening}`);
    expect({ code, stderr }).toEqual({ code: 69, stderr: expect.stringContaining("nothing was put") });
  }

  async function putWithout(away: readonly Cloud[], name: string): Promise<void> {
    const source = bench.write(name, name.repeat(10_000));
    const { stdout, stderr } = await succeed(`put ${name} --chart ${chart} ${opening}`);
    for (const { location } of away) expect(stderr).toContain(locationOf({ location }));
    originals.set(lastLine(stdout), sha256(readFileSync(source)));
  }

  test("three are taken away: 69 in time, and they are named", async () => {
    const away = [clouds.all[0]!, clouds.all[2]!, clouds.all[7]!];
    await Promise.all(away.map((cloud) => cloud.takeAway()));
    const began = performance.now();
    const [record] = originals.keys();
    const { code, stderr } = await run(`get ${record} -o nothing ${opening}`);
    expect(code).toBe(69);
    for (const cloud of away) expect(stderr).toContain(locationOf(cloud));
    expect(performance.now() - began).toBeLessThan(LONGEST_REFUSAL_MS);
    expect(bench.names()).not.toContain("nothing");
    await Promise.all(away.map((cloud) => cloud.bringBack()));
    expect(await readEveryRecord([])).toEqual(originals);
  });
});

/** As a vault writes it. */
function locationOf({ location }: Pick<Cloud, "location">): string {
  return location.replace(/^file:(?!\/\/)/, "file://");
}

/** All pairs, each with one member of the one before as far as that goes: every change costs the start of a server. */
function pairsOf(clouds: readonly Cloud[]): (readonly [Cloud, Cloud])[] {
  return clouds.flatMap((first, index) => {
    const others = clouds.slice(index + 1);
    return (index % 2 === 0 ? others : others.toReversed()).map((second) => [first, second] as const);
  });
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesIn(join(path, name)));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function hashOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

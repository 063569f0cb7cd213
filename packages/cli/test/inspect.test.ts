import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Bench, fragmentsIn, lastLine, opening, sealing, WORD } from "./chirograph.ts";

const bench = new Bench();
let record: string;

beforeAll(async () => {
  await bench.identity("me");
  mkdirSync(bench.path("visit"));
  bench.write("visit/scan", "scan".repeat(10_000));
  bench.write("visit/report.txt", "all is well");
  const [locked] = await Promise.all([
    bench.succeed(`seal visit -o sealed --identity me.key ${sealing}`),
    bench.succeed(`seal visit/report.txt -o classic --profile classic ${sealing}`),
  ]);
  record = lastLine(locked.stdout);
});

/** A document on stdout, and what a JSON parser makes of it. */
async function inspect(line: string): Promise<Record<string, unknown>> {
  const { stdout } = await bench.succeed(`inspect --json ${line}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** The envelope file without the envelope: its chart document stands first. */
function chartOnly(envelopeFile: Buffer): Buffer {
  return envelopeFile.subarray(0, 12 + envelopeFile.readUInt32BE(8));
}

describe("inspect", () => {
  test("shows a stranger sizes and marks, and neither kind nor names nor order of the classic profile", async () => {
    const { stdout } = await bench.run("inspect sealed");
    expect(lastLine(stdout)).toBe(record);
    expect(stdout).toContain("8 fragments, any 6 open it; 8 sound here");
    expect(stdout).not.toMatch(/report|folder|→/);
    const classic = await inspect("classic");
    expect(classic).toMatchObject({ profile: "classic", total: 8, needed: 8, foreign: [] });
    expect(JSON.stringify(classic)).not.toMatch(/"reads"|text\/plain/);
  });

  test("shows a reader order, kind, date and names", async () => {
    rmSync(join(bench.path("sealed"), fragmentsIn(bench.path("sealed"))[0]!));
    const view = await inspect(`sealed ${opening}`);
    expect(view).toMatchObject({
      record,
      kind: "application/vnd.chirograph.folder",
      shape: "folder",
      entries: [
        { path: "report.txt", bytes: 11 },
        { path: "scan", bytes: 40_000 },
      ],
    });
    const fragments = view["fragments"] as {
      number: number;
      state: string;
      reads?: { place: number; next: number };
    }[];
    const [missing, ...others] = fragments.filter(({ state }) => state !== "sound");
    expect([missing?.state, others]).toEqual(["missing", []]);
    for (const { number, reads } of fragments.filter(({ state }) => state === "sound")) {
      expect(reads).toEqual({ place: number, next: (number % 8) + 1 });
    }
    const { stdout } = await bench.run(`inspect sealed ${opening}`);
    expect(stdout.match(/sound .* \d → \d/g)).toHaveLength(7);
    expect(stdout).toContain("report.txt  11 bytes");
  });

  test("orders the classic files by the characters of their word", async () => {
    const view = await inspect(`classic ${opening}`);
    const fragments = view["fragments"] as { name: string; reads: { place: number } }[];
    const heads = fragments
      .toSorted((left, right) => left.reads.place - right.reads.place)
      .map(({ name }) => readFileSync(bench.path(join("classic", name)), "latin1").charAt(0));
    expect(heads.join("")).toBe(WORD);
  });

  test.for(["sealed", "classic"])("orders a bag of fragments without an envelope: %s", async (profile) => {
    const bag = bench.path(`${profile}-bag`);
    cpSync(bench.path(profile), bag, { recursive: true });
    const chart = chartOnly(readFileSync(join(bag, "envelope")));
    rmSync(join(bag, "envelope"));
    const names = fragmentsIn(bag);
    names.forEach((name, index) => renameSync(join(bag, name), join(bag, `piece-${index}`)));
    rmSync(join(bag, "piece-1"));
    writeFileSync(join(bag, "letter.txt"), "Dear doctor,");
    bench.write("chart", chart);

    const stranger = await bench.run(`inspect ${profile}-bag --chart chart`);
    expect(stranger).toMatchObject({ code: 65, stdout: "" });
    expect(stranger.stderr).toContain("With --identity and the word");

    const view = await inspect(`${profile}-bag --chart chart ${opening}`);
    const marked = view["marked"] as { file: string; place: number; next: number }[];
    const missing = view["missing"] as number[];
    expect(view["foreign"]).toEqual(["letter.txt"]);
    expect(marked).toHaveLength(names.length - 1);
    expect(new Set([...marked.map(({ place }) => place), ...missing])).toEqual(
      new Set([1, 2, 3, 4, 5, 6, 7, 8]),
    );
    for (const { place, next } of marked) expect(next).toBe((place % 8) + 1);
  });

  test("orders a bag whose envelope is damaged in its second half", async () => {
    const bag = bench.path("damaged-bag");
    cpSync(bench.path("sealed"), bag, { recursive: true });
    const envelope = readFileSync(join(bag, "envelope"));
    envelope[envelope.length - 200]! ^= 1;
    writeFileSync(join(bag, "envelope"), envelope);
    const { code, stdout, stderr } = await bench.run(`inspect damaged-bag ${opening}`);
    expect(code).toBe(0);
    expect(stderr).toContain("The envelope cannot be used");
    expect(stdout.match(/marked +\d → \d/g)).toHaveLength(7);
  });
});

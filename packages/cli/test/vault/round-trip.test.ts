import { mkdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { samplesMissing } from "../../../../test-support/vectors.ts";
import { lastLine, opening } from "../chirograph.ts";
import { STORES, VaultBench } from "./vault-bench.ts";

const bench = new VaultBench();
let chart: string;

async function tell(line: string): Promise<string> {
  return (await bench.succeed(line)).stdout;
}

beforeAll(async () => {
  await bench.found();
  chart = await bench.newChart(" --label Somebody");
  bench.write("scan", "a scan".repeat(20_000));
});

describe("what is put comes back bit for bit", () => {
  test("files of all lengths, in the order in which they were named", async () => {
    const lengths = [0, 1, 16_385, 300_000];
    for (const length of lengths)
      bench.write(
        `bytes-${length}`,
        Uint8Array.from({ length }, (_, index) => index * 7 + (index >> 8)),
      );
    const records = await bench.put(lengths.map((length) => `bytes-${length}`).join(" "), chart);
    expect(records).toHaveLength(lengths.length);
    const getBack = async (length: number, index: number): Promise<void> => {
      const { stdout } = await bench.succeed(`get ${records[index]} -o again-${length} ${opening}`);
      expect(stdout).toBe(`again-${length}\n`);
      expect(bench.read(`again-${length}`).equals(bench.read(`bytes-${length}`))).toBe(true);
    };
    await Promise.all(lengths.map(getBack));
  });

  test.each(["0", "2"])("400 notes, sealed beside by %s threads", async (threads) => {
    const folder = `notes-${threads}`;
    mkdirSync(bench.path(folder));
    const notes = Array.from({ length: 400 }, (_, index) => `note ${index} `.repeat(index + 1));
    for (const [index, note] of notes.entries())
      bench.write(`${folder}/${String(index).padStart(3, "0")}.txt`, note);
    const { stdout } = await bench.succeed(`put ${folder} --chart ${chart} ${opening}`, {
      env: { CHIROGRAPH_THREADS: threads },
    });
    const records = stdout.trimEnd().split("\n");
    expect(new Set(records).size).toBe(notes.length);
    for (const index of [0, 17, 399]) {
      const got = await bench.succeed(`get ${records[index]} -o - ${opening}`);
      expect(got.stdout).toBe(notes[index]);
    }
  });

  test.skipIf(samplesMissing)("every DICOM sample, each a record", async () => {
    const folder = `${inject("samples").path}/dicom`;
    const { stdout } = await bench.succeed([
      "put",
      folder,
      "--chart",
      chart,
      ...opening.split(" "),
      "--json",
    ]);
    const { records } = JSON.parse(stdout) as { records: { record: string; bytes: number }[] };
    const listed = await bench.succeed(`list --chart ${chart} ${opening} --json`);
    const kinds = (JSON.parse(listed.stdout) as { records: { record: string; name: string; kind: string }[] })
      .records;
    const small = kinds.find(({ name }) => name === "CT_small.dcm")!;
    expect(small.kind).toBe("application/dicom");
    expect(records.map(({ record }) => record)).toContain(small.record);
    await bench.succeed(`get ${small.record} -o ct.dcm ${opening}`);
    const original = readFileSync(`${folder}/CT_small.dcm`);
    expect(bench.read("ct.dcm").equals(original)).toBe(true);
  });

  test("a range, to a file and to standard output", async () => {
    const [record] = await bench.put("scan", chart);
    await bench.succeed(`get ${record} -o part --range 99990-100009 ${opening}`);
    expect(bench.read("part").equals(bench.read("scan").subarray(99_990, 100_010))).toBe(true);
    const { stdout } = await bench.succeed(`get ${record} -o - --range 119994- ${opening}`);
    expect(stdout).toBe("a scan");
  });
});

describe("a study of 60 files as one record", () => {
  let study: string;

  beforeAll(async () => {
    for (const series of ["one", "two"]) mkdirSync(bench.path(`study/${series}`), { recursive: true });
    for (let index = 0; index < 60; index++)
      bench.write(`study/${index % 2 ? "one" : "two"}/${index}.dcm`, `slice ${index}`.repeat(700));
    [study] = (await bench.put("study", chart, " --as-one")) as [string];
  });

  test("comes back whole", async () => {
    await bench.succeed(`get ${study} -o study-again ${opening}`);
    expect(bench.files("study-again")).toEqual(bench.files("study"));
    for (const name of bench.files("study-again"))
      expect(bench.read(`study-again/${name}`).equals(bench.read(`study/${name}`))).toBe(true);
  });

  test("one file, one folder, and several parts of it come alone", async () => {
    const only = (paths: string, to: string): Promise<unknown> =>
      bench.succeed(`get ${study} -o ${to} --only ${paths} ${opening}`);
    await Promise.all([
      only("two/42.dcm", "slice"),
      only("one", "series"),
      only("two/0.dcm one/59.dcm two/58.dcm", "some"),
    ]);
    expect(bench.read("slice").equals(bench.read("study/two/42.dcm"))).toBe(true);
    expect(bench.files("series")).toHaveLength(30);
    expect(bench.files("some")).toEqual(["one/59.dcm", "two/0.dcm", "two/58.dcm"]);
    for (const name of bench.files("some"))
      expect(bench.read(`some/${name}`).equals(bench.read(`study/${name}`))).toBe(true);
  });

  test("a path that it does not hold is refused: 65", async () => {
    const end = await bench.run(`get ${study} -o nothing --only two/none ${opening}`);
    expect(end).toMatchObject({ code: 65, stdout: "" });
    expect(bench.names()).not.toContain("nothing");
  });
});

describe("versions", () => {
  let record: string;

  beforeAll(async () => {
    bench.write("first", "the first");
    bench.write("second", "the second");
    [record] = (await bench.put("first", chart)) as [string];
    await bench.put("second", chart, ` --record ${record}`);
  });

  test("the newest comes by itself, each by its number and by its id", async () => {
    const { stdout } = await bench.succeed(`history ${record} ${opening} --json`);
    const { versions } = JSON.parse(stdout) as {
      versions: { version: string; described: { name: string } }[];
    };
    expect(versions.map(({ described }) => described.name)).toEqual(["first", "second"]);
    const get = async (reference: string): Promise<string> =>
      (await bench.succeed(`get ${reference} -o - ${opening}`)).stdout;
    const references = [record, `${record}@1`, `${record}@2`, `${record}@${versions[0]!.version}`];
    expect(await Promise.all(references.map(get))).toEqual([
      "the second",
      "the first",
      "the second",
      "the first",
    ]);
    expect(await bench.run(`get ${record}@3 -o - ${opening}`)).toMatchObject({ code: 65, stdout: "" });
  });

  test("names and kinds need the keys, numbers do not", async () => {
    const [listed, named, shown, labelled, single, charts] = await Promise.all([
      tell(`list --chart ${chart}`),
      tell(`list --chart ${chart} ${opening}`),
      tell(`show ${chart}`),
      tell(`show ${chart} ${opening}`),
      tell(`show ${record}`),
      tell("list"),
    ]);
    expect(listed).toContain(`${record}  2 versions\n`);
    expect(listed).not.toContain("second");
    expect(named).toContain("second");
    expect(shown).not.toContain("Somebody");
    expect(labelled).toContain("Somebody");
    expect(lastLine(single)).toBe(`in chart ${chart}`);
    expect(charts).toMatch(new RegExp(`^${chart}  \\d+ records, \\d+ versions$`, "m"));
  });
});

test("no store and no file of the vault holds a name, the label or content in the clear", () => {
  const clear = ["slice 42", "42.dcm", "the second", "Somebody"].map((text) => Buffer.from(text));
  for (const folder of ["vault", "state", ...STORES]) {
    for (const name of bench.files(folder)) {
      const bytes = bench.read(`${folder}/${name}`);
      expect(clear.some((text) => bytes.includes(text) || name.includes(String(text)))).toBe(false);
    }
  }
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encodePixels, readPixels, writePng } from "@chirograph/clinical/pixels";
import { samplePeople, writeCtStudy } from "@chirograph/clinical/samples";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { samplesMissing } from "../../../test-support/vectors.ts";
import { opening, PASSPHRASE } from "./chirograph.ts";
import { VaultBench } from "./vault/vault-bench.ts";

const bench = new VaultBench();
const withKey = "--key study.key --passphrase-file phrase";

const randomBytes = (lengthBytes: number): Uint8Array => new Uint8Array(lengthBytes).fill(7);
const grey = (offset: number): Uint8Array =>
  Uint8Array.from({ length: 12 }, (_, index) => index * 9 + offset);

async function newKey(name: string): Promise<void> {
  const { stdout } = await bench.succeed(`paillier keygen -o ${name}.key --passphrase-file phrase`);
  bench.write(`${name}.pub`, stdout);
}

beforeAll(async () => {
  bench.write("phrase", `${PASSPHRASE}\n`);
  await newKey("study");
  const data = Uint8Array.from({ length: 30 * 20 * 3 }, (_, index) => index * 7);
  const picture = { frames: 1, rows: 20, columns: 30, colour: "rgb", bits: 8, signed: false, data } as const;
  bench.write("picture.png", await writePng(picture));
});

describe("an image, through its encrypted pixels and the vault", () => {
  beforeAll(() => bench.found());

  test("comes back: the matrix exactly, the whole file bit for bit", async () => {
    const person = samplePeople.paula;
    const [slice] = writeCtStudy({ person, slices: 1, date: "20260302", randomBytes });
    bench.write("slice.dcm", slice!);
    const chart = await bench.newChart("");
    for (const name of ["slice.dcm", "picture.png"]) {
      await bench.succeed(`paillier encrypt ${name} -o ${name}.pixels --rest ${name}.rest --to study.pub`);
      const records = await bench.put(`${name}.pixels ${name}.rest`, chart);
      await bench.succeed(`get ${records[0]} -o ${name}.pixels-back ${opening}`);
      await bench.succeed(`get ${records[1]} -o ${name}.rest-back ${opening}`);
      const whole = `--rest ${name}.rest-back -o ${name}-again`;
      await bench.succeed(`paillier decrypt ${name}.pixels-back ${whole} ${withKey}`);
      expect(bench.read(`${name}-again`).equals(bench.read(name))).toBe(true);
      await bench.succeed(`paillier decrypt ${name}.pixels-back -o ${name}.matrix ${withKey}`);
      const pixels = await readPixels(new Uint8Array(bench.read(name)));
      expect(new Uint8Array(bench.read(`${name}.matrix`))).toEqual(encodePixels(pixels));
    }
    // Where the samples stand in the file as they are, the rest is without them.
    expect(bench.read("slice.dcm.rest").length).toBeLessThan(slice!.length / 10);
  });

  test.skipIf(samplesMissing)("so does every kind of sample: signed, compressed, in colour", async () => {
    for (const name of ["dicom/MR_small_RLE.dcm", "dicom/ExplVR_BigEnd.dcm", "png/basn6a16.png"]) {
      const source = join(inject("samples").path, name);
      const short = name.replaceAll(/\W/g, "-");
      await bench.succeed([
        "paillier",
        "encrypt",
        source,
        ..."--to study.pub -o".split(" "),
        short,
        "--rest",
        `${short}.rest`,
      ]);
      await bench.succeed(`paillier decrypt ${short} --rest ${short}.rest -o ${short}-again ${withKey}`);
      expect(bench.read(`${short}-again`).equals(readFileSync(source))).toBe(true);
    }
  });
});

describe("computing without the key", () => {
  test("two scans: difference, brightness, mean; the key holder opens them", async () => {
    const form = { frames: 1, rows: 3, columns: 4, colour: "grey", bits: 8, signed: false } as const;
    for (const [name, offset] of [
      ["one", 20],
      ["two", 31],
    ] as const) {
      bench.write(`${name}.png`, await writePng({ ...form, data: grey(offset) }));
      await bench.succeed(`paillier encrypt ${name}.png -o ${name} --to study.pub`);
    }
    await Promise.all(
      [
        "subtract two one -o difference",
        "shift one --by 40 -o brighter",
        "mean one two --weights 3,1 -o mean",
        "multiply one --by -2 -o negative",
        "add one two one -o sum",
        "rerandomise one -o fresh",
      ].map((line) => bench.succeed(`paillier ${line} --to study.pub`)),
    );
    const forms = {
      difference: "csv",
      brighter: "png",
      mean: "csv",
      negative: "csv",
      sum: "csv",
      fresh: "raw",
    };
    await Promise.all(
      Object.entries(forms).map(([name, as]) =>
        bench.succeed(`paillier decrypt ${name} -o ${name}-open --as ${as} ${withKey}`),
      ),
    );
    const numbers = (name: string): number[] =>
      bench.read(`${name}-open`).toString().trim().split("\n").map(Number);
    expect(numbers("difference")).toEqual(Array(12).fill(11));
    expect(numbers("mean")).toEqual([...grey(20)].map((value) => value + 2.75));
    expect(numbers("negative")).toEqual([...grey(20)].map((value) => -2 * value));
    expect(numbers("sum")).toEqual([...grey(20)].map((value) => 3 * value + 11));
    const brighter = await readPixels(new Uint8Array(bench.read("brighter-open")));
    expect([...brighter.data]).toEqual([...grey(60)]);
    expect([...bench.read("fresh-open")]).toEqual([...grey(20)]);
    expect(bench.read("fresh").equals(bench.read("one"))).toBe(false);
  });

  test("a series of laboratory values: sum and weighted mean within it", async () => {
    bench.write("glucose.csv", "5.4, 6.1\n4.85\n7\n");
    const how = "--series --range 0..50 --per-ciphertext 1";
    await bench.succeed(`paillier encrypt glucose.csv -o glucose ${how} --to study.pub`);
    await bench.succeed("paillier sum glucose -o total --to study.pub");
    await bench.succeed("paillier mean --within glucose --weights 1,2,3,1 -o average --to study.pub");
    for (const name of ["glucose", "total", "average"]) {
      await bench.succeed(`paillier decrypt ${name} -o ${name}.open ${withKey}`);
    }
    expect(bench.read("glucose.open").toString()).toBe("5.40\n6.10\n4.85\n7.00\n");
    expect(bench.read("total.open").toString()).toBe("23.35\n");
    expect(bench.read("average.open").toString()).toBe("5.59285714\n");
  });
});

describe("what is refused, and leaves nothing behind", () => {
  beforeAll(async () => {
    await newKey("other");
    await bench.succeed("paillier encrypt picture.png -o mine --to study.pub");
    await bench.succeed("paillier encrypt picture.png -o theirs --to other.pub");
    bench.write("wrong-phrase", "something else");
    const altered = Buffer.from(bench.read("mine"));
    altered[altered.length - 700]! ^= 1;
    bench.write("altered", altered);
    bench.write("no-image", "not an image");
    bench.write("cut", bench.read("mine").subarray(0, 900));
  });

  test.each([
    ["a short key", "keygen -o short.key --bits 1024 --passphrase-file phrase", 64, "2048"],
    [
      "another key",
      "decrypt mine -o out --key other.key --passphrase-file phrase",
      77,
      "another Paillier key",
    ],
    [
      "another passphrase",
      "decrypt mine -o out --key study.key --passphrase-file wrong-phrase",
      65,
      "passphrase",
    ],
    ["mixed keys", "add mine theirs -o out --to study.pub", 65, "different Paillier keys"],
    ["an altered matrix", `decrypt altered -o out ${withKey}`, 65, "altered"],
    ["a matrix cut short", `decrypt cut -o out ${withKey}`, 65, "cut short"],
    ["overflow", "multiply mine --by 70000 -o out --to study.pub", 65, "bits with its sign"],
    ["no image", "encrypt no-image -o out --to study.pub", 65, "no image"],
    ["no key", "encrypt picture.png -o out --to study.key", 65, "public Paillier key"],
    ["over something", "rerandomise mine -o theirs --to study.pub", 73, "is there already"],
    ["a series without a range", "encrypt glucose.csv --series -o out --to study.pub", 64, "--range"],
    ["the wrong rest", `decrypt mine --rest picture.png -o out ${withKey}`, 65, "rest of a file"],
  ])("%s", async (_, line, code, text) => {
    const before = bench.names();
    const ended = await bench.run(`paillier ${line}`);
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toContain(text);
    expect(bench.names()).toEqual(before);
  });

  test("an encrypted matrix that could not be read back, before the work", async () => {
    const [rows, columns] = [2100, 2100];
    const data = new Uint8Array(rows * columns);
    const wide = { frames: 1, rows, columns, colour: "grey", bits: 8, signed: false, data } as const;
    bench.write("wide.png", await writePng(wide));
    const ended = await bench.run("paillier encrypt wide.png --per-ciphertext 1 -o out --to study.pub");
    expect(ended).toMatchObject({ code: 65, stdout: "" });
    expect(ended.stderr).toContain("2 GiB");
    expect(bench.names()).not.toContain("out");
  });

  test("a public key with one character changed", async () => {
    const line = bench.read("study.pub").toString();
    bench.write(
      "bent.pub",
      line.replace(/.(.{40})$/s, (_, end: string) => `A${end}`),
    );
    const ended = await bench.run("paillier rerandomise mine -o out --to bent.pub");
    expect(ended).toMatchObject({ code: 65 });
    expect(ended.stderr).toContain("checksum");
  });
});

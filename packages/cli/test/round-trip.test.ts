import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { samplesMissing } from "../../../test-support/vectors.ts";
import { Bench, lastLine, opening, sealing } from "./chirograph.ts";

const bench = new Bench();

beforeAll(() => bench.identity("me"));

/** Hashes of a file, or of all files below a folder, by name; and the names of empty folders. */
function listing(path: string): Record<string, string> {
  if (statSync(path).isFile()) return { "": createHash("sha256").update(readFileSync(path)).digest("hex") };
  const names = readdirSync(path);
  if (names.length === 0) return { "/": "" };
  return Object.assign(
    {},
    ...names.map((name) =>
      Object.fromEntries(
        Object.entries(listing(join(path, name))).map(([rest, hash]) => [`/${name}${rest}`, hash]),
      ),
    ),
  ) as Record<string, string>;
}

async function expectRoundTrip(source: string, extra: string = ""): Promise<void> {
  const sealed = `${source.replaceAll(/\W/g, "-")}-sealed`;
  const sealEnd = await bench.run(`seal ${source} -o ${sealed} ${sealing}${extra}`);
  expect(sealEnd).toMatchObject({ code: 0 });
  expect(lastLine(sealEnd.stdout)).toMatch(/^[0-9a-f]{32}$/);
  const openEnd = await bench.run(`open ${sealed} -o ${sealed}-opened ${opening}`);
  expect(openEnd).toMatchObject({ code: 0, stdout: `${sealed}-opened\n` });
  expect(listing(bench.path(`${sealed}-opened`))).toEqual(listing(bench.path(source)));
}

describe("what is sealed comes back bit for bit", () => {
  test.for([0, 1, 16_383, 16_384, 16_385])("a file of %i bytes", async (length) => {
    bench.write(
      `bytes-${length}`,
      Uint8Array.from({ length }, (_, index) => index * 7 + (index >> 8)),
    );
    await expectRoundTrip(`bytes-${length}`);
  });

  test("a folder of 60 files, some of them deeper, with empty folders and names of all kinds", async () => {
    for (let index = 0; index < 60; index++) {
      const name = join("study", `series ${index % 3}`, index % 2 === 0 ? "a/b" : "", `slice-${index}.dcm`);
      mkdirSync(dirname(bench.path(name)), { recursive: true });
      bench.write(
        name,
        Uint8Array.from({ length: index * 997 }, (_, byte) => byte ^ index),
      );
    }
    mkdirSync(bench.path("study/nothing/in/here"), { recursive: true });
    for (const name of ["naïve.txt", "...", "-o", " blank ", "日本語", "$(true)", "series 0.txt", "%2e%2e"]) {
      bench.write(join("study", name), name);
    }
    await expectRoundTrip("study", " --tolerate 0 --cipher aes-256 --pad none");
    expect(statSync(bench.path("study-sealed-opened/series 1/slice-1.dcm")).mode & 0o777).toBe(0o600);
  });

  test("an empty folder", async () => {
    mkdirSync(bench.path("empty"));
    await expectRoundTrip("empty");
  });

  test("with the classic profile, which warns", async () => {
    bench.write(
      "classic",
      Uint8Array.from({ length: 1000 }, (_, index) => index),
    );
    const { code, stderr } = await bench.run(`seal classic -o cut --profile classic ${sealing}`);
    expect(code).toBe(0);
    expect(stderr).toContain("writes its word into the files");
    const heads = readdirSync(bench.path("cut"))
      .filter((name) => name !== "envelope")
      .map((name) => readFileSync(bench.path(join("cut", name)), "latin1").charAt(0));
    expect(heads.toSorted().join("")).toBe("1237 9adk".replace(" ", ""));
    expect(await bench.run(`open cut -o classic-again ${opening}`)).toMatchObject({ code: 0 });
    expect(readFileSync(bench.path("classic-again")).equals(readFileSync(bench.path("classic")))).toBe(true);
  });

  test.skipIf(samplesMissing)("every sample file", async () => {
    const samples = inject("samples").path;
    const sealEnd = await bench.run(["seal", samples, "-o", "samples-sealed", ...sealing.split(" ")]);
    expect(sealEnd).toMatchObject({ code: 0 });
    expect(await bench.run(`open samples-sealed -o samples ${opening}`)).toMatchObject({ code: 0 });
    expect(listing(bench.path("samples"))).toEqual(listing(samples));
  });
});

describe("one part of a folder", () => {
  beforeAll(async () => {
    for (const name of ["whole/one/a", "whole/one/two/b", "whole/one.txt", "whole/oneself/c"]) {
      mkdirSync(dirname(bench.path(name)), { recursive: true });
      writeFileSync(bench.path(name), name.repeat(5000));
    }
    await bench.succeed(`seal whole -o parts ${sealing}`);
  });

  test("a file", async () => {
    const end = await bench.run(`open parts -o b --only one/two/b ${opening}`);
    expect(end).toMatchObject({ code: 0, stdout: "b\n" });
    expect(readFileSync(bench.path("b"), "utf8")).toBe("whole/one/two/b".repeat(5000));
  });

  test("a folder", async () => {
    expect(await bench.run(`open parts -o one --only one/ ${opening}`)).toMatchObject({ code: 0 });
    expect(Object.keys(listing(bench.path("one")))).toEqual(["/a", "/two/b"]);
    expect(listing(bench.path("one"))).toEqual(listing(bench.path("whole/one")));
  });

  test("something that is not there is refused, and what is there is named", async () => {
    const { code, stderr } = await bench.run(`open parts -o nothing --only on ${opening}`);
    expect(code).toBe(65);
    expect(stderr).toContain("one.txt, one/a, one/two/b, oneself/c");
    expect(bench.names()).not.toContain("nothing");
  });
});

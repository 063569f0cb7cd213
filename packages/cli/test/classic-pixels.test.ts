import { encodePixels, readPixels, writePng } from "@chirograph/clinical/pixels";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { Bench, opening, sealing } from "./chirograph.ts";

const bench = new Bench();
const form = { frames: 1, rows: 9, columns: 11, colour: "grey", bits: 16 } as const;
const data = Uint16Array.from({ length: 99 }, (_, index) => index * 661);
const signed = { ...form, signed: true, data: Int16Array.from(data, (value) => value - 32_768) } as const;

const read = (name: string): Uint8Array => new Uint8Array(readFileSync(bench.path(name)));

beforeAll(async () => {
  await bench.identity("me");
  bench.write("scan.png", await writePng({ ...form, signed: false, data }));
  bench.write("scan.pixels", encodePixels(signed));
  for (const name of ["scan.png", "scan.pixels"]) {
    await bench.succeed(`seal ${name} -o ${name}-cut --profile classic --pixels ${sealing}`);
  }
});

describe("pixels in the classic profile", () => {
  test("come back exactly, as PNG, raw and with their dimensions", async () => {
    for (const how of ["png", "raw", "matrix"]) {
      await bench.succeed(`open scan.png-cut -o out-${how} --pixels ${how} ${opening}`);
    }
    expect(await readPixels(read("out-png"))).toEqual({ ...form, signed: false, data });
    expect(read("out-raw")).toEqual(new Uint8Array(data.buffer));
    expect(read("out-matrix")).toEqual(encodePixels({ ...form, signed: false, data }));
    await bench.succeed(`open scan.png-cut -o out ${opening}`);
    expect(read("out")).toEqual(read("out-matrix"));
  });

  test("with a sign come back raw; PNG has no form for them, which is said and leaves nothing behind", async () => {
    await bench.succeed(`open scan.pixels-cut -o signed-raw --pixels raw ${opening}`);
    expect(read("signed-raw")).toEqual(new Uint8Array(signed.data.buffer));
    const ended = await bench.run(`open scan.pixels-cut -o signed-png --pixels png ${opening}`);
    expect(ended).toMatchObject({ code: 65, stdout: "" });
    expect(ended.stderr).toContain("signed");
    expect(bench.names()).not.toContain("signed-png");
  });

  test("are sealed in the classic profile only, and asked for of records that hold some", async () => {
    expect(await bench.run(`seal scan.png -o no --pixels ${sealing}`)).toMatchObject({ code: 64 });
    bench.write("note", "a note");
    const noImage = await bench.run(`seal note -o no --profile classic --pixels ${sealing}`);
    expect(noImage).toMatchObject({ code: 65 });
    await bench.succeed(`seal note -o note-cut --profile classic ${sealing}`);
    expect(await bench.run(`open note-cut -o no --pixels raw ${opening}`)).toMatchObject({ code: 65 });
    expect(bench.names()).not.toContain("no");
  });
});

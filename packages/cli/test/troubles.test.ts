// What lies in a folder and is neither a whole fragment nor a missing one.
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { toJson } from "../src/terminal/json.ts";
import { RangeFiles } from "../src/inputs/range-files.ts";
import { Bench, fragmentsIn, opening, sealing } from "./chirograph.ts";

const bench = new Bench();

beforeAll(async () => {
  await bench.identity("me");
  bench.write("note.txt", "a note");
  await bench.succeed(`seal note.txt -o sealed ${sealing}`);
  await bench.succeed(`seal note.txt -o classic ${sealing} --profile classic`);
});

test.skipIf(process.platform === "win32")("a link in the folder is named and passed over", async () => {
  const [fragment] = fragmentsIn(bench.path("sealed"));
  renameSync(bench.path(`sealed/${fragment}`), bench.path("elsewhere"));
  symlinkSync(bench.path("elsewhere"), bench.path(`sealed/${fragment}`));
  const { code, stderr } = await bench.run(`open sealed -o linked ${opening}`);
  expect(code).toBe(0);
  expect(stderr).toContain(`${fragment} is a link and was passed over.`);
  expect(stderr).toContain("is missing");
});

test("a file that cannot be read is told from one that is damaged", async () => {
  mkdirSync(bench.path("folder"));
  writeFileSync(bench.path("folder/fragment"), "bytes");
  const files = new RangeFiles();
  const [file] = await files.list(bench.path("folder"));
  rmSync(bench.path("folder/fragment"));
  await expect(file!.source.read(0, 5)).rejects.toThrow();
  expect([...files.unreadable]).toEqual([["fragment", "ENOENT"]]);
  await files.close();
});

describe("a classic folder looked at with a wrong word", () => {
  // The right characters in another order, and characters that stand nowhere.
  test.each(["kda21937", "zyxwvuts"])("%s", async (word) => {
    bench.write("wrong", `${word}\n`);
    const looking = "--identity me.key --sequence-key-file wrong";
    expect((await bench.run(`inspect classic ${looking}`)).code).toBe(77);
  });
});

test("names that would move a cursor or turn text round are escapes in JSON, and mean the same", () => {
  const document = {
    foreign: ["a\u009b31m", "b\u202egpj.exe", "line\u2028end", "tag\u{e0001}", "plain é 日"],
  };
  const text = toJson(document);
  expect(text).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/u);
  expect(text).toContain("plain é 日");
  expect(JSON.parse(text)).toEqual(document);
});

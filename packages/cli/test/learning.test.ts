import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Bench } from "./chirograph.ts";

const bench = new Bench();

test("--help teaches: examples, exit codes, where secrets come from", async () => {
  const commands = [
    "",
    "identity new ",
    "identity show ",
    "sequence check ",
    "sequence new ",
    "seal ",
    "open ",
    "inspect ",
    "init ",
    "chart new ",
    "put ",
    "get ",
    "list ",
    "show ",
    "history ",
    "share ",
    "revoke ",
    "word change ",
    "standing allow ",
    "standing end ",
    "escrow set ",
    "escrow release ",
    "merge ",
    "erase ",
    "reseal ",
    "verify ",
    "repair ",
    "evacuate ",
    "rebalance ",
    "compact ",
    "sweep ",
    "reindex ",
    "policy explain ",
    "status ",
    "tour ",
  ];
  const ends = await Promise.all(commands.map((command) => bench.run(`${command}--help`)));
  for (const end of ends) expect(end).toMatchObject({ code: 0, stderr: "" });
  for (const code of [0, 64, 65, 66, 69, 70, 73, 74, 77, 130])
    expect(ends[0]!.stdout).toMatch(new RegExp(`^ +${code} {2}`, "m"));
  expect(ends[0]!.stdout).toContain("CHIROGRAPH_SEQUENCE_KEY");
  expect(ends[5]!.stdout).toContain("$ chirograph seal");
});

test("completion scripts are sound, and complete commands, options and values", async () => {
  const [bash, zsh, fish] = await Promise.all(
    ["bash", "zsh", "fish"].map((shell) => bench.run(`completion ${shell}`)),
  );
  expect(spawnSync("bash", ["-n"], { input: bash!.stdout }).status).toBe(0);
  const complete = (...words: string[]): string[] => {
    const line = `COMP_WORDS=(chirograph ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}`;
    const script = `${bash!.stdout}\n${line}; _chirograph; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return String(spawnSync("bash", ["-c", script], { cwd: bench.folder }).stdout)
      .trim()
      .split("\n");
  };
  expect(complete("s")).toEqual([
    "sequence",
    "seal",
    "show",
    "share",
    "standing",
    "sweep",
    "store",
    "status",
  ]);
  expect(complete("he")).toEqual(["help"]);
  expect(complete("help", "se")).toEqual(["sequence", "seal"]);
  bench.write("a scan of mine", "");
  expect(complete("open", "a s")).toEqual(["a scan of mine"]);
  expect(complete("seal", "x", "--identity", "a s")).toEqual(["a scan of mine"]);
  expect(complete("identity", "")).toEqual(["new", "show"]);
  expect(complete("chart", "")).toEqual(["new"]);
  expect(complete("word", "")).toEqual(["change"]);
  expect(complete("put", "x", "--record", "y", "--as")).toEqual(["--as-one"]);
  expect(complete("seal", "x", "--cipher", "aes-2")).toEqual(["aes-256"]);
  expect(complete("open", "--ident")).toEqual(["--identity"]);
  expect(zsh!.stdout).toContain("--sequence-key-file");
  expect(fish!.stdout).toContain("-l sequence-key-file");
});

test("the tour seals, damages and opens, and leaves nothing", async () => {
  const temporary = mkdtempSync(join(bench.folder, "tmp-"));
  const { code, stdout, stderr } = await bench.run("tour", { env: { TMPDIR: temporary } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("This key and this word together do not open this record.");
  expect(stdout).toMatch(/is missing[^]*is damaged|is damaged[^]*is missing/);
  expect(stdout).toContain("Bit for bit the same.");
  expect(readdirSync(temporary)).toEqual([]);
  const json = await bench.run("tour --json");
  expect(JSON.parse(json.stdout)).toMatchObject({ fragments: 8, identical: true });
});

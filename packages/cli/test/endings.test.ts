// Ends that come after the work is done, or that get in the way of cleaning up.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Unfinished } from "@chirograph/embedded/files";
import { explain } from "../src/explain.ts";
import { Bench, fragmentsIn, opening, sealing } from "./chirograph.ts";

const bench = new Bench();
const launcher = join(import.meta.dirname, "../bin/chirograph.js");

interface End {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A line of bash in which `chirograph` is the command. */
function shell(
  line: string,
  options: { cwd?: string; uid?: number; env?: Record<string, string> } = {},
): End {
  const command = `chirograph() { '${process.execPath}' '${launcher}' "$@"; }; ${line}`;
  const env = { PATH: process.env["PATH"] ?? "", NO_COLOR: "1", ...options.env };
  const end = spawnSync("bash", ["--norc", "-c", command], { cwd: bench.folder, ...options, env });
  return { code: end.status, stdout: String(end.stdout), stderr: String(end.stderr) };
}

beforeAll(async () => {
  await bench.identity("me");
  bench.write("scan", "a scan");
  await bench.succeed(`seal scan -o sealed ${sealing}`);
});

describe.skipIf(process.platform === "win32")("without a reader", () => {
  test("a tour that nobody watches to its end leaves no keys: 74", () => {
    const temporary = mkdtempSync(join(bench.folder, "tmp-"));
    const { code, stderr } = shell("chirograph tour | head -n 14; exit ${PIPESTATUS[0]}", {
      env: { TMPDIR: temporary },
    });
    expect({ code, stderr }).toEqual({ code: 74, stderr: "" });
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("what is finished stays when its report cannot be written: 74", () => {
    const { code } = shell(`chirograph seal scan -o told --json ${sealing} | true; exit \${PIPESTATUS[0]}`);
    expect(code).toBe(74);
    expect(fragmentsIn(bench.path("told"))).toHaveLength(8);
  });

  test.skipIf(process.platform !== "linux")("a full disk under the report is told: 74", () => {
    const { code, stderr } = shell("chirograph identity new -o full.key --no-passphrase >/dev/full");
    expect(code).toBe(74);
    expect(stderr).toContain("The report could not be written (ENOSPC).");
    expect(bench.names()).toContain("full.key");
  });

  test.skipIf(process.platform !== "linux")("remarks that nobody takes change nothing", () => {
    for (const [name, end] of [
      ["first", "2>/dev/full"],
      ["second", "2> >(true)"],
    ]) {
      expect(shell(`chirograph seal scan -o ${name} ${sealing} ${end}`).code).toBe(0);
      expect(fragmentsIn(bench.path(name!))).toHaveLength(8);
    }
    expect(shell("chirograph seal gone -o third --to me.pub --sequence-key-file word 2>/dev/full").code).toBe(
      66,
    );
  });
});

// Root may read everything: it becomes nobody.
const uid = process.getuid?.() === 0 ? { uid: 65_534 } : {};

describe.skipIf(process.platform === "win32")("a folder that may be written and not read", () => {
  const home = mkdtempSync(join(tmpdir(), "chirograph-nobody-"));
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test("takes what is opened", () => {
    for (const name of ["sealed", "word"]) cpSync(bench.path(name), join(home, name), { recursive: true });
    cpSync(bench.path("me.key"), join(home, "me.key"));
    mkdirSync(join(home, "drop"));
    for (const name of [".", ...readdirSync(home, { recursive: true })])
      chmodSync(join(home, String(name)), 0o755);
    chmodSync(join(home, "drop"), 0o333);
    expect(shell(`chirograph open sealed -o drop/scan ${opening}`, { cwd: home, ...uid })).toEqual({
      code: 0,
      stdout: "drop/scan\n",
      stderr: expect.any(String),
    });
    chmodSync(join(home, "drop"), 0o755);
    expect(readdirSync(join(home, "drop"))).toEqual(["scan"]);
  });
});

describe("what is unfinished", () => {
  test.skipIf(process.platform === "win32")("is gone though too few files may be open: 74", async () => {
    bench.write("long-word", (await bench.succeed("sequence new --length 64")).stdout);
    const before = bench.names();
    const seal = "chirograph seal scan -o out --to me.pub --sequence-key-file long-word";
    const { code, stderr } = shell(`ulimit -n 60; ${seal}`);
    expect(code).toBe(74);
    expect(stderr).toContain("(EMFILE)");
    expect(bench.names()).toEqual(before);
  });

  test("is tried again when it could not be removed, and named when it stays", () => {
    const unfinished = new Unfinished();
    const circle = bench.path("circle");
    symlinkSync(circle, circle);
    const path = join(circle, "partial");
    unfinished.add(path);
    expect(() => unfinished.remove(path)).not.toThrow();
    expect(unfinished.removeAll()).toEqual([path]);
    rmSync(circle);
    mkdirSync(path, { recursive: true });
    expect(unfinished.removeAll()).toEqual([]);
    expect(readdirSync(circle)).toEqual([]);
  });
});

test("a failure of the system names the place, fit for a terminal", () => {
  const error = Object.assign(new Error("EACCES: permission denied, mkdir '/a\u001B[31m'"), {
    code: "EACCES",
    syscall: "mkdir",
    path: "/a\u001B[31m",
  });
  expect(explain(error).message).toBe(
    'Reading or writing "/a\\u001b[31m" failed: permission denied (EACCES).',
  );
});

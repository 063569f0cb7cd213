import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { Bench, fragmentsIn, opening, PASSPHRASE, sealing, WORD } from "./chirograph.ts";

const bench = new Bench();
/** What lies on the bench before a test; a failure must leave nothing else. */
let before: string[];

async function expectExit(
  code: number,
  line: string | readonly string[],
  says: string | RegExp,
): Promise<void> {
  const end = await bench.run(line);
  expect(end).toMatchObject({ code, stdout: "" });
  expect(end.stderr).toMatch(says);
  expect(bench.names()).toEqual(before);
}

beforeAll(async () => {
  await Promise.all(["me", "stranger"].map((name) => bench.identity(name)));
  bench.write("scan", "a scan".repeat(20_000));
  bench.write("bad-word", "Adk 1234\n");
  bench.write("not-utf8", Uint8Array.of(0xff, 0xfe, 0x41));
  mkdirSync(bench.path("full"));
  bench.write("full/something", "");
  await bench.succeed(`seal scan -o sealed --identity me.key ${sealing}`);
  before = bench.names();
});

describe.concurrent("64: usage, with a hint and before anything is looked at", () => {
  test.for([
    ["no command", "", /Usage: chirograph/],
    [
      "an unknown option",
      `seal gone -o full --nonsense ${sealing}`,
      /Unknown option '--nonsense'[^\n]*\nhint: /,
    ],
    [
      "a secret as an argument, which is not repeated",
      `open gone -o scan --identity me.key --sequence-key=${WORD}`,
      /Unknown option/,
    ],
    ["a missing option", "open gone -o scan", /Required option '--identity <file>'/],
    [
      "--tolerate with the classic profile",
      `seal gone -o full --profile classic --tolerate 1 ${sealing}`,
      /classic/,
    ],
    [
      "a cipher that the classic profile lacks",
      `seal gone -o full --profile classic --cipher aes-256 ${sealing}`,
      /aes-256/,
    ],
    ["--tolerate of n - 1", `seal gone -o full --tolerate 7 ${sealing}`, /of 8 fragments at most 6/],
    ["--tolerate of no number", `seal gone -o full --tolerate=-1 ${sealing}`, /--tolerate/],
    [
      "a word from nowhere",
      "open gone -o scan --identity me.key",
      /--sequence-key-file FILE or in \$CHIROGRAPH/,
    ],
    ["a passphrase from nowhere", "identity new -o me.key", /--no-passphrase/],
    [
      "two files on one standard input",
      "open gone -o scan --identity - --sequence-key-file -",
      /Standard input/,
    ],
    ["a record from standard input", `seal - -o full ${sealing}`, /length/],
    ["a record to standard output", `open gone -o - ${opening}`, /standard output/],
    ["a word too short to be made", "sequence new --length 7", /from 8 to 64/],
    ["a passphrase without an identity", `seal gone -o full --passphrase-file word ${sealing}`, /--identity/],
    [
      "padding with the classic profile",
      `seal gone -o full --profile classic --pad none ${sealing}`,
      /--pad .*classic/,
    ],
    ["no source", ["seal", "", "-o", "full", ...sealing.split(" ")], /<source> is empty/],
    ["no output", ["seal", "gone", "-o", "", ...sealing.split(" ")], /--output is empty/],
    ["no recipient", ["seal", "gone", "-o", "full", "--to", "me.pub", ""], /--to is empty/],
    ["no folder", ["open", "", "-o", "scan", ...opening.split(" ")], /<dir> is empty/],
    ["no place to open to", ["open", "gone", "-o", "", ...opening.split(" ")], /--output is empty/],
    ["a word for a stranger", "inspect gone --sequence-key-file word", /--identity/],
  ] as const)("%s", ([, line, says]) => expectExit(64, line === "" ? [] : line, says));
});

describe.concurrent("66: an input is missing, told before the output is looked at", () => {
  test.for([
    ["the record", `seal gone -o full ${sealing}`, /gone does not exist/],
    ["the word", "seal scan -o full --to me.pub --sequence-key-file gone", /gone does not exist/],
    ["a recipient", "seal scan -o full --to gone --sequence-key-file word", /gone does not exist/],
    ["the identity", "open sealed -o scan --identity gone --sequence-key-file word", /gone does not exist/],
    ["the folder", `open gone -o scan ${opening}`, /gone\/envelope does not exist/],
    ["the envelope", `open full -o scan ${opening}`, /full\/envelope does not exist/],
    ["a folder in place of the word", "sequence check --sequence-key-file full", /full is a folder/],
  ] as const)("%s", ([, line, says]) => expectExit(66, line, says));
});

describe.concurrent("73: would overwrite, told before the input is judged", () => {
  test.for([
    [
      "a folder that is not empty",
      "seal scan -o full --to me.pub --sequence-key-file bad-word",
      /full is not empty/,
    ],
    ["a file", "seal scan -o word --to me.pub --sequence-key-file bad-word", /word is there already/],
    [
      "an output",
      "open sealed -o scan --identity me.key --sequence-key-file bad-word",
      /scan is there already/,
    ],
    ["an identity", "identity new -o me.key --no-passphrase", /me.key is there already/],
  ] as const)("%s", ([, line, says]) => expectExit(73, line, says));
});

describe.concurrent("65: bad input data, told before fragments are counted", () => {
  beforeAll(() => {
    mkdirSync(bench.path("few"));
    writeFileSync(bench.path("few/envelope"), readFileSync(bench.path("sealed/envelope")));
    mkdirSync(bench.path("broken"));
    const envelope = readFileSync(bench.path("sealed/envelope"));
    envelope[envelope.length - 1]! ^= 1;
    writeFileSync(bench.path("broken/envelope"), envelope);
    before = bench.names();
  });

  test.for([
    [
      "a word that breaks rules",
      "open few -o out --identity me.key --sequence-key-file bad-word",
      /not valid/,
    ],
    [
      "a word that is not UTF-8",
      "open few -o out --identity me.key --sequence-key-file not-utf8",
      /not UTF-8/,
    ],
    ["an envelope with a flipped bit", `open broken -o out ${opening}`, /signature/],
    ["another author", `open few -o out --from stranger.pub ${opening}`, /somebody else/],
    [
      "a recipient where an identity belongs",
      "open few -o out --identity me.pub --sequence-key-file word",
      /recipient/,
    ],
    [
      "an identity where a recipient belongs",
      "seal scan -o out --to me.key --sequence-key-file word",
      /identity show/,
    ],
    ["a damaged recipient", "seal scan -o out --to chirograph1AAAA --sequence-key-file word", /recipient/],
  ] as const)("%s", ([, line, says]) => expectExit(65, line, says));
});

describe("what cannot be sealed is refused by name", () => {
  test("links, pipes, devices and names that are not fit", async () => {
    const folder = bench.path("odd");
    const refuse = async (make: () => void, says: RegExp): Promise<void> => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      make();
      before = bench.names();
      await expectExit(65, `seal odd -o out ${sealing}`, says);
    };
    await refuse(() => symlinkSync("/etc/hostname", join(folder, "link")), /odd\/link is a link/);
    await refuse(() => spawnSync("bash", ["-c", `mkfifo '${folder}/pipe'`]), /odd\/pipe is a pipe/);
    await refuse(() => writeFileSync(join(folder, "a\u001B[31mb"), ""), /a\\u\{?0*1b\}?\[31mb/i);
    await refuse(() => writeFileSync(join(folder, "a\\b"), ""), /backslash/);
    await refuse(
      () => writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0x61, 0xff)]), ""),
      /a\\xff" is not UTF-8/,
    );
    await refuse(() => {
      writeFileSync(join(folder, "\u00E9"), "");
      writeFileSync(join(folder, "e\u0301"), "");
    }, /e\\xcc\\x81" and .*\\xc3\\xa9" would have one name/);
    await expectExit(65, `seal /dev/null -o out ${sealing}`, /is a device/);
  });
});

describe("69: too few fragments, told before a wrong key or word", () => {
  test("three of eight lost: deleted, cut short, one bit flipped in the middle", async () => {
    const folder = bench.path("three-lost");
    mkdirSync(folder);
    const names = fragmentsIn(bench.path("sealed"));
    for (const name of [...names, "envelope"])
      writeFileSync(join(folder, name), readFileSync(bench.path(join("sealed", name))));
    const [deleted, short, flipped] = names as [string, string, string];
    rmSync(join(folder, deleted));
    writeFileSync(join(folder, short), readFileSync(join(folder, short)).subarray(0, -1));
    const bytes = readFileSync(join(folder, flipped));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(join(folder, flipped), bytes);
    before = bench.names();

    for (const keys of [opening, "--identity stranger.key --sequence-key-file other-word"]) {
      const end = await bench.run(`open three-lost -o out ${keys}`);
      expect(end).toMatchObject({ code: 69, stdout: "" });
      expect(end.stderr).toMatch(new RegExp(`Fragment \\d \\(${deleted}\\) is missing`));
      expect(end.stderr).toMatch(new RegExp(`Fragment \\d \\(${short}\\) is damaged: file ${short}`));
      expect(end.stderr).toMatch(new RegExp(`Fragment \\d \\(${flipped}\\) is damaged: file ${flipped}`));
      expect(bench.names()).toEqual(before);
    }
  });
});

describe("77: not for you", () => {
  test("a wrong key, a wrong word and both give the same bytes", async () => {
    const ends = await Promise.all(
      [
        "--identity stranger.key --sequence-key-file word",
        "--identity me.key --sequence-key-file other-word",
        "--identity stranger.key --sequence-key-file other-word",
      ].flatMap((keys) => [bench.run(`open sealed -o out ${keys}`), bench.run(`inspect sealed ${keys}`)]),
    );
    for (const end of ends) expect(end).toEqual(ends[0]);
    expect(ends[0]).toMatchObject({ code: 77, stdout: "" });
    expect(bench.names()).toEqual(before);
  });
});

describe("74: writing failed", () => {
  test("there is no folder to write into", () =>
    expectExit(74, `seal scan -o gone/out ${sealing}`, /Make it first/));

  test.skipIf(process.platform === "win32")("no file may grow so large", async () => {
    const launcher = join(import.meta.dirname, "../bin/chirograph.js");
    const line = (command: string): string =>
      `ulimit -f 8; exec '${process.execPath}' '${launcher}' ${command}`;
    for (const command of [`seal scan -o out ${sealing}`, `open sealed -o out ${opening}`]) {
      const { status, stdout, stderr } = spawnSync("bash", ["-c", line(command)], { cwd: bench.folder });
      expect([status, String(stdout)]).toEqual([74, ""]);
      expect(String(stderr)).toContain("EFBIG");
      expect(bench.names()).toEqual(before);
    }
  });
});

test("with --json a failure is a document too", async () => {
  const { code, stdout } = await bench.run(`open sealed -o scan --json ${opening}`);
  expect(code).toBe(73);
  expect(JSON.parse(stdout)).toEqual({
    error: { exit: 73, code: "exists", message: expect.any(String), hint: expect.any(String) },
  });
});

test("a protected identity opens with its passphrase and with no other", async () => {
  bench.write("passphrase", `${PASSPHRASE}\n`);
  const made = await bench.run("identity new -o locked.key --passphrase-file passphrase");
  expect(made.code).toBe(0);
  bench.write("locked.pub", made.stdout);
  const seal = "seal scan -o for-locked --to locked.pub --identity locked.key --sequence-key-file word";
  expect(await bench.run(seal, { env: { CHIROGRAPH_PASSPHRASE: PASSPHRASE } })).toMatchObject({ code: 0 });
  const open = "open for-locked -o unlocked --identity locked.key --sequence-key-file word";
  expect(await bench.run(open)).toMatchObject({ code: 64 });
  expect(await bench.run(open, { env: { CHIROGRAPH_PASSPHRASE: "wrong" } })).toMatchObject({
    code: 65,
    stdout: "",
  });
  const opened = await bench.run(`${open} --passphrase-file - --from locked.pub`, {
    stdin: `${PASSPHRASE}\n`,
  });
  expect(opened).toEqual({ code: 0, stdout: "unlocked\n", stderr: "" });
});

test("a number of threads that is none is refused, and none at all is a number", async () => {
  const env = { CHIROGRAPH_THREADS: "many" };
  const { code, stderr } = await bench.run("sequence new", { env });
  expect(code).toBe(64);
  expect(stderr).toContain("CHIROGRAPH_THREADS is not a whole number from 0 to 64.");
  expect(await bench.run("sequence new", { env: { CHIROGRAPH_THREADS: "0" } })).toMatchObject({ code: 0 });
});

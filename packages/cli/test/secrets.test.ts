import { readFileSync, statSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { Bench, lastLine, OTHER_WORD, PASSPHRASE, sealing, WORD } from "./chirograph.ts";

const bench = new Bench();
const recipientLine = /^chirograph1[\w-]{1756}$/;

beforeAll(async () => {
  await bench.identity("me");
  bench.write("note", "a note");
});

describe("identity", () => {
  test("new writes a private file and prints the recipient, which show prints again without a passphrase", async () => {
    const made = await bench.run("identity new -o mine.key --passphrase-file -", { stdin: PASSPHRASE });
    expect(made.code).toBe(0);
    expect(lastLine(made.stdout)).toMatch(recipientLine);
    expect(statSync(bench.path("mine.key")).mode & 0o777).toBe(0o600);

    const shown = await bench.run("identity show mine.key");
    expect(shown).toMatchObject({ code: 0, stdout: made.stdout });
    const print = /Fingerprint ((?:[0-9a-f]{4} ){7}[0-9a-f]{4})/.exec(shown.stderr)?.[1];
    expect(made.stderr).toContain(`Fingerprint ${print}`);

    const { stdout } = await bench.run("identity show --json -", {
      stdin: readFileSync(bench.path("mine.key"), "utf8"),
    });
    expect(JSON.parse(stdout)).toEqual({
      identity: "-",
      recipient: lastLine(made.stdout),
      fingerprint: print,
      protection: "passphrase",
    });
  });

  test("an empty passphrase is refused", async () => {
    const end = await bench.run("identity new -o empty.key --passphrase-file -", { stdin: "\n" });
    expect(end).toMatchObject({ code: 65, stdout: "" });
    expect(bench.names()).not.toContain("empty.key");
  });
});

describe("sequence check", () => {
  test.for([
    ["a valid word, one line feed dropped", `${WORD}\n`, 0, ["Valid: 8 characters", "Strength: "]],
    ["white space", "Adk 1234", 65, ["It contains white space (character 4)."]],
    [
      "a character twice",
      "Adk21224",
      65,
      ["A character stands in it more than once (characters 4 and 6 and 7)."],
    ],
    ["too short", "Adk12", 65, ["It has 5 characters and needs at least 8."]],
    [
      "every rule on its own line",
      "a a\n\n",
      65,
      ["white space (characters 2 and 4)", "more than once", "4 characters"],
    ],
  ] as const)("%s", async ([, text, code, says]) => {
    const end = await bench.run("sequence check --sequence-key-file -", { stdin: text });
    expect(end.code).toBe(code);
    const lines = end.stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(says.length);
    lines.forEach((line, index) => expect(line).toContain(says[index]));
  });

  test("as a document", async () => {
    const end = await bench.run("sequence check --json", { env: { CHIROGRAPH_SEQUENCE_KEY: "short" } });
    expect(end.code).toBe(65);
    expect(JSON.parse(end.stdout)).toMatchObject({
      valid: false,
      length: 5,
      broken: [{ rule: "too-short", length: 5 }],
    });
  });
});

test("sequence new prints a valid word of the length asked for", async () => {
  for (const [line, length] of [
    ["sequence new", 12],
    ["sequence new --length 30", 30],
  ] as const) {
    const { code, stdout } = await bench.run(line);
    expect(code).toBe(0);
    expect(new Set(stdout.trimEnd()).size).toBe(length);
  }
});

test("secrets come from files, standard input and the environment; --from and the author are told", async () => {
  const env = { CHIROGRAPH_SEQUENCE_KEY: OTHER_WORD };
  const recipients = bench.write("readers", `# for whom\n\n${readFileSync(bench.path("me.pub"), "utf8")}`);
  const sealed = await bench.run(`seal note -o by-env --to ${recipients} --identity me.key --json`, { env });
  expect(sealed.code).toBe(0);
  const document = JSON.parse(sealed.stdout) as { fragments: string[]; author: string };
  expect(document.fragments).toHaveLength(8);

  const line = readFileSync(bench.path("me.pub"), "utf8").trim();
  const open = "open by-env --identity me.key";
  const [plain, from, json] = await Promise.all([
    bench.run(`${open} -o one --sequence-key-file -`, { stdin: `${OTHER_WORD}\r\n` }),
    bench.run(`${open} -o two --sequence-key-file other-word --from ${line}`),
    bench.run(`${open} -o three --json`, { env }),
  ]);
  expect(plain).toMatchObject({ code: 0, stdout: "one\n" });
  expect(plain.stderr).toContain(`Signed by ${document.author}. With --from RECIPIENT`);
  expect(from).toEqual({ code: 0, stdout: "two\n", stderr: "" });
  expect(JSON.parse(json.stdout)).toMatchObject({
    output: "three",
    kind: "text/plain",
    bytes: 6,
    author: document.author,
  });
  expect(statSync(bench.path("one")).mode & 0o777).toBe(0o600);
});

test("without an identity a one-time key signs, and open says that it proves nothing", async () => {
  expect(await bench.run(`seal note -o unsigned ${sealing}`)).toMatchObject({ code: 0 });
  const [open, from] = await Promise.all([
    bench.run("open unsigned -o note-1 --identity me.key --sequence-key-file word"),
    bench.run("open unsigned -o note-2 --identity me.key --sequence-key-file word --from me.pub"),
  ]);
  expect(open.code).toBe(0);
  expect(open.stderr).toContain("The author is not verified");
  expect(from).toMatchObject({ code: 65, stdout: "" });
});

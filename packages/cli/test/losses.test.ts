import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Bench, fragmentsIn, opening, sealing } from "./chirograph.ts";

const bench = new Bench();
const scan = Uint8Array.from({ length: 300_000 }, (_, index) => index * 31 + (index >> 9));

beforeAll(async () => {
  await bench.identity("me");
  bench.write("scan", scan);
  await Promise.all([
    bench.succeed(`seal scan -o sealed ${sealing}`),
    bench.succeed(`seal scan -o other --tolerate 2 ${sealing}`),
    bench.succeed(`seal scan -o classic --profile classic ${sealing}`),
  ]);
});

/** A copy of a sealed folder to be damaged. */
function copyOf(sealed: string, name: string): { folder: string; fragments: string[] } {
  cpSync(bench.path(sealed), bench.path(name), { recursive: true });
  return { folder: bench.path(name), fragments: fragmentsIn(bench.path(name)) };
}

function flip(path: string, position: number): void {
  const bytes = readFileSync(path);
  bytes[position]! ^= 4;
  writeFileSync(path, bytes);
}

async function expectOpens(name: string, extra: string = ""): Promise<string> {
  const end = await bench.run(`open ${name} -o ${name}-opened ${opening}${extra}`);
  expect(end).toMatchObject({ code: 0, stdout: `${name}-opened\n` });
  expect(readFileSync(bench.path(`${name}-opened`)).equals(scan)).toBe(true);
  return end.stderr;
}

describe("a record opens with two of eight fragments lost, and the losses are named", () => {
  test("the first and the last by name", async () => {
    const { folder, fragments } = copyOf("sealed", "two-gone");
    for (const name of [fragments[0]!, fragments[7]!]) rmSync(join(folder, name));
    const said = await expectOpens("two-gone");
    for (const name of [fragments[0]!, fragments[7]!]) {
      expect(said).toMatch(new RegExp(`Fragment \\d \\(${name}\\) is missing`));
    }
  });

  test("one damaged at its end, one in the middle; whichever they are, needed or not", async () => {
    const { folder, fragments } = copyOf("sealed", "two-damaged");
    const [first, second] = [fragments[2]!, fragments[5]!];
    flip(join(folder, first), 3);
    flip(join(folder, second), 20_000);
    const said = await expectOpens("two-damaged", " --check-all");
    for (const name of [first, second]) {
      expect(said).toMatch(new RegExp(`Fragment \\d \\(${name}\\) is damaged: file ${name}\\.`));
    }
  });
});

test("fragments are known by content among strangers, copies, links and folders", async () => {
  const { folder, fragments } = copyOf("sealed", "crowd");
  fragments.forEach((name, index) => renameSync(join(folder, name), join(folder, `IMG_${index} copy.jpg`)));
  copyFileSync(join(folder, "IMG_3 copy.jpg"), join(folder, "IMG_3 copy (2).jpg"));
  flip(join(folder, "IMG_3 copy.jpg"), 30_000);
  for (const name of fragmentsIn(bench.path("other")))
    copyFileSync(bench.path(`other/${name}`), join(folder, name));
  writeFileSync(join(folder, "empty"), "");
  writeFileSync(join(folder, "letter.txt"), "Dear doctor,");
  symlinkSync("/dev/zero", join(folder, "endless"));
  mkdirSync(join(folder, "subfolder"));

  const said = await expectOpens("crowd", " --check-all");
  expect(said).toMatch(/is damaged: file IMG_3 copy\.jpg, another copy of it is whole/);
  expect(said).not.toMatch(/missing/);

  const { stdout } = await bench.run("inspect crowd");
  expect(stdout.match(/foreign/g)).toHaveLength(10);
  expect(stdout).toContain("foreign  letter.txt");
});

describe("the classic profile bears no loss", () => {
  test.for(["missing", "damaged"] as const)("a %s file is named: 69", async (how) => {
    const { folder, fragments } = copyOf("classic", `classic-${how}`);
    const name = fragments[4]!;
    if (how === "missing") rmSync(join(folder, name));
    else flip(join(folder, name), 5000);
    const { code, stderr } = await bench.run(`open classic-${how} -o out ${opening}`);
    expect(code).toBe(69);
    expect(stderr).toContain(`Fragment ${name} is ${how}`);
    expect(bench.names()).not.toContain("out");
  });
});

describe("a record with three of eight fragments lost does not open, and all three are named", () => {
  test.each([[[0, 1, 2]], [[2, 5, 7]]])("%j by name", async (lost) => {
    const name = `three-gone-${lost.join("")}`;
    const { folder, fragments } = copyOf("sealed", name);
    const gone = lost.map((index) => fragments[index]!);
    for (const fragment of gone) rmSync(join(folder, fragment));
    const { code, stderr } = await bench.run(`open ${name} -o ${name}-opened ${opening}`);
    expect(code).toBe(69);
    for (const fragment of gone) expect(stderr).toContain(`(${fragment}) is missing`);
    expect(bench.names()).not.toContain(`${name}-opened`);
  });
});

// What a command loads before it works: the time to load code is most of the time that a small record takes.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createProgram } from "../src/program.ts";
import { Bench, opening, sealing } from "./chirograph.ts";

const bench = new Bench();
const launcher = join(import.meta.dirname, "../bin/chirograph.js");

const recorder = `import { registerHooks } from "node:module";
const loaded = [];
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
process.on("exit", () => process.stderr.write(loaded.map((url) => "loaded " + url + "\\n").join("")));`;

beforeAll(async () => {
  await bench.identity("me");
  bench.write("scan", "a scan");
});

describe("a command loads what it needs", () => {
  test("seal and open know no vault, no store, no database and no question", () => {
    for (const command of [`seal scan -o sealed ${sealing}`, `open sealed -o again ${opening}`]) {
      const rooms = roomsLoadedBy(command.split(" "));
      expect(rooms).toContain("packages/core/src");
      for (const room of [
        "packages/wire/src",
        "packages/catalogue/src",
        "node_modules/@clack",
        "node:sqlite",
      ])
        expect(rooms).not.toContain(room);
      // Their errors are known by their classes, each in a file of its own.
      for (const room of ["vault", "stores", "embedded"])
        expect(rooms).not.toContain(`packages/${room}/src/index.ts`);
    }
  });

  test("the recorder sees them where they are needed", () => {
    const rooms = roomsLoadedBy(["list", "--vault", "nowhere"]);
    expect(rooms).toContain("packages/vault/src/index.ts");
  });
});

test("a command that is loaded alone explains itself as among all others", async () => {
  const whole = await createProgram(nothing, ["help"]);
  expect(whole.commands.length).toBeGreaterThan(30);
  for (const command of whole.commands) {
    const alone = await createProgram(nothing, [command.name()]);
    const found = alone.commands.find((one) => one.name() === command.name());
    expect(found!.helpInformation()).toBe(command.helpInformation());
    for (const below of command.commands) {
      const same = found!.commands.find((one) => one.name() === below.name());
      expect(same!.helpInformation()).toBe(below.helpInformation());
    }
    const beside = command.name() === "completion" ? whole.commands.length : 1;
    expect(alone.commands).toHaveLength(beside);
  }
});

test("what is no command is compared with all of them", async () => {
  const { code, stderr } = await bench.run("sael scan");
  expect(code).toBe(64);
  expect(stderr).toContain("seal");
});

function nothing(): () => Promise<void> {
  return () => Promise.resolve();
}

/** Packages outside, and for our own also the file. */
function roomsLoadedBy(values: readonly string[]): Set<string> {
  const { stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(recorder)}`, launcher, ...values],
    { cwd: bench.folder, encoding: "utf8", env: { PATH: process.env["PATH"] ?? "", NO_COLOR: "1" } },
  );
  const urls = stderr.split("\n").filter((line) => line.startsWith("loaded "));
  return new Set(
    urls.flatMap((line) => {
      const url = line.slice("loaded ".length);
      const inside = /packages\/[^/]+\/src/.exec(url)?.[0] ?? /node_modules\/[^/]+/.exec(url)?.[0];
      const file = /packages\/[^/]+\/src\/.*/.exec(url)?.[0];
      return [inside ?? url, ...(file === undefined ? [] : [file])];
    }),
  );
}

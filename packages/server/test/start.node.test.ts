import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import { parseIdentityFile } from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import { defaultPolicy } from "@chirograph/vault";
import { describe, expect, onTestFinished, test } from "vitest";
import { readArguments } from "../src/arguments.ts";
import { ServerFailure } from "../src/failure.ts";
import { homeIn } from "../src/home/layout.ts";
import { openLog } from "../src/log.ts";
import { start } from "../src/start.ts";
import { startTestServer, testFolder } from "./running.ts";

const quiet = openLog({ verbose: false, write: () => undefined });
const nothing = async (): Promise<undefined> => undefined;

describe("a first start", () => {
  test("makes a vault of eight folders, half of them public, of which two may be lost", async () => {
    const server = await startTestServer();
    const { policy, stores } = await server.connection.about();
    expect(policy).toEqual(defaultPolicy(8));
    expect(stores.map(({ name }) => name)).toEqual(
      Array.from({ length: 8 }, (_, index) => `cloud ${index + 1}`),
    );
    expect(stores.filter(({ kind }) => kind === "public")).toHaveLength(4);
    expect(new Set(stores.map(({ region }) => region)).size).toBe(8);
    expect(server.said[0]).toMatch(/^A new vault of eight folders/);
  });

  test("keeps its owner's identity for its user alone", async () => {
    const { home } = await startTestServer();
    const { owner } = homeIn(home);
    expect((await stat(owner)).mode & 0o777).toBe(0o600);
    const file = await parseIdentityFile(createEngine(), await readFile(owner, "utf8"));
    expect(file.protection).toBe("clear");
  });

  test("that was cut short before the vault was there goes on", async () => {
    const home = await testFolder();
    const first = await startTestServer({ home });
    const { vault } = await first.connection.about();
    await first.close();
    await rm(homeIn(home).vault, { recursive: true });
    await rm(homeIn(home).clouds, { recursive: true });
    const second = await startTestServer({ home });
    expect((await second.connection.about()).vault).not.toBe(vault);
    expect(second.token).toBe(first.token);
  });
});

test("a later start finds the same vault", async () => {
  const home = await testFolder();
  const first = await startTestServer({ home });
  const about = await first.connection.about();
  await first.close();
  const second = await startTestServer({ home });
  expect(await second.connection.about()).toEqual(about);
  expect(second.said.filter((line) => line.includes("new vault"))).toEqual([]);
});

test("one data folder has one server", async () => {
  const server = await startTestServer();
  const second = start({ home: server.home, port: 0, open: false, application: nothing, log: quiet });
  await expect(second).rejects.toThrow(ServerFailure);
  expect(await server.connection.about()).toMatchObject({ stores: expect.any(Array) as unknown });
  await server.close();
  await startTestServer({ home: server.home });
});

test.each(["127.0.0.1", "::1"])("a port that somebody has on %s is passed over", async (host) => {
  const other = createServer().listen({ host, port: 0 });
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const server = await start({
    home: await testFolder(),
    port,
    open: false,
    application: nothing,
    log: quiet,
  });
  onTestFinished(() => server.close());
  expect(Number(new URL(server.origin).port)).toBeGreaterThan(port);
});

test("a damaged token is told, and no other is taken for it", async () => {
  const home = await testFolder();
  await (await startTestServer({ home })).close();
  await writeFile(homeIn(home).token, "short\n");
  const second = start({ home, port: 0, open: false, application: nothing, log: quiet });
  await expect(second).rejects.toThrow("token");
});

test("a data folder that others can read is told, and not served", async () => {
  const home = await testFolder();
  await (await startTestServer({ home })).close();
  const served = (): Promise<unknown> =>
    start({ home, port: 0, open: false, application: nothing, log: quiet });
  for (const path of [home, homeIn(home).token, homeIn(home).owner]) {
    const { mode } = await stat(path);
    await chmod(path, mode | 0o040);
    await expect(served()).rejects.toThrow(ServerFailure);
    await chmod(path, mode);
  }
  await startTestServer({ home });
});

describe("the command line", () => {
  test("says where, at which port, and whether a browser opens", () => {
    const words = ["--home", "elsewhere", "--port", "0", "--no-open", "--verbose"];
    expect(readArguments(words, {})).toEqual({
      home: "elsewhere",
      port: 0,
      open: false,
      verbose: true,
      help: false,
    });
    expect(readArguments([], {})).toEqual({
      home: "data",
      port: 8420,
      open: true,
      verbose: false,
      help: false,
    });
    expect(readArguments([], { CHIROGRAPH_HOME: "there" }).home).toBe("there");
    expect(readArguments(["--home", "x"], { CHIROGRAPH_HOME: "there" }).home).toBe("x");
  });

  test.each([[["--port", "65536"]], [["--port", "x"]], [["--port"]], [["--nonsense"]], [["word"]]])(
    "%j is refused",
    (words) => {
      expect(() => readArguments(words, {})).toThrow(ServerFailure);
    },
  );
});
